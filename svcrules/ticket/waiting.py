"""What waits to fall due after an event: warnings and breaches of clocks, steps of ladders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from svcrules.decision import Effect, Reason
from svcrules.evaluators.generate import Guard
from svcrules.evaluators.program import LadderProgram, Program
from svcrules.evaluators.verdict import LimitChoice
from svcrules.language.timed import Hinge, Moment, Step
from svcrules.ticket.clocks import Measured
from svcrules.ticket.firing import Fired, Firing, step_effects
from svcrules.ticket.forecast import Forecast, Prospect
from svcrules.ticket.history import Climb, Snapshot
from svcrules.time.calendar import Boundary, Calendar, DayEnd
from svcrules.time.duration import Duration


def falling_due(program: Program, snapshot: Snapshot, fired: Fired) -> Forecast:
    """
    Return what falls due from the event of the snapshot on.

    Nothing is due before that event: what should have been is due with it.
    """
    prospects = []
    for name, measured in snapshot.clocks.items():
        if measured.choice is not None and measured.run.is_live:
            bound = _first_share(name, measured, fired)
            if bound is not None:
                prospects.append(Prospect(bound, _of_clock(snapshot, name, measured, measured.choice)))
    for ladder in program.ladders:
        climb = snapshot.climbs.get(ladder.ladder.id)
        if climb is not None and climb.start is not None:
            prospects += _of_ladder(program, snapshot, ladder, climb, climb.start, fired)
    return Forecast(tuple(prospects), fired)


def _first_share(name: str, measured: Measured, fired: Fired) -> datetime | None:
    """Return when the first warning is due that has not fired, or the breach where there is none."""
    key = _key_of_clock(name, measured)
    for percent, at in measured.warnings:
        if at is not None and f"{key}{percent}%" not in fired:
            return at
    return measured.breach if f"{key}breach" not in fired else None


def _key_of_clock(name: str, measured: Measured) -> str:
    """Return what the keys of its firings begin with."""
    return f"clock/{name}/{measured.run.number}/"


def _of_clock(
    snapshot: Snapshot, name: str, measured: Measured, choice: LimitChoice
) -> Callable[[Fired], Iterator[Firing]]:
    """Return the warnings and the breach of a clock that has not ended."""

    def firings(fired: Fired) -> Iterator[Firing]:
        for percent, used_up in (*measured.warnings, (100, measured.breach)):
            what = "breach" if percent == 100 else f"{percent}%"
            key = f"{_key_of_clock(name, measured)}{what}"
            if used_up is None or key in fired:
                continue
            effect = Effect(
                "breach" if percent == 100 else "warn", clock=name, percent=percent if percent < 100 else None
            )
            yield _firing(_in_force(measured, used_up), snapshot, key, f"{name} {what}", (effect,), choice.reason)

    return firings


def _share_reached(measured: Measured, percent: int) -> datetime | None:
    """Return when the live clock has used this share of its limit, at the earliest when it got that limit."""
    if not measured.run.is_live:
        return None
    instant = measured.breach if percent == 100 else measured.share_used(percent)
    return _in_force(measured, instant) if instant is not None else None


def _in_force(measured: Measured, instant: datetime) -> datetime:
    return max(instant, measured.since) if measured.since is not None else instant


def _of_ladder(
    program: Program, snapshot: Snapshot, ladder: LadderProgram, climb: Climb, start: datetime, fired: Fired
) -> Iterator[Prospect]:
    for step, condition in ladder.steps:
        if step.at is None:
            continue
        measured = snapshot.clocks.get(step.at.clock) if step.at.clock is not None else None
        bound = _bound(step.at, measured, start)
        if bound is None:
            continue
        waiting = _WaitingStep(
            program, snapshot, f"{ladder.ladder.id}.{step.id}", step, condition, climb, start, measured, []
        )
        number, last = waiting.taken(fired)
        if number < step.up_to:
            if last is not None and step.repeat is not None:
                bound = max(bound, last + step.repeat.time)
            yield Prospect(bound, waiting.firings)


def _bound(moment: Moment, measured: Measured | None, start: datetime) -> datetime | None:
    """Return an instant before which the step cannot be due; None where it is not due at all."""
    if moment.hinge is not Hinge.START:
        if measured is None or measured.budget is None or not measured.run.is_live:
            return None
        if moment.hinge is Hinge.PERCENT:
            return max(start, measured.run.started + measured.budget * moment.percent / 100)
        if measured.breach is None:
            return None
        if moment.before:
            return start
        hinge = measured.breach
    else:
        hinge = start
    try:
        # Working time takes at least as long as it is; N working days end at least N - 2 days later, even where a zone
        # has left out a day.
        days = max(moment.offset.working_days - 2, 0)
        return max(start, hinge + moment.offset.time + days * _DAY)
    except OverflowError:
        return start


_DAY = timedelta(days=1)


class _WaitingStep(NamedTuple):
    """
    A step of a ladder that has run since `start`, and the clock that it hangs on.

    `known` holds its moment once that has been worked out: it is asked for several times.
    """

    program: Program
    snapshot: Snapshot
    name: str
    step: Step
    condition: Guard | None
    climb: Climb
    start: datetime
    measured: Measured | None
    known: list[datetime | None]

    @property
    def _key(self) -> str:
        """What the keys of its firings begin with."""
        climb, measured = self.climb, self.measured
        beginnings = str(climb.number) if measured is None else f"{climb.number}.{measured.run.number}"
        return f"step/{self.name}/{beginnings}/"

    def taken(self, fired: Fired) -> tuple[int, datetime | None]:
        """Return how often the step has fired, and when last."""
        key, number, last = self._key, 0, None
        while number < self.step.up_to and (at := fired.get(f"{key}{number + 1}")) is not None:
            number, last = number + 1, at
        return number, last

    def firings(self, fired: Fired) -> Iterator[Firing]:
        """Yield its firings from now on, one after the other."""
        snapshot, step, name = self.snapshot, self.step, self.name
        assert step.at is not None
        if self.condition is not None and not self.condition.holds(snapshot.ticket):
            return
        moment = self._moment()
        if moment is None:
            return
        at_start = step.at.hinge is Hinge.START and step.at.offset == _AT_ONCE
        key = self._key
        done, last = self.taken(fired)
        for number in range(done, step.up_to):
            # A repetition comes so long after the last one, and not before the moment itself, which a new limit may
            # have moved.
            at = moment if last is None else self._repeated(last, moment)
            if at is None:
                return
            firing = _firing(
                at,
                snapshot,
                f"{key}{number + 1}",
                name if number == 0 else f"{name} #{number + 1}",
                tuple(step_effects(step, snapshot)),
                Reason("escalation", name, "", self.climb.facts, step.cites),
                brought=at_start and number == 0,
            )
            yield firing
            last = firing.due

    def _moment(self) -> datetime | None:
        if not self.known:
            assert self.step.at is not None
            at = _moment(self.program, self.snapshot, self.step, self.step.at, self.measured, self.start)
            self.known.append(max(at, self.start) if at is not None else None)
        return self.known[0]

    def _repeated(self, last: datetime, moment: datetime) -> datetime | None:
        assert self.step.repeat is not None
        at = _later(last, self.step.repeat, _calendar(self.program, self.step, self.measured))
        return max(at, moment) if at is not None else None


def _firing(
    instant: datetime,
    snapshot: Snapshot,
    key: str,
    name: str,
    effects: tuple[Effect, ...],
    reason: Reason,
    brought: bool = False,
) -> Firing:
    """Return the firing at the instant, or with the event of the snapshot where the instant had passed by then."""
    late = instant < snapshot.at
    return Firing(max(instant, snapshot.at), key, name, effects, reason, late or (brought and instant == snapshot.at))


def _moment(
    program: Program, snapshot: Snapshot, step: Step, moment: Moment, measured: Measured | None, start: datetime
) -> datetime | None:
    """Return when the step is due, if it can be known: not while a pause holds its clock, nor once that has ended."""
    if moment.hinge is Hinge.START:
        return _later(start, moment.offset, _calendar(program, step, None))
    if measured is None:
        return None
    if moment.hinge is Hinge.PERCENT:
        return _share_reached(measured, moment.percent)
    breach = _share_reached(measured, 100)
    if breach is None:
        return None
    calendar = _calendar(program, step, measured)
    return _earlier(breach, moment.offset, calendar) if moment.before else _later(breach, moment.offset, calendar)


class _Counting(NamedTuple):
    calendar: Calendar
    boundary: Boundary


def _calendar(program: Program, step: Step, measured: Measured | None) -> _Counting | None:
    """Return the calendar in which the step counts: its own, else that of its clock; None: around the clock."""
    name = step.calendar
    if name is None and measured is not None and measured.choice is not None:
        name = measured.choice.limit.calendar
    if name is None:
        return None
    named = program.policy.timing.calendars[name]
    return _Counting(named.calendar, named.boundary)


def _later(at: datetime, offset: Duration, counting: _Counting | None) -> datetime | None:
    if offset == _AT_ONCE:
        return at
    try:
        if offset.working_days:
            assert counting is not None  # the loader asks for a calendar
            return counting.calendar.add_working_days(at, offset.working_days, DayEnd.SAME_TIME, counting.boundary)
        return at + offset.time if counting is None else counting.calendar.add(at, offset.time, counting.boundary)
    except OverflowError:
        return None  # beyond the year 9999


_AT_ONCE = Duration()


def _earlier(at: datetime, offset: Duration, counting: _Counting | None) -> datetime | None:
    try:
        if offset.working_days:
            assert counting is not None
            return counting.calendar.add_working_days(at, -offset.working_days, DayEnd.SAME_TIME)
        return at - offset.time if counting is None else counting.calendar.subtract(at, offset.time)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
