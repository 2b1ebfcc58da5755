"""Tables with one change: schemes, priority, routing, ownership, time limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from svcrules.casefile.mutate.amounts import next_of, with_, without
from svcrules.casefile.mutate.conditions import Fields, changed_conditions, disjoint
from svcrules.casefile.mutate.limits import changed_limits
from svcrules.casefile.mutate.model import Touch, reaching
from svcrules.diagnostics import Span
from svcrules.language.model import Owner, Policy, Route, Rule, Table
from svcrules.language.timed import Limit

Answer = TypeVar("Answer")
Answers = Callable[[Answer], Iterator[tuple[str, Answer]]]
"""Gives the other answers that a rule could have, each with what was changed."""


class ChangedTable(NamedTuple):
    text: str
    span: Span | None
    table: Table[object]
    touch: Touch


def other_values(values: tuple[str, ...]) -> Answers[str]:
    def others(value: str) -> Iterator[tuple[str, str]]:
        other = next_of(values, value)
        if other is not None:
            yield f"{value} -> {other}", other

    return others


def other_routes(policy: Policy) -> Answers[Route]:
    def others(route: Route) -> Iterator[tuple[str, Route]]:
        team = next_of(tuple(policy.teams), route.team)
        if team is not None:
            yield f"to {route.team} -> {team}", route._replace(team=team)
        for index, notified in enumerate(route.notify):
            yield f"notify {notified} removed", route._replace(notify=without(route.notify, index))

    return others


def other_owners(policy: Policy) -> Answers[Owner]:
    def others(owner: Owner) -> Iterator[tuple[str, Owner]]:
        team = next_of(tuple(policy.teams), owner.team)
        if team is not None:
            yield f"team {owner.team} -> {team}", owner._replace(team=team)
        if owner.field is not None:
            yield f"field {owner.field} removed", owner._replace(field=None)

    return others


def other_limits(policy: Policy) -> Answers[Limit | None]:
    def others(limit: Limit | None) -> Iterator[tuple[str, Limit | None]]:
        if limit is not None:
            yield from changed_limits(limit, policy)

    return others


def changed_tables(table: Table[Answer], answers: Answers[Answer], fields: Fields) -> Iterator[ChangedTable]:
    """Yield the table with each single change of its rules, its default and their order."""
    for index, rule in enumerate(table.rules):
        won = reaching(("rule", table.name, rule.id))
        yield _table(table, f"rule {rule.id} removed", rule, won, without(table.rules, index))
        for text, answer in answers(rule.answer):
            changed = with_(table.rules, index, rule._replace(answer=answer))
            yield _table(table, f"rule {rule.id}: {text}", rule, won, changed)
        if "." not in rule.id:
            yield from _with_other_conditions(table, index, rule, fields)
    yield from _swapped(table)
    won = reaching(("rule", table.name, "otherwise"))
    for text, answer in answers(table.otherwise.answer):
        other = table._replace(otherwise=table.otherwise._replace(answer=answer))
        yield ChangedTable(f"otherwise of {table.name}: {text}", table.otherwise.span, other, won)
    if table.applies is not None:
        for text, condition in changed_conditions(table.applies, fields):
            touch = Touch(conditions=(table.applies, condition))
            span = table.rules[0].span if table.rules else table.otherwise.span
            yield ChangedTable(f"{table.name}: {text}", span, table._replace(applies=condition), touch)


def _with_other_conditions(
    table: Table[Answer], index: int, rule: Rule[Answer], fields: Fields
) -> Iterator[ChangedTable]:
    for text, condition in changed_conditions(rule.when, fields):
        changed = with_(table.rules, index, rule._replace(when=condition))
        yield _table(table, f"rule {rule.id}: {text}", rule, Touch(conditions=(rule.when, condition)), changed)


def _swapped(table: Table[Answer]) -> Iterator[ChangedTable]:
    """Yield the table with two neighbours swapped that can both match and answer differently."""
    for index, (rule, after) in enumerate(zip(table.rules, table.rules[1:], strict=False)):
        if rule.answer != after.answer and not disjoint(rule.when, after.when):
            swapped = with_(with_(table.rules, index, after), index + 1, rule)
            won = reaching(("rule", table.name, rule.id))
            yield _table(table, f"rules {rule.id} and {after.id} swapped", rule, won, swapped)


def _table(
    table: Table[Answer], text: str, rule: Rule[Answer], touch: Touch, rules: tuple[Rule[Answer], ...]
) -> ChangedTable:
    return ChangedTable(text, rule.span, table._replace(rules=rules), touch)
