"""Compare what the engines make of a history: every decision whole, the states, and when something falls due next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from svcrules.agreement.model import History, Told
from svcrules.agreement.play import Outcome, Player
from svcrules.engines import Engine

Engines = Mapping[str, Engine]
"""By name; the first is the one that the others are compared with."""


class Place(NamedTuple):
    """
    A place at which two outcomes differ.

    `path` leads to it, as `decisions[0].clocks[1].due`; a value that is not there at all is `ABSENT`.
    """

    path: str
    expected: object
    got: object


class Difference(NamedTuple):
    """
    What an engine makes of a step of a history that another one does not.

    `step` is the index of the move; `than` is the engine that it differs from, the same as `engine` where that one
    raised what no engine should; `places` is what differs, in order.
    """

    history: History
    step: int
    engine: str
    than: str
    places: tuple[Place, ...]


class Compared(NamedTuple):
    """What came of a history: all outcomes of the first engine, and the first difference of each other engine."""

    outcomes: tuple[Outcome, ...]
    differences: tuple[Difference, ...]


ABSENT = "(absent)"


def compare(history: History, engines: Engines) -> Compared:
    """Play the history through all engines; one that differs is left behind at that step."""
    (first, engine), *rest = engines.items()
    one, others = Player(engine), {name: Player(engine) for name, engine in rest}
    outcomes: list[Outcome] = []
    differences: list[Difference] = []
    for step, move in enumerate(history.moves):
        # Each decision says when to look again, so to ask for it once is enough; an engine may take long over it.
        look = step == len(history.moves) - 1
        outcome = one.take(move, look=look)
        outcomes.append(outcome)
        if outcome.raised is not None:
            place = Place("raised", None, outcome.raised)
            return Compared(tuple(outcomes), (*differences, Difference(history, step, first, first, (place,))))
        line = outcome.to_json() if others else ""
        for name, player in list(others.items()):
            got = player.take(move, look=look)
            if (other := got.to_json()) != line:
                places = tuple(differing(json.loads(line), json.loads(other)))
                differences.append(Difference(history, step, name, first, places))
                del others[name]
    return Compared(tuple(outcomes), tuple(differences))


def differing(expected: object, got: object, path: str = "") -> Iterator[Place]:
    """Yield the places at which two JSON values differ: in type, value, or the order of keys."""
    if isinstance(expected, dict) and isinstance(got, dict):
        yield from _of_objects(expected, got, path)
    elif isinstance(expected, list) and isinstance(got, list):
        for index, (one, other) in enumerate(zip_longest(expected, got, fillvalue=ABSENT)):
            yield from differing(one, other, f"{path}[{index}]")
    elif type(expected) is not type(got) or repr(expected) != repr(got):
        yield Place(path, expected, got)


def _of_objects(expected: dict[str, object], got: dict[str, object], path: str) -> Iterator[Place]:
    for key in dict.fromkeys((*expected, *got)):
        yield from differing(expected.get(key, ABSENT), got.get(key, ABSENT), f"{path}.{key}" if path else key)
    if expected.keys() == got.keys() and list(expected) != list(got):
        yield Place(f"{path} (order of keys)", list(expected), list(got))


def shrunk(difference: Difference, engines: Engines) -> Difference:
    """Return the difference in a history as short as dropping events, fields and counts from it makes it."""
    engines = {name: engines[name] for name in dict.fromkeys((difference.than, difference.engine))}

    def found(history: History) -> Difference | None:
        return next(iter(compare(history, engines).differences), None)

    # What comes after the step has no part in it.
    history = difference.history._replace(moves=difference.history.moves[: difference.step + 1])
    best = found(history) or difference
    while (smaller := next(filter(None, map(found, _smaller(best.history))), None)) is not None:
        best = smaller
    return best


def _smaller(history: History) -> Iterator[History]:
    """Yield the history with one thing less, for each that can be spared."""
    moves = history.moves
    for index in reversed(range(len(moves))):
        yield history._replace(moves=(*moves[:index], *moves[index + 1 :]))
    for index, move in enumerate(moves):
        if isinstance(move, Told):
            for less in _with_less(move):
                yield history._replace(moves=(*moves[:index], less, *moves[index + 1 :]))


def _with_less(told: Told) -> Iterator[Told]:
    data = told.event.data
    for key in data:
        yield _with_data(told, {name: value for name, value in data.items() if name != key})
    for name in told.counts:
        yield told._replace(counts={other: count for other, count in told.counts.items() if other != name})


def _with_data(told: Told, data: Mapping[str, object]) -> Told:
    return told._replace(event=replace(told.event, data=data))
