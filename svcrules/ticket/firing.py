"""
Firing: what falls due between two events of a ticket, and what an event itself brings.

Each firing has a key, which is the same however often and in whatever steps time is advanced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heapreplace
from typing import Any as Anything
from typing import NamedTuple

from svcrules.decision import Effect, Reason
from svcrules.evaluators.generate import Guard
from svcrules.evaluators.program import LadderProgram, Program
from svcrules.evaluators.verdict import LimitChoice, owner_of
from svcrules.language.timed import Duty, Hinge, Moment, Step
from svcrules.ticket.clocks import Measured
from svcrules.ticket.history import Climb, Snapshot
from svcrules.time.calendar import Boundary, Calendar, DayEnd
from svcrules.time.duration import Duration


class Firing(NamedTuple):
    """
    Something that has fallen due, or will if nothing happens.

    `name` is what people call it: `resolution 80%`, `resolution breach`, `major-complaint.late`. `caused` says that an
    event brings it about at its own instant; what is not caused happens through the passing of time.
    """

    due: datetime
    key: str
    name: str
    effects: tuple[Effect, ...]
    reason: Reason
    caused: bool


Fired = Mapping[str, datetime]
"""The keys of what has fired, with the instants."""


def fired_by_event(program: Program, snapshot: Snapshot) -> Iterator[Firing]:
    """Yield what the event itself brings: duties, and the steps of running ladders that wait for it."""
    if snapshot.refused:
        return
    entry, ticket = snapshot.entry, snapshot.ticket
    plan = program.plan(entry.type)
    if not plan.duties and not plan.steps:
        return
    event = f"{entry.source}/{entry.id}"
    for duty, when in plan.duties:
        if when.holds(ticket):
            reason = Reason("duties", duty.id, "", when.because(ticket), duty.cites)
            # What is owed already is not owed anew.
            if duty.limit is None or duty.id in snapshot.begun:
                effect = _duty_effect(duty, snapshot)
                yield Firing(snapshot.at, f"duty/{duty.id}/{event}", duty.id, (effect,), reason, True)
    for (ladder, when, _), (step, condition) in plan.steps:
        if ladder.id in snapshot.ran and when.holds(ticket) and (condition is None or condition.holds(ticket)):
            name = f"{ladder.id}.{step.id}"
            reason = Reason("escalation", name, "", when.because(ticket), step.cites)
            effects = tuple(_step_effects(step, snapshot))
            yield Firing(snapshot.at, f"step/{name}/{event}", name, effects, reason, True)


def _duty_effect(duty: Duty, snapshot: Snapshot) -> Effect:
    if duty.keep is not None:
        until = snapshot.at + duty.keep.time
        return Effect("delete" if duty.at_most else "keep", to=duty.by, until=until)
    if duty.limit is not None:
        measured = snapshot.clocks[duty.id]
        return Effect("duty", to=duty.by, clock=duty.id, until=measured.due)
    return Effect("duty", to=duty.by)


class _Prospect(NamedTuple):
    """Firings one after the other, none before `bound`; they are worked out as they are asked for."""

    bound: datetime
    firings: Callable[[Fired], Iterator[Firing]]


_Waiting = tuple[datetime, bool, int, Firing | None, Anything]
"""When at the earliest; whether that is a firing; the place of the prospect; the firing; those from there on."""


class Forecast:
    """
    What falls due from the event of a snapshot on if no other comes, and is not among `fired`; never changed.

    Most of it never comes to pass, because another event does. So no more is worked out than is asked for: of the rest
    it is enough to know an instant before which it cannot be due.
    """

    __slots__ = ("_prospects", "fired")

    def __init__(self, prospects: tuple[_Prospect, ...], fired: Fired) -> None:
        self._prospects = prospects
        self.fired = fired

    def without(self, fired: Fired) -> Forecast:
        """Return the forecast where this has fired."""
        return Forecast(self._prospects, fired)

    def until(self, end: datetime, *, inclusive: bool) -> Iterator[Firing]:
        """Yield what is due before the end, or at it, in order; at one instant in the order of the policy."""
        # A firing comes before what is only known not to be due before its instant, unless that comes first in the
        # policy and may be due then, too: `worked_out` sorts after what is not.
        waiting: list[_Waiting] = [
            (bound, False, place, None, firings)
            for place, (bound, firings) in enumerate(self._prospects)
            if bound < end or (inclusive and bound == end)
        ]
        heapify(waiting)
        while waiting:
            _, _, place, firing, firings = waiting[0]
            if firing is None:
                coming = firings(self.fired)
            else:
                if firing.due > end or (firing.due == end and not inclusive):
                    return
                yield firing
                coming = firings
            following = next(coming, None)
            if following is None:
                heappop(waiting)
            else:
                heapreplace(waiting, (following.due, True, place, following, coming))

    def __iter__(self) -> Iterator[Firing]:
        return self.until(_NEVER, inclusive=True)


_NEVER = datetime.max.replace(tzinfo=UTC)


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
                prospects.append(_Prospect(bound, _of_clock(snapshot, name, measured, measured.choice)))
    for ladder in program.ladders:
        climb = snapshot.climbs.get(ladder.ladder.id)
        if climb is not None and climb.start is not None:
            prospects += _of_ladder(program, snapshot, ladder, climb, climb.start, fired)
    return Forecast(tuple(prospects), fired)


def _first_share(name: str, measured: Measured, fired: Fired) -> datetime | None:
    """Return when the first warning is due that has not fired, or the breach where there is none."""
    key = f"clock/{name}/{measured.run.number}/"
    for percent, at in measured.warnings:
        if at is not None and f"{key}{percent}%" not in fired:
            return at
    return measured.breach if f"{key}breach" not in fired else None


def _of_clock(
    snapshot: Snapshot, name: str, measured: Measured, choice: LimitChoice
) -> Callable[[Fired], Iterator[Firing]]:
    """Return the warnings and the breach of a clock that has not ended."""

    def firings(fired: Fired) -> Iterator[Firing]:
        for percent, used_up in (*measured.warnings, (100, measured.breach)):
            what = "breach" if percent == 100 else f"{percent}%"
            key = f"clock/{name}/{measured.run.number}/{what}"
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
) -> Iterator[_Prospect]:
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
            yield _Prospect(bound, waiting.firings)


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
                tuple(_step_effects(step, snapshot)),
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


def _step_effects(step: Step, snapshot: Snapshot) -> Iterator[Effect]:
    if step.to is not None:
        yield Effect("escalate", to=owner_of(step.to, snapshot.ticket.values), kind=step.kind)
    for team in step.notify:
        yield Effect("notify", to=team)
    for task in step.do:
        yield Effect("perform", task=task)
