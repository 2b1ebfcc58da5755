"""Simulation: a ticket with the events that are given, and all that falls due from then on if nothing more happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from svcrules.counting import Counters
from svcrules.decision import ClockDecision, Decision
from svcrules.diagnostics import Finding
from svcrules.evaluator import Evaluator
from svcrules.events import Event, EventError
from svcrules.state import State
from svcrules.ticket.chronicle import Chronicle
from svcrules.ticket.history import Snapshot
from svcrules.ticket.measure import measure

MOST_ENTRIES = 1_000
MOST_DAYS = 400


class EventRejected(Exception):  # noqa: N818 - says what happened
    """An event of the story that does not fit the policy."""

    def __init__(self, event: Event, findings: tuple[Finding, ...]) -> None:
        self.event = event
        self.findings = findings
        super().__init__(event, findings)


class Simulation(NamedTuple):
    """
    What happens to a ticket from `start` to `end`.

    `decisions` holds one for each event and each instant at which something falls due; `snapshots` the ticket after
    each event, `clocks` those with a limit as they stand at `end`. `later` is when something falls due next, None where
    nothing will; `cut` says that it was only left out because the simulation would be too long.
    """

    ticket: str
    start: datetime
    end: datetime
    decisions: tuple[Decision, ...]
    snapshots: tuple[Snapshot, ...]
    clocks: tuple[ClockDecision, ...]
    later: datetime | None
    cut: bool


def simulate(
    evaluator: Evaluator, events: Iterable[Event], ticket: str, until: datetime | timedelta | None = None
) -> Simulation:
    """
    Return what happens to the ticket; events of others, in any order, matter to counting fields.

    `until` is an instant, or a time after the ticket's first event; without it, all is simulated that falls due within
    `MOST_DAYS` days after its last event. More than `MOST_ENTRIES` decisions are never made. At least one event of the
    ticket must be given, and those after `until` do not count.

    Raises `EventRejected`.
    """
    told = sorted(events, key=lambda event: (event.time, event.source, event.id))
    start = next(event.time for event in told if event.subject == ticket)
    last = start + until if isinstance(until, timedelta) else until
    if last is not None:
        last = max(last, start)
        told = [event for event in told if event.time <= last]
    bound = last or _last_event(told, ticket) + timedelta(days=MOST_DAYS)
    steps = list(islice(_steps(evaluator, told, ticket, bound), MOST_ENTRIES))
    state = steps[-1][0]
    decisions = tuple(decision for _, decision in steps)
    later = evaluator.next_due(state)
    full = len(steps) == MOST_ENTRIES
    reached = datetime.fromisoformat(decisions[-1].as_of)
    end = last if last is not None and not full else reached
    snapshots = Chronicle.of(evaluator.program, state.log).snapshots
    clocks = tuple(_clocks(evaluator, snapshots[-1], end))
    cut = later is not None and (last is None or (full and later <= last))
    return Simulation(ticket, start, end, decisions, snapshots, clocks, later, cut)


def _last_event(events: list[Event], ticket: str) -> datetime:
    return max(event.time for event in events if event.subject == ticket)


def _steps(evaluator: Evaluator, events: list[Event], ticket: str, until: datetime) -> Iterator[tuple[State, Decision]]:
    counters = Counters(evaluator.program)
    now: Event | None = None

    def own() -> Iterator[Event]:
        nonlocal now
        for event in events:
            if event.subject == ticket:
                now = event
                yield event
            else:
                counters.count(event)

    try:
        yield from evaluator.replay(own(), until, counters=counters)
    except EventError as error:
        assert now is not None
        raise EventRejected(now, error.findings) from error


def _clocks(evaluator: Evaluator, snapshot: Snapshot, at: datetime) -> Iterator[ClockDecision]:
    for name, measured in snapshot.clocks.items():
        if measured.choice is not None:
            yield measure(name, measured, measured.choice, at, evaluator.program.zone)
