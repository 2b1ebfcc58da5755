"""The section `closing`: what must hold before a case may close."""

from __future__ import annotations

from svcrules.language.conditions import parse_condition, parse_optional
from svcrules.language.context import Context, Item, text, title_of
from svcrules.language.document import Node
from svcrules.language.keys import check_one_of
from svcrules.language.model import Title
from svcrules.language.timed import ClosingRule


def read_closing(section: Node | None, context: Context) -> tuple[ClosingRule, ...]:
    items = context.list_items(section, ("closing",))
    return tuple(rule for item in items if (rule := _rule(item, context)) is not None)


def _rule(item: Item, context: Context) -> ClosingRule | None:
    context.claim_id(item.name, item.key)
    node = item.value
    check_one_of(item, ("needs", "after"), "rule", context)
    when, needs = parse_optional(node.get("when"), context), node.get("needs")
    condition = parse_condition(needs, context) if needs is not None else None
    after, cites = context.events(node, "after"), context.cites(node)
    if when is None or (needs is not None and condition is None):
        return None
    return ClosingRule(
        item.name,
        title_of(node) or Title("", ""),
        when,
        condition,
        after,
        text(node, "then") != "report",
        text(node, "note"),
        cites,
        item.key,
    )
