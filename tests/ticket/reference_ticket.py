"""
A ticket's life, read off docs/language.md: every clock is the list of the minutes that it counted, slow and obvious.

Only the policy as loaded, and what its tables say, are of svcrules. Events lie on whole minutes, limits are whole
minutes long.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from svcrules.evaluators import reference
from svcrules.evaluators.reference.tables import judged
from svcrules.events import Event
from svcrules.language import model, timed
from svcrules.time.calendar import Boundary, Calendar, DayEnd
from svcrules.time.duration import Duration
from tests.time.naive import DAY, MINUTE, MinuteWalk

FIRST, LAST = date(2026, 3, 2), date(2026, 5, 15)
"""The days that the reference knows."""
_BEGINNING = datetime.combine(FIRST, time.min, UTC)
_EVER = datetime.combine(LAST, time.min, UTC)


class Shown(NamedTuple):
    """A clock at an instant: `used` and `left` are working time."""

    state: str
    verdict: str | None
    due: datetime | None
    used: timedelta
    left: timedelta


class Happened(NamedTuple):
    clocks: dict[str, Shown]
    violations: list[str]


class Hours:
    """A calendar as the list of its open minutes, counted from the beginning."""

    def __init__(self, calendar: Calendar, boundary: Boundary) -> None:
        self.boundary = boundary
        self.walk = MinuteWalk(calendar, FIRST, LAST)
        self.minutes = [at for at, is_open in enumerate(self.walk.open) if is_open]

    def between(self, start: datetime, end: datetime) -> list[int]:
        return self.minutes[_place(self.minutes, start) : _place(self.minutes, end)]

    def later(self, start: datetime, duration: Duration) -> datetime:
        if duration.working_days:
            end = self.days_away(start, duration.working_days, DayEnd.SAME_TIME)
            return reached(self.between(end, _EVER), timedelta(0), self.boundary) if self.opens_later(end) else end
        begins = _BEGINNING + (start - _BEGINNING) // MINUTE * MINUTE
        begun = start - begins if self.between(begins, begins + MINUTE) else timedelta(0)
        return reached(self.between(begins, _EVER), duration.time + begun, self.boundary) if duration.time else start

    def opens_later(self, at: datetime) -> bool:
        return self.boundary is Boundary.OPENING and not self.between(at, at + MINUTE)

    def earlier(self, start: datetime, duration: Duration) -> datetime:
        if duration.working_days:
            return self.days_away(start, -duration.working_days, DayEnd.SAME_TIME)
        return _BEGINNING + self.between(_BEGINNING, start)[-(duration.time // MINUTE)] * MINUTE

    def days_away(self, start: datetime, days: int, day_end: DayEnd) -> datetime:
        local = start.astimezone(self.walk.calendar.zone)
        day, left = local.date(), abs(days)
        while left:
            day += DAY if days > 0 else -DAY
            left -= any(True for _ in self.walk.openings(day))
        if day_end is DayEnd.CLOSING:
            return max(closes for _, closes in self.walk.openings(day))
        return datetime.combine(day, local.time(), local.tzinfo).astimezone(UTC)


def _place(minutes: list[int], at: datetime) -> int:
    return bisect_left(minutes, (at - _BEGINNING) / MINUTE)


@cache
def hours_of(calendar: Calendar, boundary: Boundary) -> Hours:
    return Hours(calendar, boundary)


def reached(counted: list[int], length: timedelta, boundary: Boundary = Boundary.CLOSING) -> datetime:
    """Return when so much has passed: as the last of the minutes ends or, for `opening`, as the next one begins."""
    whole, part = divmod(length, MINUTE)
    if not part and boundary is Boundary.CLOSING:
        return _BEGINNING + (counted[whole - 1] + 1) * MINUTE
    return _BEGINNING + counted[whole] * MINUTE + part


@dataclass
class Run:
    """A clock: `stretches` are the times in which it ran, `run` counts how often it began."""

    spec: timed.Clock
    started: datetime | None = None
    state: str = "waiting"
    ended: datetime | None = None
    stretches: list[tuple[datetime, datetime]] = field(default_factory=list)
    pauses: set[timed.Pause] = field(default_factory=set)
    rule: str | None = None
    limit: timed.Limit | None = None
    limited: datetime = _BEGINNING
    run: int = 0

    def begin(self, at: datetime) -> None:
        self.started, self.state, self.ended, self.stretches, self.run = at, "running", None, [], self.run + 1
        self.rule = self.limit = None
        self.go_on(at)

    def end(self, state: str, at: datetime) -> None:
        self.hold(at)
        self.state, self.ended = state, at

    def go_on(self, at: datetime) -> None:
        if not self.pauses and not (self.stretches and self.stretches[-1][1] == _EVER):
            self.stretches.append((at, _EVER))

    def hold(self, at: datetime) -> None:
        if self.stretches and self.stretches[-1][1] == _EVER:
            self.stretches[-1] = (self.stretches[-1][0], at)


class Measure:
    """A clock with a limit: when it is due, which is when its limit is used up."""

    def __init__(self, run: Run, calendars: dict[str, timed.PolicyCalendar]) -> None:
        assert run.limit is not None
        assert run.started is not None
        self.run, self.limit, self.start = run, run.limit, run.started
        calendar = calendars[self.limit.calendar]
        self.hours, self.boundary = hours_of(calendar.calendar, calendar.boundary), calendar.boundary
        self.total = self.limit.within.time
        self.last_day: datetime | None = None
        if days := self.limit.within.working_days:
            self.last_day = self.hours.days_away(self.start, days, self.limit.day_end)
            self.total = len(self.hours.between(self.start, self.last_day)) * MINUTE

        stretches = run.stretches.copy()
        self.counted = self._counted(stretches)
        if run.ended and stretches and stretches[-1][1] == run.ended:
            stretches[-1] = (stretches[-1][0], _EVER)
        self.stretches, self.going_on = stretches, self._counted(stretches)
        """The minutes that count, and those that would if the clock had not ended."""

    def _counted(self, stretches: list[tuple[datetime, datetime]]) -> list[int]:
        return list(chain.from_iterable(self.hours.between(*stretch) for stretch in stretches))

    def used_up(self, length: timedelta) -> datetime | None:
        """Return when so much of the limit is used, None where a pause holds the clock before."""
        if not length:
            return self.start
        try:
            at = reached(self.going_on, length, self.boundary)
        except IndexError:
            return None
        return self.held(at)

    def held(self, at: datetime) -> datetime | None:
        """Return the moment, or when the clock runs next: what is used up as a pause begins is not exceeded yet."""
        return next((max(start, at) for start, ends in self.stretches if ends > max(start, at)), None)

    def due(self) -> datetime | None:
        if self.last_day is None or self.boundary is Boundary.OPENING:
            return self.used_up(self.total)
        on_time = _place(self.going_on, self.last_day) * MINUTE == self.total
        if not on_time:
            return self.used_up(self.total)
        return self.held(self.last_day)

    def shown(self, now: datetime) -> Shown:
        due = self.due()
        used = _place(self.counted, now) * MINUTE
        run, verdict = self.run, None
        if run.state == "stopped":
            assert run.ended is not None
            verdict = "breached" if due is not None and due < run.ended else "met"
        elif run.state == "running" and due is not None and due <= now:
            verdict = "breached"
        state = "paused" if run.state == "running" and run.pauses else run.state
        return Shown(state, verdict, due, used, self.total - used)


@dataclass
class Climb:
    """A ladder: when it began, since when the `when` of its steps holds, how often each has fired and when last."""

    begun: datetime | None = None
    since: dict[str, datetime] = field(default_factory=dict)
    fired: dict[tuple[str, int], tuple[int, datetime]] = field(default_factory=dict)


class Life:
    """What happens to one ticket: `fired` is what has fired, and when."""

    def __init__(self, policy: model.Policy) -> None:
        self.policy, self.timing = policy, policy.timing
        self.facts: dict[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.since_opened: set[str] = set()
        self.runs = {name: Run(clock) for name, clock in self.timing.clocks.items()}
        self.climbs = {ladder.id: Climb() for ladder in self.timing.ladders}
        self.is_open = True
        self.fired: list[tuple[datetime, str]] = []
        self.told: set[tuple[str, int, int]] = set()

    def live(self, events: list[Event], until: datetime) -> Iterator[Happened]:
        """Yield what each event leads to; in the end all that falls due until then has fired."""
        events = sorted(events, key=lambda event: (event.time, event.source, event.id))
        ends = [event.time for event in events[1:]] + [until + timedelta(microseconds=1)]
        for event, end in zip(events, ends, strict=True):
            violations = self.take(event)
            shown = {name: run.shown(event.time) for name, run in self.measured().items()}
            self.wait(event.time, end)
            yield Happened(shown, violations)

    def measured(self) -> dict[str, Measure]:
        calendars = dict(self.timing.calendars)
        return {name: Measure(run, calendars) for name, run in self.runs.items() if run.limit and run.started}

    def take(self, event: Event) -> list[str]:
        facts = {name: value for name, value in {**self.facts, **event.data}.items() if value is not None}
        self.facts, self.values = facts, dict(judged(self.policy, facts).values)
        violated = [rule for rule in self.timing.closing if event.type == "closed" and self.forbids(rule)]
        refused = any(rule.refuse for rule in violated)
        self.since_opened = {event.type} | (set() if event.type == "reopened" else self.since_opened)
        if not refused:
            for run in self.runs.values():
                self.move(run, event)
        for run in self.runs.values():
            self.limit(run, event.time)
        if not refused:
            self.owe(event)
        self.climb(event, refused)
        return [rule.id for rule in violated]

    def forbids(self, rule: timed.ClosingRule) -> bool:
        needed = rule.needs is None or reference.holds(rule.needs, self.values)
        happened = set(rule.after) <= self.since_opened
        return reference.holds(rule.when, self.values) and not (needed and happened)

    def move(self, run: Run, event: Event) -> None:
        spec, type_, at = run.spec, event.type, event.time
        anew = type_ in spec.restarts
        run.pauses -= {pause for pause in spec.pauses if type_ in pause.ends or type_ == "reopened" or anew}
        run.pauses |= {pause for pause in spec.pauses if type_ in pause.begins}
        ended = run.state in ("stopped", "cancelled")
        begins = (
            type_ in spec.starts and run.state == "waiting" and not spec.duty,
            anew and run.state in ("running", "stopped"),
            type_ == "reopened" and ended and spec.on_reopen is timed.OnReopen.RESTART,
        )
        if any(begins):
            run.begin(at)
        elif type_ == "reopened" and ended and spec.on_reopen is timed.OnReopen.RESUME:
            run.state, run.ended = "running", None
        elif run.state == "running" and type_ == "cancelled" and not spec.duty:
            run.end("cancelled", at)
        elif run.state == "running" and self.stops(run, event):
            run.end("stopped", at)
        if run.state == "running":
            run.hold(at) if run.pauses else run.go_on(at)

    def stops(self, run: Run, event: Event) -> bool:
        if event.type == "closed" and not run.spec.duty:
            return True
        if event.type not in run.spec.stops or run.limit is None or run.limit.not_before is None:
            return event.type in run.spec.stops
        assert run.started is not None
        calendar = self.timing.calendars[run.limit.calendar]
        hours = hours_of(calendar.calendar, calendar.boundary)
        return event.time >= hours.later(run.started, run.limit.not_before)

    def limit(self, run: Run, at: datetime) -> None:
        table = self.timing.limits.get(run.spec.name)
        if run.state != "running" or run.spec.duty or table is None:
            return
        rule = next((rule for rule in table.rules if reference.holds(rule.when, self.values)), None)
        new = rule.id if rule else None
        change = run.spec.on_limit_change
        if new == run.rule or (run.limit and change is timed.OnLimitChange.KEEP):
            return
        if change is timed.OnLimitChange.RESTART and run.started != at:
            run.begin(at)
        run.rule, run.limit, run.limited = new, rule.answer if rule else None, at

    def owe(self, event: Event) -> None:
        for duty in self.timing.duties:
            if event.type not in duty.upon or not reference.holds(duty.when, self.values):
                continue
            run = self.runs.get(duty.id)
            if run is None or run.state != "running":
                self.fired.append((event.time, duty.id))
            if run is not None and run.state != "running":
                run.begin(event.time)
                run.limit = duty.limit

    def climb(self, event: Event, refused: bool) -> None:
        ends = event.type in ("closed", "cancelled") and not refused
        opened = self.is_open or event.type == "reopened"
        self.is_open = opened and not ends
        for ladder in self.timing.ladders:
            climb = self.climbs[ladder.id]
            if not reference.holds(ladder.when, self.values) or not opened or (ends and climb.begun is None):
                climb.begun = None
                continue
            if climb.begun is None:
                self.climbs[ladder.id] = climb = Climb(event.time)
            for step in ladder.steps:
                if step.when is not None and not reference.holds(step.when, self.values):
                    climb.since.pop(step.id, None)
                    continue
                climb.since.setdefault(step.id, event.time)
                name = f"{ladder.id}.{step.id}"
                if event.type in step.upon and not refused:
                    self.fired.append((event.time, name))
                if (
                    step.at == timed.Moment(timed.Hinge.START) and (step.id, 0) not in climb.fired
                ):  # not to be overtaken by an event of the same instant
                    self.fire(name, step, climb, {}, (event.time, event.time + MINUTE / 60))
            if ends:
                climb.begun = None

    def wait(self, now: datetime, end: datetime) -> None:
        """Let everything fire that is due before the end, and was not before now."""
        measured = {name: run for name, run in self.measured().items() if run.run.state == "running"}
        for name, measure in measured.items():
            moments = [(percent, measure.used_up(measure.total * percent / 100)) for percent in measure.limit.warn_at]
            for percent, at in [*moments, (100, measure.due())]:
                key = (name, measure.run.run, percent)
                if at is not None and max(at, now) < end and key not in self.told:
                    self.told.add(key)
                    self.fired.append((max(at, now), f"{name} {f'{percent}%' if percent < 100 else 'breach'}"))
        for ladder in self.timing.ladders:
            climb = self.climbs[ladder.id]
            for step in ladder.steps:
                if climb.begun is not None and step.at is not None and step.id in climb.since:
                    self.fire(f"{ladder.id}.{step.id}", step, climb, measured, (now, end))

    def fire(
        self, name: str, step: timed.Step, climb: Climb, measured: dict[str, Measure], gap: tuple[datetime, datetime]
    ) -> None:
        assert step.at is not None
        clock = measured.get(step.at.clock or "")
        if step.at.clock and clock is None:
            return
        hours = clock.hours if clock else None
        if step.calendar:
            hours = hours_of(
                self.timing.calendars[step.calendar].calendar, self.timing.calendars[step.calendar].boundary
            )
        key = (step.id, clock.run.run if clock else 0)
        while True:
            count, last = climb.fired.get(key, (0, gap[0]))
            if count == step.up_to:
                return
            at = self.first(step.at, climb, clock, hours)
            if count and at is not None:
                assert step.repeat is not None
                at = max(at, _later(hours, last, step.repeat))
            if at is None or max(at, gap[0]) >= gap[1]:
                return
            climb.fired[key] = (count + 1, max(at, gap[0]))
            self.fired.append((max(at, gap[0]), name + (f" #{count + 1}" if count else "")))

    def first(self, moment: timed.Moment, climb: Climb, clock: Measure | None, hours: Hours | None) -> datetime | None:
        assert climb.begun is not None
        if clock is None:
            return _later(hours, climb.begun, moment.offset)
        if moment.hinge is timed.Hinge.PERCENT:
            return clock.used_up(clock.total * moment.percent / 100)
        due = clock.due()
        if due is None or not (moment.offset.time or moment.offset.working_days):
            return due
        assert hours is not None
        if moment.before:
            return hours.earlier(due, moment.offset)
        return hours.later(max(due, clock.run.limited), moment.offset)


def _later(hours: Hours | None, start: datetime, duration: Duration) -> datetime:
    """Return the instant so much later, around the clock where there is no calendar."""
    return hours.later(start, duration) if hours else start + duration.time
