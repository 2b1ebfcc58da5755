"""Tables of rules: what classification schemes, priority, routing and ownership have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from svcrules.language.conditions import parse_condition
from svcrules.language.context import Context, span_of, text, title_of
from svcrules.language.document import Mapping, Node, Path
from svcrules.language.model import All, Condition, Otherwise, Rule, Table

Answer = TypeVar("Answer")
AnswerOf = Callable[[Node, Mapping | None], Answer | None]
"""Reads the answer from its own node and, for what stands beside it, the rule's mapping; None where it is wrong."""


def read_rules(
    node: Mapping, path: Path, key: str, answer_of: AnswerOf[Answer], context: Context
) -> Iterator[Rule[Answer]]:
    """Yield the rules of the table that are right; report what is wrong with the others."""
    for item in context.list_items(node.get("rules"), (*path, "rules")):
        context.claim_id(item.name, item.key)
        answer_node, when_node = item.value.get(key), item.value.get("when")
        assert answer_node is not None
        assert when_node is not None
        answer = answer_of(answer_node, item.value)
        when = parse_condition(when_node, context)
        cites = context.cites(item.value)
        if answer is not None and when is not None:
            yield Rule(item.name, when, answer, title_of(item.value), text(item.value, "note"), cites, item.key)


def read_otherwise(node: Mapping, key: str, answer_of: AnswerOf[Answer], context: Context) -> Otherwise[Answer] | None:
    """Return the default of the table: the plain answer, or the mapping with the answer under `key`."""
    otherwise = node.get("otherwise")
    assert otherwise is not None
    if not isinstance(otherwise, Mapping):
        answer = answer_of(otherwise, None)
        return Otherwise(answer, span=otherwise.span) if answer is not None else None
    answer_node = otherwise.get(key)
    assert answer_node is not None
    answer = answer_of(answer_node, otherwise)
    cites = context.cites(otherwise)
    if answer is None:
        return None
    return Otherwise(answer, title_of(otherwise), text(otherwise, "note"), cites, span_of(otherwise, key))


def make_table(
    name: str,
    rules: tuple[Rule[Answer], ...],
    otherwise: Otherwise[Answer],
    applies: Condition | None,
    context: Context,
) -> Table[Answer]:
    """Return the table, reporting rules after one that always matches or has the same condition."""
    first: dict[Condition, str] = {}
    always: str | None = None
    for rule in rules:
        if always is not None and rule.span is not None:
            message = f"rule `{rule.id}` comes after `{always}`, which always matches, so it never wins"
            context.report("SR403", message, rule.span, f"put it before `{always}`, or delete it")
            continue
        if always is None and isinstance(rule.when, All) and not rule.when.parts:
            always = rule.id
        earlier = first.setdefault(rule.when, rule.id)
        if earlier != rule.id and rule.span is not None:
            message = f"rule `{rule.id}` has the same condition as `{earlier}` before it, so it never wins"
            context.report("SR403", message, rule.span, "delete it, or make its condition differ")
    return Table(name, rules, otherwise, applies)
