"""Routing and ownership: tables whose answers are teams."""

from __future__ import annotations

from svcrules.language.conditions import a_field
from svcrules.language.context import Context, scalar, scalars
from svcrules.language.document import Mapping, Node, Scalar
from svcrules.language.model import FieldType, Owner, Route, Table
from svcrules.language.tables import AnswerOf, make_table, read_otherwise, read_rules


def read_routing(section: Node | None, context: Context) -> Table[Route] | None:
    def route(node: Node, beside: Mapping | None) -> Route | None:
        assert isinstance(node, Scalar)
        notify = scalars(beside, "notify") if beside is not None else ()
        return Route(context.team(node), tuple(context.team(team) for team in notify))

    return _read(section, "routing", "to", route, context)


def read_ownership(section: Node | None, context: Context) -> Table[Owner] | None:
    def owner(node: Node, _: Mapping | None) -> Owner | None:
        return read_person(node, "an owner", context)

    return _read(section, "ownership", "owner", owner, context)


def read_person(node: Node, what: str, context: Context) -> Owner | None:
    """Return the team, or the person whom a field names, which the messages call `what`; None where it is wrong."""
    if isinstance(node, Scalar):
        return Owner(context.team(node))
    assert isinstance(node, Mapping)
    named, team = scalar(node, "field"), scalar(node, "otherwise")
    assert named is not None
    assert team is not None
    field = context.field_named(named)
    otherwise = context.team(team)
    if field is None:
        return None
    if field.type is not FieldType.TEXT:
        context.report(
            "SR303",
            f"`{field.name}` is {a_field(field.type)}, so it cannot name {what}",
            named.span,
            "use a field with `type: text`",
        )
        return None
    return Owner(otherwise, field.name)


def _read(
    section: Node | None, name: str, key: str, answer_of: AnswerOf[Route] | AnswerOf[Owner], context: Context
) -> Table | None:  # type: ignore
    if not isinstance(section, Mapping) or context.shape.broken((name,), "rules"):
        return None
    context.cites(section)
    rules = tuple(read_rules(section, (name,), key, answer_of, context))
    otherwise = read_otherwise(section, key, answer_of, context)
    return make_table(name, rules, otherwise, None, context) if otherwise is not None else None
