"""A policy made ready to run: its tables and conditions as generated functions, words and patterns as indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from svcrules.evaluators.facts import Vocabulary
from svcrules.evaluators.generate import Guard, Module, numbers_of
from svcrules.evaluators.texts import Texts, found_in_texts, text_tests, texts_of
from svcrules.evaluators.ticket import Ticket
from svcrules.evaluators.verdict import Verdict
from svcrules.language.model import Channels, Check, Condition, Policy, Required, Table, Value
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


class TableProgram:
    """One table by itself, without reasons: for those who need no more of a policy."""

    def __init__(self, table: Table[Any], module: Module, texts: Texts) -> None:
        name = module.write_table(table)
        module.run()
        self._asked = module.function(name)
        conditions = [rule.when for rule in table.rules] + ([table.applies] if table.applies is not None else [])
        self._texts = {test.field: texts[test.field] for test in text_tests(conditions)}

    @property
    def answer(self) -> Callable[[Mapping[str, Value]], Any]:
        """What gives the answer to facts and results of other tables; None where the table does not apply."""
        return self._with_texts if self._texts else self._asked

    def _with_texts(self, values: Mapping[str, Value]) -> Any:
        return self._asked(values, found_in_texts(self._texts, values))


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
    threads. `known` is a program of a similar policy, whose indexes of words are used again where they can be. Without
    `reasons`, decisions say what is to be done and not why.
    """

    def __init__(self, policy: Policy, known: Program | None = None, *, reasons: bool = True) -> None:
        self.policy = policy
        self.reasons = reasons
        self.zone = ZoneInfo(policy.timezone)
        self.vocabulary = Vocabulary(policy.fields)
        self.texts: Texts = texts_of(conditions_of(policy), known.texts if known is not None else None)
        self._numbers = numbers_of(policy)
        self._judge, guard = self._made_ready()

        def any_guard(condition: Condition | None) -> Guard | None:
            return guard(condition) if condition is not None else None

        def with_guards(rules: tuple[IntakeRule, ...]) -> tuple[tuple[IntakeRule, Guard | None], ...]:
            return tuple((rule, any_guard(rule.when)) for rule in rules)

        self.required = with_guards(policy.intake.required)
        self.channels = with_guards(policy.intake.channels)
        self.checks = with_guards(policy.intake.checks)
        timing = policy.timing
        self.ladders = tuple(
            LadderProgram(
                ladder, guard(ladder.when), tuple(StepProgram(step, any_guard(step.when)) for step in ladder.steps)
            )
            for ladder in timing.ladders
        )
        self.duties = tuple(DutyProgram(duty, guard(duty.when)) for duty in timing.duties)
        self.closing = tuple(ClosingProgram(rule, guard(rule.when), any_guard(rule.needs)) for rule in timing.closing)
        # A closing that is refused is an event of no type.
        self._plans = {type_: self._plan(type_) for type_ in (*policy.event_types, "")}

    def _made_ready(self) -> tuple[Callable[[Ticket], Verdict], Callable[[Condition], Guard]]:
        """Return what asks all tables, and what gives the guard of a condition outside of them."""
        module = Module(self.policy, self.texts, self.allowance, reasons=self.reasons)
        judge = module.write_judge()
        guards = {condition: module.write_guard(condition) for condition in dict.fromkeys(_guarded(self.policy))}
        module.run()
        return module.function(judge), lambda condition: guards[condition]()

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

    def says_the_same(self, facts: Mapping[str, Value], before: Mapping[str, Value]) -> bool:
        """Say whether the facts are those that were known before, written alike."""
        return facts == before and all(repr(facts.get(name)) == repr(before.get(name)) for name in self._numbers)

    def judge(self, ticket: Ticket) -> Verdict:
        """Return what the tables say of the ticket, to which the results are added as fields."""
        return self._judge(ticket)

    def table(self, name: str) -> TableProgram:
        """Return a table by the name that reasons give it, such as `routing`, to be asked by itself."""
        policy = self.policy
        tables = {table.name: table for table in (*policy.tables, *policy.timing.limits.values())}
        return TableProgram(tables[name], Module(policy, self.texts, self.allowance), self.texts)

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
