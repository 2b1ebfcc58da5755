"""Timing: several contestants in turn, round after round, so that what else the machine does hits all alike."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

Key = TypeVar("Key")

LEAST_ITEMS = 40
"""A contestant that is slow is asked about fewer items, but not about fewer than these."""


class Work(NamedTuple):
    """`function` on each of `items`, all over again `passes` times."""

    function: Callable[[Any], object]
    items: Sequence[Any]
    passes: int = 1

    def run(self) -> float:
        """Return the seconds that one item takes."""
        function, items = self.function, self.items
        begin = perf_counter()
        for _ in range(self.passes):
            deque(map(function, items), maxlen=0)
        return (perf_counter() - begin) / (len(items) * self.passes)


class Measured(NamedTuple):
    """Microseconds for an item: the median of the rounds, and each of them; `items` is how many were asked about."""

    microseconds: float
    rounds: list[float]
    items: int

    def over(self, other: Measured) -> float:
        """Return how many times longer this takes than the other one did in the same rounds (the median of them)."""
        return median(mine / theirs for mine, theirs in zip(self.rounds, other.rounds, strict=True))

    def to_dict(self) -> dict[str, Any]:
        return {"us": self.microseconds, "rounds": self.rounds, "items": self.items}


def fitted(function: Callable[[Any], object], items: Sequence[Any], seconds: float) -> Work:
    """Return the work for rounds of about `seconds`: on all items, several times, or on fewer of them."""
    pilot = items[:LEAST_ITEMS]
    Work(function, pilot).run()  # the first calls pay for what is made when it is needed
    each = Work(function, pilot).run()
    count = min(len(items), max(LEAST_ITEMS, int(seconds / each)))
    return Work(function, items[:count], max(1, int(seconds / (each * count))))


def interleaved(works: Mapping[Key, Work], rounds: int) -> dict[Key, Measured]:
    """
    Return what each of the works takes, all of them run in each round, each time beginning with another.

    The garbage collector stays on, as it would be in use; what was made before is left out of its sight, since it
    would be charged to whoever happens to allocate.
    """
    names = list(works)
    seconds: dict[Key, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()
    try:
        for number in range(rounds):
            shift = number % len(names)
            for name in (*names[shift:], *names[:shift]):
                seconds[name].append(works[name].run())
    finally:
        gc.unfreeze()
    return {
        name: Measured(median(each) * 1e6, [second * 1e6 for second in each], len(works[name].items))
        for name, each in seconds.items()
    }


def timed(function: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Return the median of the seconds that a call takes, and what the last one returned."""
    seconds, value = [], None
    for _ in range(rounds):
        value = None  # so that what was made before need not be kept beside it
        gc.collect()
        begin = perf_counter()
        value = function()
        seconds.append(perf_counter() - begin)
    return median(seconds), value
