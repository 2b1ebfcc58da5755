"""A policy made ready to run: its tables with conditions as functions, its words as one index a field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from svcrules.decision import OTHERWISE, Fact
from svcrules.evaluators.facts import Vocabulary
from svcrules.evaluators.matchers import WordIndex
from svcrules.evaluators.matching import Matcher, compiled
from svcrules.evaluators.ticket import Ticket
from svcrules.language.model import Channels, Check, Condition, Policy, Required, Rule, Table, tests_in
from svcrules.language.timed import ClosingRule, Duty, Ladder, Limit, Step
from svcrules.time.clock import Allowance

Answer = TypeVar("Answer")
IntakeRule = TypeVar("IntakeRule", Required, Channels, Check)


@dataclass(frozen=True, slots=True)
class Win(Generic[Answer]):
    """What a table answers. `rule` is None where no rule matched; `later` holds the others that match, if asked."""

    answer: Answer
    rule: Rule[Answer] | None
    facts: tuple[Fact, ...]
    cites: tuple[str, ...]
    later: tuple[Rule[Answer], ...] = ()

    @property
    def rule_id(self) -> str:
        return self.rule.id if self.rule is not None else OTHERWISE


class TableProgram(Generic[Answer]):
    """A table with its conditions as functions."""

    def __init__(self, table: Table[Answer]) -> None:
        self.table = table
        self.rules = tuple((rule, compiled(rule.when)) for rule in table.rules)
        self.applies = compiled(table.applies) if table.applies is not None else None

    def applies_to(self, ticket: Ticket) -> bool:
        return self.applies is None or self.applies.holds(ticket)

    def win(self, ticket: Ticket, all_matches: bool = False) -> Win[Answer]:
        """
        Return the answer of the first rule that matches, else the default's.

        With `all_matches`, the rules after the first that match as well are looked for, too.
        """
        matching = self._matching(ticket)
        first = next(matching, None)
        if first is None:
            otherwise = self.table.otherwise
            return Win(otherwise.answer, None, (), otherwise.cites)
        rule, matcher = first
        later = tuple(rule for rule, _ in matching) if all_matches else ()
        return Win(rule.answer, rule, each_once(matcher.because(ticket)), rule.cites, later)

    def _matching(self, ticket: Ticket) -> Iterator[tuple[Rule[Answer], Matcher]]:
        return (entry for entry in self.rules if entry[1].holds(ticket))


class StepProgram(NamedTuple):
    step: Step
    when: Matcher | None


class LadderProgram(NamedTuple):
    ladder: Ladder
    when: Matcher
    steps: tuple[StepProgram, ...]


class DutyProgram(NamedTuple):
    duty: Duty
    when: Matcher


class ClosingProgram(NamedTuple):
    rule: ClosingRule
    when: Matcher
    needs: Matcher | None


def each_once(facts: list[Fact]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(facts))


class Program:
    """
    A policy made ready to run.

    Depends on nothing but the policy, and is never changed: one program can serve any number of tickets.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.zone = ZoneInfo(policy.timezone)
        self.vocabulary = Vocabulary(policy.fields)
        self.schemes = tuple((scheme.name, TableProgram(scheme.table)) for scheme in policy.schemes)
        self.priority = TableProgram(policy.priority.table) if policy.priority else None
        self.routing = TableProgram(policy.routing) if policy.routing else None
        self.ownership = TableProgram(policy.ownership) if policy.ownership else None
        self.required = _with_matchers(policy.intake.required)
        self.channels = _with_matchers(policy.intake.channels)
        self.checks = _with_matchers(policy.intake.checks)
        timing = policy.timing
        self.limits: tuple[tuple[str, TableProgram[Limit | None]], ...] = tuple(
            (clock, TableProgram(table)) for clock, table in timing.limits.items()
        )
        self.ladders = tuple(
            LadderProgram(
                ladder,
                compiled(ladder.when),
                tuple(StepProgram(step, _compiled(step.when)) for step in ladder.steps),
            )
            for ladder in timing.ladders
        )
        self.duties = tuple(DutyProgram(duty, compiled(duty.when)) for duty in timing.duties)
        self.closing = tuple(
            ClosingProgram(rule, compiled(rule.when), _compiled(rule.needs)) for rule in timing.closing
        )
        self.words = _word_indexes(policy)

    def allowance(self, limit: Limit) -> Allowance:
        named = self.policy.timing.calendars[limit.calendar]
        return Allowance(limit.within, named.calendar, named.boundary, limit.day_end)


def _compiled(condition: Condition | None) -> Matcher | None:
    return compiled(condition) if condition is not None else None


def _with_matchers(rules: tuple[IntakeRule, ...]) -> tuple[tuple[IntakeRule, Matcher | None], ...]:
    return tuple((rule, _compiled(rule.when)) for rule in rules)


def _word_indexes(policy: Policy) -> dict[str, WordIndex]:
    """One index for each text field: all words and phrases that any rule looks for in it."""
    words: dict[str, list[str]] = {}
    placed: dict[str, list[str]] = {}
    for condition in conditions_of(policy):
        for test in tests_in(condition):
            if test.operator == "mentions" and isinstance(test.operand, tuple):
                looked_for = (*map(str, test.operand), *test.apart_from)
                words.setdefault(test.field, []).extend(looked_for)
                placed.setdefault(test.field, []).extend(looked_for if test.apart_from else ())
    return {field: WordIndex(listed, placed[field]) for field, listed in words.items()}


def conditions_of(policy: Policy) -> Iterator[Condition]:
    """Yield every condition of the policy."""
    yield from (field.counted.when for field in policy.fields.values() if field.counted is not None)
    for table in policy.tables:
        if table.applies is not None:
            yield table.applies
        yield from (rule.when for rule in table.rules)
    yield from (rule.when for rule in policy.intake.rules if rule.when is not None)
    timing = policy.timing
    for limits in timing.limits.values():
        yield from (rule.when for rule in limits.rules)
    for ladder in timing.ladders:
        yield ladder.when
        yield from (step.when for step in ladder.steps if step.when is not None)
    yield from (duty.when for duty in timing.duties)
    for closing in timing.closing:
        yield closing.when
        if closing.needs is not None:
            yield closing.needs
