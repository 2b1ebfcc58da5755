"""Account: how the deadline of a clock comes about, stretch by stretch of the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from svcrules.evaluators.program import Program
from svcrules.evaluators.verdict import LimitChoice
from svcrules.ticket.clocks import Measured
from svcrules.ticket.history import Snapshot
from svcrules.time.calendar import Calendar
from svcrules.time.clock import Allowance, ClockState, Run, budget, due
from svcrules.time.steps import StepKind

_NONE = timedelta(0)


class Part(StrEnum):
    """What a stretch of time is to a clock: a step of its calendar, or a time in which it does not run."""

    OPEN = "open"
    BREAK = "break"
    CLOSED = "closed"
    DAY_OFF = "day_off"
    PAUSED = "paused"
    ENDED = "ended"


_PARTS = {
    StepKind.OPEN: Part.OPEN,
    StepKind.BREAK: Part.BREAK,
    StepKind.CLOSED: Part.CLOSED,
    StepKind.DAY_OFF: Part.DAY_OFF,
}


class Stage(NamedTuple):
    """
    A half-open stretch of time, in UTC.

    `worked` is the working time in it, which counts in OPEN and does not in PAUSED and ENDED; `used` is what counts
    from the start of the clock to the end of the stage.
    """

    part: Part
    start: datetime
    end: datetime
    worked: timedelta
    used: timedelta


class Change(StrEnum):
    STARTED = "started"
    RESTARTED = "restarted"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    LIMITED = "limited"


class Mark(NamedTuple):
    """
    What an event (`event` is its type) did to the clock.

    Of LIMITED, `before` and `after` are the limits; None: there was none, or is none any more.
    """

    at: datetime
    change: Change
    event: str
    before: LimitChoice | None = None
    after: LimitChoice | None = None


class Account(NamedTuple):
    """
    A clock since it last began.

    `stages` lead without gaps from its start to `due`, or, where a pause holds it so that `due` is None, to the
    beginning of that pause. `total` is what it may use. Of a limit in working days, `days` are those counted, and
    `end_of_days` is when the last of them ends: pauses add to that.
    """

    clock: str
    run: Run
    choice: LimitChoice
    allowance: Allowance
    total: timedelta
    due: datetime | None
    stages: tuple[Stage, ...]
    marks: tuple[Mark, ...]
    days: tuple[date, ...] = ()
    end_of_days: datetime | None = None

    @property
    def used(self) -> timedelta:
        return self.stages[-1].used if self.stages else _NONE


class Missing(StrEnum):
    """Why there is no account of a clock."""

    NOT_STARTED = "not_started"
    NO_LIMIT = "no_limit"
    BEYOND_YEARS = "beyond_years"


def account(program: Program, snapshots: Sequence[Snapshot], clock: str) -> Account | Missing:
    """Return how the deadline of the clock comes about after the last of the snapshots, which are all of a ticket."""
    measured = snapshots[-1].clocks.get(clock)
    if measured is None:
        return Missing.NOT_STARTED
    run, choice = measured.run, measured.choice
    if choice is None:
        return Missing.NO_LIMIT
    allowance = program.allowance(choice.limit)
    try:
        deadline, total = due(run, allowance), budget(run, allowance)
        days, end_of_days = _days(run, allowance)
    except OverflowError:
        return Missing.BEYOND_YEARS
    until = deadline if deadline is not None else run.stretches[-1].end
    assert until is not None
    stages = tuple(_stages(run, allowance.calendar, until, snapshots, clock))
    marks = tuple(_marks(snapshots, clock, run))
    return Account(clock, run, choice, allowance, total, deadline, stages, marks, days, end_of_days)


def _days(run: Run, allowance: Allowance) -> tuple[tuple[date, ...], datetime | None]:
    within, calendar, boundary, day_end = allowance
    if not within.working_days:
        return (), None
    days: list[date] = []
    day = run.started.astimezone(calendar.zone).date()
    while len(days) < within.working_days:
        day = date.fromordinal(day.toordinal() + 1)
        if calendar.is_working_day(day):
            days.append(day)
    return tuple(days), calendar.add_working_days(run.started, within.working_days, day_end, boundary)


def _stages(
    run: Run, calendar: Calendar, until: datetime, snapshots: Sequence[Snapshot], clock: str
) -> Iterator[Stage]:
    used, at = _NONE, run.started
    for start, end in _runs(run, until):
        held = min(start, until)
        if at < held:
            yield Stage(_held(snapshots, clock, at), at, held, calendar.working_between(at, held), used)
        if start >= until:
            return
        for step in calendar.steps(start, end):
            used += step.worked
            yield Stage(_PARTS[step.kind], step.start, step.end, step.worked, used)
        at = end


def _runs(run: Run, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times in which the clock ran, to `until`; and after its end, as if it went on."""
    goes_on = run.state is not ClockState.PAUSED
    for index, (start, end) in enumerate(run.stretches):
        last = index == len(run.stretches) - 1
        yield start, until if end is None or (last and goes_on) else min(end, until)
    last_end = run.stretches[-1].end
    if not goes_on and last_end is not None and last_end < until:
        yield until, until


def _held(snapshots: Sequence[Snapshot], clock: str, since: datetime) -> Part:
    """Return what holds the clock from that instant on."""
    measured: Measured | None = None
    for snapshot in snapshots:
        if snapshot.at <= since:
            measured = snapshot.clocks.get(clock)
    return Part.PAUSED if measured is not None and measured.run.state is ClockState.PAUSED else Part.ENDED


def _marks(snapshots: Sequence[Snapshot], clock: str, run: Run) -> Iterator[Mark]:
    """Yield what events did to the clock since it last began."""
    before: Measured | None = None
    for snapshot in snapshots:
        now = snapshot.clocks.get(clock)
        if now is not None and now.run.number == run.number:
            yield from _changes(snapshot, before, now)
        before = now


def _changes(snapshot: Snapshot, before: Measured | None, now: Measured) -> Iterator[Mark]:
    at, event = snapshot.at, snapshot.entry.type
    if before is None or before.run.number != now.run.number:
        yield Mark(at, Change.RESTARTED if before is not None else Change.STARTED, event)
        fresh = now.run._replace(state=ClockState.RUNNING)
        before = Measured(fresh, before.choice if before is not None else now.choice, now.since)
    if before.run.state is not now.run.state:
        yield Mark(at, _change(before.run.state, now.run.state), event)
    limits = [each.limit if each is not None else None for each in (before.choice, now.choice)]
    if limits[0] != limits[1]:
        yield Mark(at, Change.LIMITED, event, before.choice, now.choice)


def _change(before: ClockState, now: ClockState) -> Change:
    match now:
        case ClockState.PAUSED:
            return Change.PAUSED
        case ClockState.STOPPED:
            return Change.STOPPED
        case ClockState.CANCELLED:
            return Change.CANCELLED
    return Change.RESUMED if before is ClockState.PAUSED else Change.REOPENED
