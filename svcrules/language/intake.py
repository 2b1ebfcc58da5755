"""Intake: required fields, accepted channels, checks at the door."""

from __future__ import annotations

from collections.abc import Iterator

from svcrules.language.conditions import a_field, parse_condition
from svcrules.language.context import Context, Item, scalar, scalars, text, title_of
from svcrules.language.document import Mapping, Node
from svcrules.language.model import Channels, Check, Condition, FieldType, Intake, Required, Title

_AT_INTAKE = ("created",)


def read_intake(section: Node | None, context: Context) -> Intake:
    if not isinstance(section, Mapping):
        return Intake()
    required, channels, checks = (
        list(context.list_items(section.get(key), ("intake", key))) for key in ("required", "channels", "checks")
    )
    return Intake(
        tuple(_required(item, context) for item in required),
        tuple(_channels(channels, context)),
        tuple(_checks(checks, context)),
    )


def _required(item: Item, context: Context) -> Required:
    context.claim_id(item.name, item.key)
    node = item.value
    for name in scalars(node, "fields"):
        field = context.field_named(name)
        if field is not None and field.counted is not None:
            message = f"`{field.name}` is counted, so nobody can be asked for it"
            context.report("SR303", message, name.span, "delete it from `fields`")
    return Required(
        item.name,
        _when(node, context),
        tuple(field.text for field in scalars(node, "fields")),
        text(node, "if_missing") == "refuse",
        _at(node, context) or _AT_INTAKE,
        title_of(node),
        text(node, "note"),
        context.cites(node),
        item.key,
    )


def _channels(items: list[Item], context: Context) -> Iterator[Channels]:
    for item in items:
        context.claim_id(item.name, item.key)
        node = item.value
        when, at, cites = _when(node, context), _at(node, context) or _AT_INTAKE, context.cites(node)
        accepted = scalars(node, "accepted")
        named = scalar(node, "field")
        field = context.field_named(named) if named is not None else None
        if named is None or field is None:
            continue
        if field.type is not FieldType.ONE_OF:
            context.report(
                "SR303",
                f"`{field.name}` is {a_field(field.type)}, so it cannot name a channel",
                named.span,
                "use a `one_of` field",
            )
            continue
        for value in accepted:
            if value.text not in field.values:
                context.unknown_value(value, field.name, field.values)
        values = tuple(value.text for value in accepted)
        yield Channels(item.name, when, field.name, values, at, title_of(node), text(node, "note"), cites, item.key)


def _checks(items: list[Item], context: Context) -> Iterator[Check]:
    for item in items:
        context.claim_id(item.name, item.key)
        node = item.value
        when, at, cites = _when(node, context), _at(node, context), context.cites(node)
        if when is not None:
            title = title_of(node) or Title("", "")
            yield Check(
                item.name,
                when,
                title,
                text(node, "then") == "refuse",
                at,
                text(node, "note"),
                cites,
                item.key,
            )


def _when(node: Mapping, context: Context) -> Condition | None:
    when = node.get("when")
    return parse_condition(when, context) if when is not None else None


def _at(node: Mapping, context: Context) -> tuple[str, ...]:
    return tuple(context.event_type(name) for name in scalars(node, "at"))
