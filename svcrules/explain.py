"""
Explain: what was recorded while deciding, put so that people and programs can read it.

Nothing is decided here: the record comes from `decide`, the outcome of single tests from the same functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, NamedTuple

from svcrules.decide import decide_at
from svcrules.decision import Decision, Fact
from svcrules.diagnostics import Span, nearest
from svcrules.evaluators.matching import compiled
from svcrules.evaluators.program import Program
from svcrules.evaluators.texts import Texts
from svcrules.evaluators.ticket import Ticket
from svcrules.events import Event
from svcrules.language.model import All as AllOf
from svcrules.language.model import Any as AnyOf
from svcrules.language.model import Channels, Check, Condition, Not, Owner, Policy, Required, Route, Test, Title
from svcrules.language.timed import Limit
from svcrules.state import State
from svcrules.ticket.passed import Passed, tables_passed


@dataclass(frozen=True, slots=True)
class Later:
    """A rule that matched too, after the one that won."""

    rule: str
    answer: str


@dataclass(frozen=True, slots=True)
class TableExplanation:
    """One table passed. Where it did not apply, `applied` is false and the rest is empty."""

    table: str
    applied: bool
    answer: str | None = None
    rule: str | None = None
    title: Title | None = None
    note: str | None = None
    place: str | None = None
    facts: tuple[Fact, ...] = ()
    later: tuple[Later, ...] = ()
    clauses: tuple[tuple[str, Title | None], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "applied": self.applied,
            "answer": self.answer,
            "rule": self.rule,
            "place": self.place,
            "note": self.note,
            "facts": [fact.to_dict() for fact in self.facts],
            "later": [{"rule": later.rule, "answer": later.answer} for later in self.later],
            "cites": [clause for clause, _ in self.clauses],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with the tables passed; `state` is that of the ticket after it."""

    decision: Decision
    policy: Policy
    tables: tuple[TableExplanation, ...]
    state: State

    def to_dict(self) -> dict[str, Any]:
        return {**self.decision.to_dict(), "explanation": [table.to_dict() for table in self.tables]}


def explain(program: Program, state: State | None, event: Event, counts: Mapping[str, int]) -> Explanation:
    """
    Decide, and return the decision with all tables passed and all rules that matched.

    Raises `EventError` and `StateError` as `decide` does.
    """
    decided = decide_at(program, state, event, counts)
    record = tables_passed(program, program.ticket(decided.chronicle.last.facts))
    clocks = {clock.clock for clock in decided.decision.clocks}
    tables = tuple(_table(passed, program.policy) for passed in record if _is_shown(passed, clocks))
    return Explanation(decided.decision, program.policy, tables, decided.state)


def _is_shown(passed: Passed, clocks: set[str]) -> bool:
    """Say whether the table has a say in the decision; a limit has where its clock has started."""
    kind, _, name = passed.table.name.partition(".")
    return kind != "time_limits" or (name in clocks and passed.win is not None and bool(passed.win.answer))


def _table(passed: Passed, policy: Policy) -> TableExplanation:
    win = passed.win
    if win is None:
        return TableExplanation(passed.table.name, applied=False)
    source = win.rule or passed.table.otherwise
    clauses = tuple((clause, _statement(policy, clause)) for clause in win.cites)
    later = tuple(Later(rule.id, _words(rule.answer)) for rule in win.later)
    return TableExplanation(
        table=passed.table.name,
        applied=True,
        answer=win.answer,
        rule=win.rule_id,
        title=source.title,
        note=source.note,
        place=_place(source.span),
        facts=win.facts,
        later=later,
        clauses=clauses,
    )


def _statement(policy: Policy, clause: str) -> Title | None:
    found = policy.clauses.get(clause)
    return found.statement if found is not None else None


def _place(span: Span | None) -> str | None:
    """The file of the policy's folder and the line: where the folder is differs from machine to machine."""
    return PurePath(span.source.name).name + f":{span.line}" if span is not None else None


def _words(answer: object) -> str:
    match answer:
        case Route(team=team):
            return team
        case Owner(team=team, field=field):
            return f"{{{field}}} or {team}" if field else team
        case Limit(within=within):
            return str(within)
    return str(answer)


