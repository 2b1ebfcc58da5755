"""Many open tickets when nothing is due: each asked with `advance`, and a caseload, which knows what waits for when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from benchmarks import ours
from benchmarks.options import Options
from benchmarks.report import number, print_table
from benchmarks.timing import Work, interleaved
from benchmarks.vocabulary import STARTS, decidable
from svcrules import Caseload, Evaluator, Event, State

DISTINCT = 500
"""Events of a policy that differ; tickets beyond them say the same as one of these."""


def measure(options: Options) -> dict[str, Any]:
    """Return what it takes to find out that nothing is due, by policy and for all of them."""
    rows = [_of_policy(name, options) for name in ours.POLICIES]
    total = {key: sum(row[key] for row in rows) for key in rows[0]}
    results = {**dict(zip(ours.POLICIES, rows, strict=True)), "all five": total}
    print_table(
        "Open tickets advanced when nothing is due",
        (
            "",
            "tickets",
            "opened in s",
            "all advanced in s",
            "us a ticket",
            "caseload asked in us",
            "due in half an hour",
        ),
        (
            (
                name,
                f"{found['tickets']:,}",
                number(found["opened_s"]),
                number(found["advanced_s"]),
                number(found["advanced_s"] / found["tickets"] * 1e6),
                number(found["caseload_us"]),
                f"{found['later']:,}",
            )
            for name, found in results.items()
        ),
    )
    return results


def _of_policy(name: str, options: Options) -> dict[str, float]:
    evaluator = ours.evaluator(name)
    events = _opening(evaluator, options.open_tickets // len(ours.POLICIES), options)
    caseload = Caseload(evaluator, timed=True)
    begin = perf_counter()
    for event in events:
        caseload.decide(event)
    opened = perf_counter() - begin
    # What falls due at the opening and just after it is dealt with, so that nothing is left for the minute after.
    now = STARTS + timedelta(seconds=90)
    for _ in caseload.due(now, inclusive=True):
        pass
    now += timedelta(seconds=1)
    states = [_state(caseload, event) for event in events]
    _nothing_due(evaluator, states, now)
    works = {
        "advanced": Work(lambda state: evaluator.advance(state, now), states),
        "asked": Work(lambda _: list(caseload.due(now, inclusive=True)), range(1_000)),
    }
    measured = interleaved(works, options.rounds)
    return {
        "tickets": len(states),
        "opened_s": opened,
        "advanced_s": measured["advanced"].microseconds * len(states) / 1e6,
        "caseload_us": measured["asked"].microseconds,
        "later": sum(1 for _ in caseload.due(now + timedelta(minutes=30), inclusive=True)),
    }


def _opening(evaluator: Evaluator, count: int, options: Options) -> list[Event]:
    """Return the events that open `count` tickets at one instant."""
    given = decidable(evaluator, min(count, DISTINCT), options.seed)
    text = STARTS.isoformat().replace("+00:00", "Z")
    alike = [replace(Event.from_dict(event), time=STARTS, time_text=text) for event in given]
    return [
        replace(alike[number % len(alike)], id=f"open-{number}", subject=f"open-{number}") for number in range(count)
    ]


def _state(caseload: Caseload, event: Event) -> State:
    state = caseload.state(event.subject)
    assert state is not None
    return state


def _nothing_due(evaluator: Evaluator, states: list[State], now: datetime) -> None:
    due = [state.ticket for state in states if evaluator.advance(state, now)[1]]
    if due:
        raise SystemExit(f"{len(due)} tickets of `{evaluator.policy.name}` have something due, such as {due[0]}")
