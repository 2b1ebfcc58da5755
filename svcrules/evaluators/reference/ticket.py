"""A ticket, event by event, read off docs/language.md: intake, clocks, duties, ladders, closing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from svcrules import decision as outcome
from svcrules.decision import Action, Decision, Fact, Reason, Violation
from svcrules.evaluators.facts import Vocabulary
from svcrules.evaluators.reference.conditions import Facts, Values, because, holds, once, said
from svcrules.evaluators.reference.tables import Answer, Verdict, ask, judged, person
from svcrules.events import EventError
from svcrules.language import model, timed
from svcrules.language.model import Policy
from svcrules.language.timed import Hinge, Limit, Moment, OnLimitChange, OnReopen
from svcrules.state import Entry
from svcrules.time import clock as working
from svcrules.time.calendar import Boundary, DayEnd
from svcrules.time.clock import Allowance, ClockState, Run
from svcrules.time.duration import Duration

BEGINNING = datetime.min.replace(tzinfo=UTC)


class Given(NamedTuple):
    """The limit of a clock, how it is counted, and why it is given."""

    limit: Limit
    allowance: Allowance
    reason: Reason


class Timer(NamedTuple):
    """A clock that has started, and the limit that it has since an instant, if it has one."""

    run: Run
    given: Given | None
    since: datetime

    def figure(self, of: Callable[[Run, Allowance], Answer]) -> Answer | None:
        """What is computed from the limit; None without one, and beyond the year 9999."""
        try:
            return of(self.run, self.given.allowance) if self.given else None
        except OverflowError:
            return None

    def used(self, percent: int) -> datetime | None:
        """When so much of the limit is used; None where a pause, or the end, comes before."""
        return self.figure(lambda run, allowance: working.reached(run, allowance, percent))

    def falls_due(self, percent: int) -> datetime | None:
        """When so much is used up, of a clock that goes on: at the earliest when it got this limit."""
        at = self.used(percent) if self.run.is_live else None
        return max(at, self.since) if at else None

    def opens(self) -> datetime | None:
        """When stops begin to count, if they do not from the start."""
        window = self.given.limit.not_before if self.given else None
        if window is None:
            return None
        fresh = self._replace(run=working.begun(self.run.started))
        return fresh.figure(lambda run, allowance: working.reached(run, allowance._replace(within=window)))


class Climb(NamedTuple):
    """A ladder that began for the `number`-th time (from 0), when, and why; `start` is None once it has ended."""

    number: int = -1
    start: datetime | None = None
    facts: Facts = ()


class Firing(NamedTuple):
    """
    What falls due after the `number`-th event, with its idempotency key.

    `caused`: an event brings it about at its own instant; what is not caused happens through the passing of time.
    """

    number: int
    due: datetime
    key: str
    name: str
    reason: Reason
    actions: tuple[Action, ...]
    caused: bool


def act(do: str, **what: Any) -> Action:
    """An action; its key, rule and due time are filled in when it fires."""
    return Action(do, "", "", **what)


class Case:
    """A ticket after so many events (`number`), until the next; as it is made, before its first."""

    def __init__(self, policy: Policy, ticket: str) -> None:
        self.policy, self.timing, self.zone = policy, policy.timing, ZoneInfo(policy.timezone)
        self.ticket, self.number, self.is_open = ticket, 0, True
        self.facts: Values = {}
        self.verdict = Verdict({}, {}, None, None, ())
        self.happened: frozenset[str] = frozenset()
        self.pauses: Mapping[str, frozenset[int]] = {}
        self.clocks: Mapping[str, Timer] = {}
        self.ladders = {ladder.id: Climb() for ladder in policy.timing.ladders}
        self.settled: tuple[Firing, ...] = ()
        self.coming: tuple[Firing, ...] = ()

    def take(self, entry: Entry, before: Case) -> None:
        """Go on after one more event."""
        self.number, self.at, self.event = before.number + 1, entry.time, f"{entry.source}/{entry.id}"
        # What an event says stays true until a later event says otherwise; `null` takes it back.
        read = Vocabulary(self.policy.fields).read(entry.data)
        if read.findings:
            raise EventError(read.findings)
        facts = {**before.facts, **read.facts, **entry.counts}
        self.facts = {name: value for name, value in facts.items() if name not in read.taken_back}
        self.ignored = tuple(read.ignored)
        self.verdict = judged(self.policy, self.facts)
        self.values = self.verdict.values
        self.happened = before.happened if entry.type != "reopened" else frozenset()
        self.found = (*self.intake(entry.type), *self.closing(entry.type))
        # A closing that is refused ends no clock and no ladder, brings no duties and no steps: nothing has happened.
        self.type = "" if any(do == "refuse_closing" for _, do in self.found) else entry.type
        self.happened |= {self.type}
        self.is_open = self.type not in ("closed", "cancelled") and (before.is_open or self.type == "reopened")
        self.move_clocks()
        self.climb()
        self.fire(before)

    # intake, closing: what must not be, and what is to be done about it, if anything

    def intake(self, type_: str) -> Iterator[tuple[Violation, str]]:
        """All rules of intake that match apply."""
        for rule in self.policy.intake.rules:
            if (rule.at and type_ not in rule.at) or not holds(rule.when, self.values):
                continue
            facts = because(rule.when, self.values)
            match rule:
                case model.Required():
                    table, do = "intake.required", "refuse" if rule.refuse else "request_fields"
                    fields = tuple(name for name in rule.fields if name not in self.values)
                case model.Channels():
                    table, do, used = "intake.channels", "", self.values.get(rule.field)
                    fields = () if used is None or used in rule.accepted else (rule.field,)
                    facts = once((*facts, Fact(rule.field, used)))
                case model.Check():
                    table, do = "intake.checks", "refuse" if rule.refuse else ""
                    fields = fields_of(facts)
            if fields:
                yield Violation(table, rule.id, fields, facts, rule.title, rule.cites), do

    def closing(self, type_: str) -> Iterator[tuple[Violation, str]]:
        """Looked at on `closed`: a condition that must hold, events that must have happened since it was opened."""
        for rule in self.timing.closing:
            if type_ != "closed" or not holds(rule.when, self.values):
                continue
            missing = tuple(needed for needed in rule.after if needed not in self.happened)
            unmet = () if holds(rule.needs, self.values) else said(rule.needs, self.values)
            if missing or unmet:
                facts = once((*because(rule.when, self.values), *unmet))
                violation = Violation("closing", rule.id, fields_of(unmet), facts, rule.title, rule.cites, missing)
                yield violation, "refuse_closing" if rule.refuse else ""

    # clocks, time_limits

    def move_clocks(self) -> None:
        """Each clock after the event, with the pauses that hold it, and the limit that it then has."""
        limits, clocks, pauses = dict(self.limits()), dict(self.clocks), {}
        for name, clock in self.timing.clocks.items():
            # From an event of `from` to the next of `to`; `reopened` and `restarts` end those that were left.
            left = frozenset() if self.type in ("reopened", *clock.restarts) else self.pauses.get(name, frozenset())
            ends = {number for number, pause in enumerate(clock.pauses) if self.type in pause.ends}
            begins = {number for number, pause in enumerate(clock.pauses) if self.type in pause.begins}
            pauses[name] = (left - ends) | begins
            if timer := self.moved(clock, clocks.get(name), pauses[name], limits.get(name)):
                clocks[name] = timer
        self.clocks, self.pauses = clocks, pauses

    def limits(self) -> Iterator[tuple[str, Given]]:
        """The first rule for a clock that matches gives its limit; the clock of a duty has that of the duty."""
        for name, table in self.timing.limits.items():
            limit, reason = ask(table, self.values, lambda limit: str(limit.within) if limit else "")
            if limit:
                yield name, self.given(limit, reason)
        for duty in self.timing.duties:
            if duty.limit and self.type in duty.upon and holds(duty.when, self.values):
                facts, within = because(duty.when, self.values), str(duty.limit.within)
                yield duty.id, self.given(duty.limit, Reason("duties", duty.id, within, facts, duty.cites))

    def given(self, limit: Limit, reason: Reason) -> Given:
        named = self.timing.calendars[limit.calendar]
        return Given(limit, Allowance(limit.within, named.calendar, named.boundary, limit.day_end), reason)

    def moved(
        self, clock: timed.Clock, timer: Timer | None, pauses: frozenset[int], given: Given | None
    ) -> Timer | None:
        """What the event does to a clock; without `timer` it has not started yet."""
        run, at = timer.run if timer else None, self.at
        over = run is not None and not run.is_live
        begins = (
            run is None and self.type in clock.starts and not clock.duty,
            run is not None and self.type in clock.restarts and run.state is not ClockState.CANCELLED,
            over and self.type == "reopened" and clock.on_reopen is OnReopen.RESTART,
            # A duty that has been fulfilled begins anew; one that has not goes on.
            clock.duty and given is not None and (run is None or over),
        )
        if any(begins):
            return Timer(held(working.begun(at, run), pauses, at), given, at)
        if timer is None or run is None:
            return None
        if over and self.type == "reopened" and clock.on_reopen is OnReopen.RESUME:
            run = working.reopened(run, at)
        elif run.is_live and self.type == "cancelled" and not clock.duty:
            run = working.ended(run, at, ClockState.CANCELLED)
        elif run.is_live and self.stops(clock, timer):
            run = working.ended(run, at, ClockState.STOPPED)
        if clock.duty or not run.is_live:
            return timer._replace(run=run)
        return self.limited(clock, timer, held(run, pauses, at), given)

    def stops(self, clock: timed.Clock, timer: Timer) -> bool:
        """`closed` ends a clock that it does not start, but none of a duty; other stops count from `not_before` on."""
        if self.type in clock.stops:
            opens = timer.opens()
            return opens is None or self.at >= opens
        return self.type == "closed" and self.type not in clock.starts and not clock.duty

    def limited(self, clock: timed.Clock, timer: Timer, run: Run, given: Given | None) -> Timer:
        """What a new limit does to a clock that goes on."""
        if (given and given.limit) == (timer.given and timer.given.limit):
            return Timer(run, given, timer.since)
        if clock.on_limit_change is OnLimitChange.KEEP and timer.given:
            return timer._replace(run=run)
        if clock.on_limit_change is OnLimitChange.RESTART and given:
            run = held(working.begun(self.at, run), run.pauses, self.at)
        return Timer(run, given, self.at)

    # escalation, duties

    def climb(self) -> None:
        """Each ladder whose `when` holds runs while the case is open; when `when` holds again, it begins anew."""
        self.ladders = dict(self.ladders)
        for ladder in self.timing.ladders:
            climb = self.ladders[ladder.id]
            if not self.is_open or not holds(ladder.when, self.values):
                self.ladders[ladder.id] = climb._replace(start=None)
            elif climb.start is None:
                self.ladders[ladder.id] = Climb(climb.number + 1, self.at, because(ladder.when, self.values))

    def fire(self, before: Case) -> None:
        """What was due before the event has fired; with it fires what it brings, and what should have been before."""
        passed = (firing for firing in before.coming if firing.due < self.at)
        settled = (*before.settled, *passed, *self.duties(before), *self.steps_upon(before))
        fired = {firing.key: firing.due for firing in settled}
        due = (*self.shares_of_limits(fired), *self.steps_at(fired))
        self.settled = (*settled, *(firing for firing in due if firing.caused))
        self.coming = tuple(firing for firing in due if not firing.caused)

    def duties(self, before: Case) -> Iterator[Firing]:
        """All duties whose `when` holds at that event apply; one whose clock runs already is not owed anew."""
        for duty in self.timing.duties:
            old = before.clocks.get(duty.id) if duty.limit else None
            if self.type not in duty.upon or not holds(duty.when, self.values) or (old and old.run.is_live):
                continue
            action = act("duty", to=duty.by)
            if duty.keep:
                until = self.written(self.at + duty.keep.time)
                action = act("delete" if duty.at_most else "keep", to=duty.by, until=until)
            elif duty.limit:
                due = self.clocks[duty.id].figure(working.due)
                action = act("duty", to=duty.by, clock=duty.id, until=due and self.written(due))
            reason = Reason("duties", duty.id, "", because(duty.when, self.values), duty.cites)
            yield self.firing(self.at, f"duty/{duty.id}/{self.event}", duty.id, reason, [action], brought=True)

    def steps_upon(self, before: Case) -> Iterator[Firing]:
        """`upon` fires with each such event while the ladder runs, also with one that begins or ends it."""
        for ladder in self.timing.ladders:
            runs = before.ladders[ladder.id].start or self.ladders[ladder.id].start
            for step in ladder.steps if runs and holds(ladder.when, self.values) else ():
                if self.type in step.upon and holds(step.when, self.values):
                    name = f"{ladder.id}.{step.id}"
                    reason = Reason("escalation", name, "", because(ladder.when, self.values), step.cites)
                    yield self.firing(self.at, f"step/{name}/{self.event}", name, reason, self.does(step), brought=True)

    def shares_of_limits(self, fired: Mapping[str, datetime]) -> Iterator[Firing]:
        """Warnings and breaches."""
        for name, timer in self.clocks.items():
            for percent in (*timer.given.limit.warn_at, 100) if timer.given else ():
                what, at = "breach" if percent == 100 else f"{percent}%", timer.falls_due(percent)
                key = f"clock/{name}/{timer.run.number}/{what}"
                if at and timer.given and key not in fired:
                    action = act("breach", clock=name) if percent == 100 else act("warn", clock=name, percent=percent)
                    yield self.firing(at, key, f"{name} {what}", timer.given.reason, [action])

    def steps_at(self, fired: Mapping[str, datetime]) -> Iterator[Firing]:
        """A step fires once while its clock runs on, or `up_to` times; repetitions wait for a moment that has moved."""
        for ladder in self.timing.ladders:
            times, start, facts = self.ladders[ladder.id]
            for step in ladder.steps:
                if start is None or step.at is None or not holds(step.when, self.values):
                    continue
                name, timer = f"{ladder.id}.{step.id}", self.clocks.get(step.at.clock or "")
                runs = f"{times}.{timer.run.number}" if timer else str(times)
                calendar = step.calendar or (timer.given.limit.calendar if timer and timer.given else None)
                at = first = self.moment(step.at, timer, start, calendar)
                for number in range(1, step.up_to + 1):
                    if at is None or first is None:
                        break
                    key, shown = f"step/{name}/{runs}/{number}", name if number == 1 else f"{name} #{number}"
                    if key not in fired:
                        reason = Reason("escalation", name, "", facts, step.cites)
                        brought = number == 1 and step.at == Moment(Hinge.START)
                        yield self.firing(at, key, shown, reason, self.does(step), brought=brought)
                    again = self.shifted(fired.get(key, max(at, self.at)), step.repeat or Duration(), calendar)
                    at = max(again, first) if again else None

    def moment(self, at: Moment, timer: Timer | None, start: datetime, calendar: str | None) -> datetime | None:
        """When a step is due; None while a pause holds its clock, and once that has ended."""
        if at.hinge is Hinge.START:
            return self.shifted(start, at.offset, calendar)
        share = timer.falls_due(at.percent if at.hinge is Hinge.PERCENT else 100) if timer else None
        due = self.shifted(share, at.offset, calendar, before=at.before) if share else None
        return max(due, start) if due else None

    def shifted(self, at: datetime, by: Duration, calendar: str | None, *, before: bool = False) -> datetime | None:
        """So much later or earlier in the calendar, or around the clock; working days end at the same time of day."""
        named = self.timing.calendars[calendar] if calendar else None
        try:
            if named is None or by == Duration():
                return at + by.time
            if not by.working_days:
                add = named.calendar.add(at, by.time, named.boundary)
                return named.calendar.subtract(at, by.time) if before else add
            boundary = Boundary.CLOSING if before else named.boundary
            days = -by.working_days if before else by.working_days
            return named.calendar.add_working_days(at, days, DayEnd.SAME_TIME, boundary)
        except OverflowError:
            return BEGINNING if before else None

    def does(self, step: timed.Step) -> Iterator[Action]:
        """Who is to act, who is to hear, what is to be done."""
        if step.to:
            yield act("escalate", to=person(step.to, self.values), kind=step.kind)
        yield from (act("notify", to=team) for team in step.notify)
        yield from (act("perform", task=task) for task in step.do)

    def firing(
        self, due: datetime, key: str, name: str, reason: Reason, actions: Iterable[Action], *, brought: bool = False
    ) -> Firing:
        """What fires when it is due, or with this event where that was before."""
        at, prefix, done = max(due, self.at), f"{quote(self.ticket, safe='')}/{quote(key, safe='/%')}", []
        for action in actions:
            parts = (prefix, action.do, action.to or action.task)
            full = "/".join(part for part in parts if part)
            done.append(action._replace(key=full, rule=reason.rule, due=self.written(at)))
        return Firing(self.number, at, key, name, reason, tuple(done), brought or due < self.at)

    def first_due(self, done: frozenset[str]) -> datetime | None:
        """When something falls due next that has not been answered."""
        return min((firing.due for firing in (*self.settled, *self.coming) if firing.key not in done), default=None)

    # What a decision says

    def decision(self, done: frozenset[str], as_of: datetime, fired: list[Firing], latest: Case) -> Decision:
        """The ticket at the instant, what has fired, and what is to be done because of it."""
        limited = [(name, timer, timer.given) for name, timer in self.clocks.items() if timer.given]
        # Warnings and breaches fire for the reason of their limit, which is there anyway.
        reasons = {firing.reason.rule: firing.reason for firing in reversed(fired) if not firing.reason.answer}
        coming = latest.first_due(done)
        return Decision(
            ticket=self.ticket,
            event=None,
            type="due",
            time=self.written(as_of),
            as_of=self.written(as_of),
            policy=self.policy.name,
            version=self.policy.version,
            digest=self.policy.digest,
            classification=self.verdict.classification,
            priority=self.verdict.priority,
            route=self.verdict.route,
            clocks=tuple(self.shown(*each, as_of) for each in limited),
            fired=tuple(outcome.Fired(firing.name, self.written(firing.due)) for firing in fired),
            next_check_at=self.written(coming) if coming else None,
            actions=tuple(action for firing in fired for action in firing.actions),
            violations=(),
            reasons=(*self.verdict.reasons, *(given.reason for _, _, given in limited), *reversed(reasons.values())),
            ignored=(),
        )

    def shown(self, name: str, timer: Timer, given: Given, now: datetime) -> outcome.ClockDecision:
        """A clock with a limit, as it stands at the instant."""
        run, calendar, opens = timer.run, given.allowance.calendar, timer.opens()
        due, total, used = timer.figure(working.due), timer.figure(working.budget), working.used(run, calendar, now)
        # The times in which it did not run, the last without end while it lasts.
        ends = [stretch.end for stretch in run.stretches]
        starts = [*(stretch.start for stretch in run.stretches[1:]), None if run.is_live else run.since]
        pauses = [(end, start) for end, start in zip(ends, starts, strict=True) if end and (not start or end < start)]
        return outcome.ClockDecision(
            clock=name,
            state=run.state,
            verdict=working.verdict(run, due, now),
            rule=given.reason.rule,
            limit=str(given.limit.within),
            calendar=given.limit.calendar,
            started=self.written(run.started),
            ended=None if run.is_live else self.written(run.since),
            not_before=self.written(opens) if opens else None,
            due=self.written(due) if due else None,
            warnings=tuple((share, self.written(at)) for share in given.limit.warn_at if (at := timer.used(share))),
            pauses=tuple((self.written(end), self.written(start) if start else None) for end, start in pauses),
            used=seconds(used),
            left=seconds(total - used) if total is not None else None,
            beyond_calendar=due is not None and not calendar.covered(due),
        )

    def written(self, instant: datetime) -> str:
        """RFC 3339 in the offset of the policy's zone; in UTC where that has seconds, as it once had."""
        local = instant.astimezone(self.zone)
        whole = (local.utcoffset() or timedelta()).seconds % 60 == 0
        return local.isoformat() if whole else instant.isoformat().replace("+00:00", "Z")

    def route_actions(self, before: Case, prefix: str) -> Iterator[Action]:
        """What the route asks for where it is new, or has changed."""
        old, new = before.verdict.route, self.verdict.route
        if new is None or new == old:
            return
        table = "ownership" if new.team is None else "routing"
        rule = next(reason.rule for reason in self.verdict.reasons if reason.table == table)
        if old is None or (old.team, old.owner) != (new.team, new.owner):
            yield Action("assign", f"{prefix}/assign", rule, new.team or new.owner, new.owner)
        for team in new.notify:
            if old is None or team not in old.notify:
                yield Action("notify", f"{prefix}/notify/{team}", rule, team)


def held(run: Run, pauses: frozenset[int], at: datetime) -> Run:
    """The clock as these pauses hold it, and no others; those that overlap count once."""
    for pause in pauses - run.pauses:
        run = working.paused(run, at, pause)
    for pause in run.pauses - pauses:
        run = working.resumed(run, at, pause)
    return run


def fields_of(facts: Facts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.field for fact in facts))


def seconds(length: timedelta) -> float:
    return int(length.total_seconds()) if not length.microseconds else length.total_seconds()
