"""
What the state of an open ticket weighs: as JSON, and in memory.

In memory a state keeps what was worked out for its events, so that the next one need not go through them again; read
back from JSON it has none of that until then.
"""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from benchmarks import ours
from benchmarks.options import Options
from benchmarks.report import print_table
from benchmarks.vocabulary import decidable, life
from svcrules import Evaluator, Event, State

COLUMNS = ("JSON, median", "JSON, 95 %", "JSON, most", "JSON, only created", "in memory", "in memory, read back")


def measure(options: Options) -> dict[str, Any]:
    """Return bytes by policy: of tickets a day old that were assigned, responded to, waited and are being handled."""
    results = {}
    for name in ours.POLICIES:
        evaluator = ours.evaluator(name)
        given = decidable(evaluator, options.lives, options.seed)
        lives = list(map(life, given))
        results[name] = dict(zip(COLUMNS, _weights(evaluator, lives), strict=True))
    print_table(
        "State of an open ticket after six events and a day, in bytes",
        ("", *COLUMNS),
        ((name, *(f"{each:,.0f}" for each in found.values())) for name, found in results.items()),
    )
    return results


def _weights(evaluator: Evaluator, lives: list[list[Event]]) -> tuple[float, ...]:
    lived(evaluator, lives[0])  # what is made when it is first needed belongs to no ticket
    states, in_memory = _allocated(lambda: [lived(evaluator, events) for events in lives])
    texts = [json.dumps(state.to_dict(), ensure_ascii=False, separators=(",", ":")) for state in states]
    _, read_back = _allocated(lambda: [State.from_dict(json.loads(text)) for text in texts])
    sizes = [len(text.encode()) for text in texts]
    first = [json.dumps(evaluator.apply(None, events[0])[0].to_dict(), ensure_ascii=False) for events in lives]
    count = len(lives)
    return (
        median(sizes),
        quantiles(sizes, n=20)[-1],
        max(sizes),
        median(len(text.encode()) for text in first),
        in_memory / count,
        read_back / count,
    )


def lived(evaluator: Evaluator, events: list[Event]) -> State:
    """Return the state of a ticket after the events, and what fell due between them and within a day."""
    state = None
    for state, _ in evaluator.replay(events, events[0].time + timedelta(days=1)):  # noqa: B007 - the last one counts
        pass
    assert state is not None
    return state


def _allocated(make: Callable[[], list[State]]) -> tuple[list[State], int]:
    """Return what is made, and the bytes that are held for it afterwards."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        made = make()
        gc.collect()
        return made, tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