class UnknownRule(Exception):  # noqa: N818 - reads as what it is
    """The policy has no rule of this id. `help` names the nearest, if any."""

    def __init__(self, rule: str, policy: Policy, known: list[str]) -> None:
        super().__init__(rule)
        self.rule = rule
        self.policy = policy.name
        self.help = nearest(rule, known)

    def __str__(self) -> str:
        return f"policy `{self.policy}` has no rule `{self.rule}`"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a condition: `depth` 0 is the condition itself. `fact` is None for `all`, `any` and `not`."""

    depth: int
    text: str
    holds: bool
    fact: Fact | None

    def to_dict(self) -> dict[str, Any]:
        fact = {"fact": self.fact.to_dict()} if self.fact is not None else {}
        return {"depth": self.depth, "test": self.text, "holds": self.holds, **fact}


@dataclass(frozen=True, slots=True)
class WhyNot:
    """
    Why a rule did or did not win, or, for a rule of intake, why it is or is not violated.

    `holds` says whether the rule matches, or is violated. `applied` is false where the table does not apply, or the
    rule is not for events of this type. `winner` is the rule that won the table; None for intake, and where the table
    does not apply.
    """

    ticket: str
    rule: str
    table: str
    holds: bool
    winner: str | None
    applied: bool
    steps: tuple[Step, ...]
    state: State

    def to_dict(self) -> dict[str, Any]:
        return {
            "ticket": self.ticket,
            "rule": self.rule,
            "table": self.table,
            "holds": self.holds,
            "winner": self.winner,
            "applied": self.applied,
            "steps": [step.to_dict() for step in self.steps],
        }


def why_not(program: Program, state: State | None, event: Event, counts: Mapping[str, int], rule_id: str) -> WhyNot:
    """
    Return each test of the rule, with its outcome and what the ticket says to it.

    Raises `EventError` and `StateError` as `decide` does, and `UnknownRule`.
    """
    rules = dict(_rules(program.policy))
    if rule_id not in rules:
        raise UnknownRule(rule_id, program.policy, list(rules))
    table, condition, at = rules[rule_id]
    decided = decide_at(program, state, event, counts)
    ticket = program.ticket(decided.chronicle.snapshot(decided.place, decided.state.log).facts)
    # All are asked, since the condition sees their results.
    record = list(tables_passed(program, ticket))
    passed = next((entry for entry in record if entry.table.name == table), None)
    steps = tuple(_steps(condition, program.texts, ticket, 0))
    return WhyNot(
        ticket=event.subject,
        rule=rule_id,
        table=table,
        holds=steps[0].holds,
        winner=passed.win.rule_id if passed is not None and passed.win is not None else None,
        applied=passed.win is not None if passed is not None else not at or event.type in at,
        steps=steps,
        state=decided.state,
    )


class _Asked(NamedTuple):
    """A rule as `why_not` looks at it: when it matches or is violated; `at` is empty where any event type will do."""

    table: str
    condition: Condition
    at: tuple[str, ...]


def _rules(policy: Policy) -> Iterator[tuple[str, _Asked]]:
    for table in policy.tables:
        yield from ((rule.id, _Asked(table.name, rule.when, ())) for rule in table.rules)
    timing = policy.timing
    for limits in timing.limits.values():
        yield from ((limit.id, _Asked(limits.name, limit.when, ())) for limit in limits.rules)
    for asked in policy.intake.rules:
        yield asked.id, _Asked(_INTAKE_TABLES[type(asked)], _violated(asked), asked.at)
    for ladder in timing.ladders:
        yield ladder.id, _Asked("escalation", ladder.when, ())
        for step in ladder.steps:
            when = AllOf((ladder.when, step.when)) if step.when is not None else ladder.when
            yield f"{ladder.id}.{step.id}", _Asked("escalation", when, step.upon)
    for duty in timing.duties:
        yield duty.id, _Asked("duties", duty.when, duty.upon)
    for closing in timing.closing:
        broken = AllOf((closing.when, Not(closing.needs))) if closing.needs is not None else closing.when
        yield closing.id, _Asked("closing", broken, ("closed",))


_INTAKE_TABLES = {Required: "intake.required", Channels: "intake.channels", Check: "intake.checks"}


def _violated(rule: Required | Channels | Check) -> Condition:
    match rule:
        case Required(fields=fields):
            absent = tuple(Test(field, "present", False) for field in fields)
            broken: Condition = AnyOf(absent) if len(absent) > 1 else absent[0]
        case Channels(field=field, accepted=accepted):
            broken = AllOf((Test(field, "present", True), Not(Test(field, "one_of", accepted))))
        case Check(when=when):
            return when
    return AllOf((rule.when, broken)) if rule.when is not None else broken


def _steps(condition: Condition, texts: Texts, ticket: Ticket, depth: int) -> Iterator[Step]:
    matcher = compiled(condition, texts)
    holds = matcher.holds(ticket)
    match condition:
        case Test():
            yield Step(depth, describe(condition), holds, matcher.said(ticket)[0])
        case Not(part=part):
            yield Step(depth, "not", holds, None)
            yield from _steps(part, texts, ticket, depth + 1)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            yield Step(depth, "all of" if isinstance(condition, AllOf) else "any of", holds, None)
            for part in parts:
                yield from _steps(part, texts, ticket, depth + 1)


def describe(test: Test) -> str:
    """Return the test in words, as in `affected at_least 10`."""
    if test.operator == "present":
        return f"{test.field} is {'present' if test.operand else 'absent'}"
    shown = _several(test.operand) if isinstance(test.operand, tuple) else _plain(test.operand)
    apart_from = f", apart from {_several(test.apart_from)}" if test.apart_from else ""
    return f"{test.field} {_OPERATOR_WORDS.get(test.operator, test.operator)} {shown}{apart_from}"


_OPERATOR_WORDS = {"equal": "is", "one_of": "is one of"}


def _several(values: tuple[object, ...]) -> str:
    more = f" and {len(values) - 8} more" if len(values) > 8 else ""
    return ", ".join(map(_plain, values[:8])) + more


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
