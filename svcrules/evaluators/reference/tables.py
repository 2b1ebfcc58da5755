"""Tables, read off docs/language.md: classification, priority, routing, ownership."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from svcrules import decision as outcome
from svcrules.decision import Reason, RouteDecision
from svcrules.evaluators.reference.conditions import Values, because, holds
from svcrules.language import model
from svcrules.language.model import Policy

Answer = TypeVar("Answer")


def ask(table: model.Table[Answer], values: Values, in_words: Callable[[Answer], str]) -> tuple[Answer, Reason]:
    """The first rule that matches wins, and `otherwise` answers when none does."""
    won = next((rule for rule in table.rules if holds(rule.when, values)), None)
    source, id_ = won or table.otherwise, won.id if won else outcome.OTHERWISE
    facts = because(won.when, values) if won else ()
    return source.answer, Reason(table.name, id_, in_words(source.answer), facts, source.cites)


def person(owner: model.Owner, values: Values) -> str:
    """The person whom the field names, and the team where it names nobody."""
    named = values.get(owner.field or "")
    return named if isinstance(named, str) and named.strip() else owner.team


class Verdict(NamedTuple):
    """What the tables say; `values` are the facts and the results, which are fields to later rules."""

    values: Values
    classification: Mapping[str, str]
    priority: str | None
    route: RouteDecision | None
    reasons: tuple[Reason, ...]


def judged(policy: Policy, facts: Values) -> Verdict:
    """Classification, priority, routing, ownership: a rule may test every field, and every result decided before it."""
    values, reasons, route, owner = dict(facts), [], None, None
    for scheme in policy.value_schemes:
        if holds(scheme.table.applies, values):
            values[scheme.name], reason = ask(scheme.table, values, str)
            reasons.append(reason)
    if policy.routing:
        route, reason = ask(policy.routing, values, lambda route: route.team)
        reasons.append(reason)
    if policy.ownership:
        owner, reason = ask(policy.ownership, values, lambda owner: person(owner, values))
        reasons.append(reason)
    team, notify = route or (None, ())
    decided = RouteDecision(team, person(owner, values) if owner else None, notify) if route or owner else None
    classification = {each.name: str(values[each.name]) for each in policy.schemes if each.name in values}
    priority = str(values["priority"]) if policy.priority else None
    return Verdict(values, classification, priority, decided, tuple(reasons))
