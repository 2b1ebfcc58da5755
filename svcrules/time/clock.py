"""
Clocks: how much working time a case has used, and when what it may use runs out.

A clock is what its events made of it. Nothing is counted up on the way: the stretches in which it ran are kept, and
every figure is computed from them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from svcrules.time.calendar import Boundary, Calendar, DayEnd
from svcrules.time.duration import Duration

_NONE = timedelta(0)


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class Stretch(NamedTuple):
    """A time in which a clock ran; `end` is None while it does."""

    start: datetime
    end: datetime | None


class Run(NamedTuple):
    """
    A clock since it last began, for the `number`-th time (from 0).

    `since` is when it came into its state; `pauses` are those that hold it, by number.
    """

    number: int
    state: ClockState
    since: datetime
    stretches: tuple[Stretch, ...]
    pauses: frozenset[int] = frozenset()

    @property
    def started(self) -> datetime:
        return self.stretches[0].start

    @property
    def is_live(self) -> bool:
        return self.state is ClockState.RUNNING or self.state is ClockState.PAUSED


def begun(at: datetime, before: Run | None = None) -> Run:
    """Return a clock that begins, for the first time or anew."""
    return Run(before.number + 1 if before else 0, ClockState.RUNNING, at, (Stretch(at, None),))


def ended(run: Run, at: datetime, state: ClockState) -> Run:
    """Return the live clock as it is ended, STOPPED or CANCELLED."""
    return Run(run.number, state, at, _closed(run, at))


def reopened(run: Run, at: datetime) -> Run:
    """Return the stopped clock as it goes on; the time between does not count."""
    return Run(run.number, ClockState.RUNNING, at, (*run.stretches, Stretch(at, None)))


def paused(run: Run, at: datetime, pause: int) -> Run:
    """Return the live clock as one more pause begins to hold it."""
    if run.state is ClockState.PAUSED:
        return run._replace(pauses=run.pauses | {pause})
    return Run(run.number, ClockState.PAUSED, at, _closed(run, at), frozenset({pause}))


def resumed(run: Run, at: datetime, pause: int) -> Run:
    """Return the clock as the pause ends; it goes on when no other holds it."""
    if pause not in run.pauses:
        return run
    left = run.pauses - {pause}
    return run._replace(pauses=left) if left else reopened(run, at)


def _closed(run: Run, at: datetime) -> tuple[Stretch, ...]:
    if run.state is not ClockState.RUNNING:
        return run.stretches
    return (*run.stretches[:-1], Stretch(run.stretches[-1].start, at))


class Allowance(NamedTuple):
    """What a clock may use, and how it is counted."""

    within: Duration
    calendar: Calendar
    boundary: Boundary = Boundary.CLOSING
    day_end: DayEnd = DayEnd.CLOSING


def used(run: Run, calendar: Calendar, now: datetime) -> timedelta:
    """Return the working time that the clock has run for until `now`."""
    total = _NONE
    for start, end in run.stretches:
        until = now if end is None else min(end, now)
        if until > start:
            total += calendar.working_between(start, until)
    return total


class Spending:
    """
    A clock that spends an allowance: `budget` is the working time that it may use, `last_day` when its days end.

    `before` is the spending of the same clock, with the same allowance, that what does not change is taken from: a
    clock that has begun keeps its budget. Raises `OverflowError` where the days end beyond the year 9999.
    """

    __slots__ = ("_resumed", "allowance", "budget", "last_day", "run")

    def __init__(self, run: Run, allowance: Allowance, before: Spending | None = None) -> None:
        self.run = run
        self.allowance = allowance
        # The working time before the stretch that goes on, as the calendar counts it.
        last = run.stretches[-1]
        self._resumed = allowance.calendar.worked(last.start) if last.end is None else _NONE
        within, calendar, boundary, day_end = allowance
        self.budget: timedelta = within.time
        self.last_day: datetime | None = None
        if before is not None:
            self.budget, self.last_day = before.budget, before.last_day
        elif within.working_days:
            # Working days are counted from the start.
            self.last_day = calendar.add_working_days(run.started, within.working_days, day_end, boundary)
            self.budget = calendar.working_between(run.started, self.last_day)

    def used(self, now: datetime) -> timedelta:
        """Return the working time that the clock has run for until `now`, as the function `used` does."""
        calendar, total = self.allowance.calendar, _NONE
        for start, end in self.run.stretches:
            if end is None:
                return total + calendar.worked(now) - self._resumed if now > start else total
            if now > start:
                total += calendar.working_between(start, min(end, now))
        return total

    def reached(self, percent: int = 100) -> datetime | None:
        """
        Return when the clock has used so much of its budget: while it runs, when it will have if nothing happens.

        None where it stops or pauses before, or at that very instant.
        """
        return self._reached(self.run.stretches, percent)

    def due(self) -> datetime | None:
        """
        Return the deadline; of a clock that has ended in time, what it was.

        None while a pause holds it, or where it ended in one: then only the working time left is known.
        """
        run = self.run
        instant = self.reached()
        last = run.stretches[-1]
        if instant is not None or (last.end is not None and last.end < run.since) or run.state is ClockState.PAUSED:
            return instant
        return self._reached((*run.stretches[:-1], Stretch(last.start, None)), 100)

    def _reached(self, stretches: tuple[Stretch, ...], percent: int) -> datetime | None:
        share = self.budget if percent == 100 else self.budget * percent / 100
        instant = self._used_up(stretches, share)
        if instant is None or percent < 100 or self.last_day is None:
            return instant
        # The same time of day may be one at which nobody works: the working time is used up before, the day is not.
        return _running_at(stretches, max(instant, self.last_day))

    def _used_up(self, stretches: tuple[Stretch, ...], share: timedelta) -> datetime | None:
        _, calendar, boundary, _ = self.allowance
        left = share
        for start, end in stretches:
            if end is None:
                return self._going_on(start, left)
            worked = calendar.working_between(start, end)
            if worked >= left:
                instant = calendar.add(start, left, boundary)
                if instant < end:
                    return instant
            left = max(left - worked, _NONE)
        return None

    def _going_on(self, start: datetime, left: timedelta) -> datetime:
        """Return when so much is used of the stretch that goes on from the start."""
        _, calendar, boundary, _ = self.allowance
        if not left or self.run.stretches[-1].end is not None:
            return calendar.add(start, left, boundary)
        return calendar.instant(self._resumed + left, boundary)


def _running_at(stretches: tuple[Stretch, ...], instant: datetime) -> datetime | None:
    """Return the first instant from this one on at which the clock runs."""
    for start, end in stretches:
        at = max(start, instant)
        if end is None or end > at:
            return at
    return None


def budget(run: Run, allowance: Allowance) -> timedelta:
    """Return the working time that the clock may use; working days are counted from its start."""
    return Spending(run, allowance).budget


def reached(run: Run, allowance: Allowance, percent: int = 100) -> datetime | None:
    """Return when the clock has used so much of its budget, as `Spending.reached` does."""
    return Spending(run, allowance).reached(percent)


def due(run: Run, allowance: Allowance) -> datetime | None:
    """Return the deadline, as `Spending.due` does."""
    return Spending(run, allowance).due()


class Verdict(StrEnum):
    MET = "met"
    BREACHED = "breached"


def verdict(run: Run, deadline: datetime | None, now: datetime) -> Verdict | None:
    """
    Return whether the clock has kept its deadline (see `due`) by `now`; None while that is not certain, or where it was
    cancelled.

    What ends exactly at the deadline is in time; what runs then is not.
    """
    last = run.stretches[-1].end
    if run.state is ClockState.STOPPED:
        return Verdict.BREACHED if deadline is not None and last is not None and last > deadline else Verdict.MET
    if run.state is ClockState.CANCELLED or deadline is None or now < deadline:
        return None
    return Verdict.BREACHED
