"""A policy made ready to run: its tables and conditions as generated functions, words and patterns as indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from svcrules.evaluators.facts import Vocabulary
from svcrules.evaluators.generate import Guard, Module
from svcrules.evaluators.texts import Texts, texts_of
from svcrules.evaluators.ticket import Ticket
from svcrules.evaluators.verdict import Verdict
from svcrules.language.model import Channels, Check, Condition, Policy, Required, Value
from svcrules.language.timed import Clock, ClosingRule, Duty, Ladder, Limit, Step
from svcrules.time.clock import Allowance

IntakeRule = TypeVar("IntakeRule", Required, Channels, Check)


class StepProgram(NamedTuple):
    step: Step
    when: Guard | None


class LadderProgram(NamedTuple):
    ladder: Ladder
    when: Guard
    steps: tuple[StepProgram, ...]


class DutyProgram(NamedTuple):
    duty: Duty
    when: Guard


class ClosingProgram(NamedTuple):
    rule: ClosingRule
    when: Guard
    needs: Guard | None


class Plan(NamedTuple):
    """
    What an event of a type can touch: `clocks` that it may start, end, hold or begin anew, `holding` those whose pauses
    it may change, the duties that it brings, the steps that wait for it, and the rules of intake that look at it.
    """

    clocks: Mapping[str, Clock]
    holding: Mapping[str, Clock]
    duties: tuple[DutyProgram, ...]
    steps: tuple[tuple[LadderProgram, StepProgram], ...]
    required: tuple[tuple[Required, Guard | None], ...]
    channels: tuple[tuple[Channels, Guard | None], ...]
    checks: tuple[tuple[Check, Guard | None], ...]


class Program:
    """
    A policy made ready to run.

    Depends on nothing but the policy, and means the same for ever: one program can serve any number of tickets, and
    threads. `known` is a program of a similar policy, whose indexes of words are used again where they can be.
    """

    def __init__(self, policy: Policy, known: Program | None = None) -> None:
        self.policy = policy
        self.zone = ZoneInfo(policy.timezone)
        self.vocabulary = Vocabulary(policy.fields)
        self.texts: Texts = texts_of(conditions_of(policy), known.texts if known is not None else None)
        module = Module(policy, self.texts, self.allowance)
        judge = module.write_judge()
        guarded = _Guarded(policy, module)
        module.run()
        self._judge = module.function(judge)
        self.required = guarded.of_rules(policy.intake.required)
        self.channels = guarded.of_rules(policy.intake.channels)
        self.checks = guarded.of_rules(policy.intake.checks)
        timing = policy.timing
        self.ladders = tuple(
            LadderProgram(
                ladder,
                guarded.of(ladder.when),
                tuple(StepProgram(step, guarded.of_any(step.when)) for step in ladder.steps),
            )
            for ladder in timing.ladders
        )
        self.duties = tuple(DutyProgram(duty, guarded.of(duty.when)) for duty in timing.duties)
        self.closing = tuple(
            ClosingProgram(rule, guarded.of(rule.when), guarded.of_any(rule.needs)) for rule in timing.closing
        )

        self._plans = {type_: self._plan(type_) for type_ in policy.event_types}

    def plan(self, type_: str) -> Plan:
        """Return what an event of the type can touch; the type may be one that only another version knows."""
        return self._plans.get(type_) or self._plan(type_)

    def _plan(self, type_: str) -> Plan:
        clocks = self.policy.timing.clocks
        return Plan(
            {name: clock for name, clock in clocks.items() if _touches(type_, clock)},
            {name: clock for name, clock in clocks.items() if _holds(type_, clock) or type_ in clock.restarts},
            tuple(duty for duty in self.duties if type_ in duty.duty.upon),
            tuple((ladder, step) for ladder in self.ladders for step in ladder.steps if type_ in step.step.upon),
            tuple(each for each in self.required if _looks_at(type_, each[0].at)),
            tuple(each for each in self.channels if _looks_at(type_, each[0].at)),
            tuple(each for each in self.checks if _looks_at(type_, each[0].at)),
        )

    def ticket(self, facts: Mapping[str, Value], before: Ticket | None = None) -> Ticket:
        """Return a ticket of which this is known; `before` is the same ticket as it was, for what has not changed."""
        return Ticket(dict(facts), self.texts, before)

    def judge(self, ticket: Ticket) -> Verdict:
        """Return what the tables say of the ticket, to which the results are added as fields."""
        verdict: Verdict = self._judge(ticket)
        return verdict

    def allowance(self, limit: Limit) -> Allowance:
        named = self.policy.timing.calendars[limit.calendar]
        return Allowance(limit.within, named.calendar, named.boundary, limit.day_end)


def _touches(type_: str, clock: Clock) -> bool:
    if type_ in clock.starts or type_ in clock.stops or type_ in clock.restarts or _holds(type_, clock):
        return True
    return not clock.duty and type_ in ("reopened", "cancelled", "closed")


def _holds(type_: str, clock: Clock) -> bool:
    return any(type_ in pause.begins or type_ in pause.ends for pause in clock.pauses)


def _looks_at(type_: str, at: tuple[str, ...]) -> bool:
    return not at or type_ in at


class _Guarded:
    """The conditions of a policy outside its tables, written once each."""

    def __init__(self, policy: Policy, module: Module) -> None:
        self._guards: dict[Condition, Callable[[], Guard]] = {}
        for condition in _guarded(policy):
            if condition not in self._guards:
                self._guards[condition] = module.write_guard(condition)

    def of(self, condition: Condition) -> Guard:
        return self._guards[condition]()

    def of_any(self, condition: Condition | None) -> Guard | None:
        return self.of(condition) if condition is not None else None

    def of_rules(self, rules: tuple[IntakeRule, ...]) -> tuple[tuple[IntakeRule, Guard | None], ...]:
        return tuple((rule, self.of_any(rule.when)) for rule in rules)


def conditions_of(policy: Policy) -> Iterator[Condition]:
    """Yield every condition of the policy."""
    yield from (field.counted.when for field in policy.fields.values() if field.counted is not None)
    for table in (*policy.tables, *policy.timing.limits.values()):
        if table.applies is not None:
            yield table.applies
        yield from (rule.when for rule in table.rules)
    yield from _guarded(policy)


def _guarded(policy: Policy) -> Iterator[Condition]:
    """Yield the conditions that do not choose an answer of a table."""
    yield from (rule.when for rule in policy.intake.rules if rule.when is not None)
    timing = policy.timing
    for ladder in timing.ladders:
        yield ladder.when
        yield from (step.when for step in ladder.steps if step.when is not None)
    yield from (duty.when for duty in timing.duties)
    for closing in timing.closing:
        yield closing.when
        if closing.needs is not None:
            yield closing.needs
