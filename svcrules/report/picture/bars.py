"""What a clock did, as stretches of time to draw: running, late, paused; and where it ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from svcrules.outlook.simulation import Simulation
from svcrules.ticket.clocks import Measured
from svcrules.time.clock import ClockState, Verdict, verdict


class Look(StrEnum):
    RUNNING = "running"
    LATE = "late"
    PAUSED = "paused"


class Bar(NamedTuple):
    look: Look
    start: datetime
    end: datetime


class End(NamedTuple):
    """Where the clock ended or began anew; `verdict` is None where it was cancelled or began anew."""

    at: datetime
    verdict: Verdict | None


def bars(simulation: Simulation, clock: str) -> Iterator[Bar]:
    """Yield the bars of the clock, in order."""
    held: Bar | None = None
    for bar in _between_events(simulation, clock):
        if held is not None and held.look is bar.look and held.end == bar.start:
            held = held._replace(end=bar.end)
            continue
        if held is not None:
            yield held
        held = bar
    if held is not None:
        yield held


def _between_events(simulation: Simulation, clock: str) -> Iterator[Bar]:
    snapshots = simulation.snapshots
    for index, snapshot in enumerate(snapshots):
        until = snapshots[index + 1].at if index + 1 < len(snapshots) else simulation.end
        measured = snapshot.clocks.get(clock)
        if measured is None or measured.choice is None or until <= snapshot.at:
            continue
        match measured.run.state:
            case ClockState.PAUSED:
                yield Bar(Look.PAUSED, snapshot.at, until)
            case ClockState.RUNNING:
                yield from _running(snapshot.at, until, measured.due)


def _running(start: datetime, end: datetime, deadline: datetime | None) -> Iterator[Bar]:
    late = min(max(deadline, start), end) if deadline is not None else end
    if start < late:
        yield Bar(Look.RUNNING, start, late)
    if late < end:
        yield Bar(Look.LATE, late, end)


def ends(simulation: Simulation, clock: str) -> Iterator[End]:
    before: Measured | None = None
    for snapshot in simulation.snapshots:
        now = snapshot.clocks.get(clock)
        if now is not None and before is not None and before.run.is_live:
            if not now.run.is_live:
                yield End(snapshot.at, _verdict(now, snapshot.at))
            elif now.run.number != before.run.number:
                yield End(snapshot.at, None)
        before = now


def _verdict(measured: Measured, at: datetime) -> Verdict | None:
    return verdict(measured.run, measured.due, at) if measured.choice is not None else None
