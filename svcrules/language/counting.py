"""Counting fields: numbers of tickets, counted by what their events say."""

from __future__ import annotations

from datetime import timedelta

from svcrules.language.conditions import a_field, parse_condition
from svcrules.language.context import Context, Item, scalar, scalars, span_of, text, title_of
from svcrules.language.document import Mapping, Scalar
from svcrules.language.durations import wall_time_of
from svcrules.language.model import Count, Field, FieldType

_PLAIN = "name fields that events give: neither counting fields nor results"


def read_counts(whole: Mapping, context: Context) -> None:
    """Add the counting fields of the section `fields` to `context.fields`, which holds all others."""
    section = whole.get("fields")
    items = [item for item in context.named_items(section, ("fields",)) if item.value.key("count")]
    if not items or not isinstance(section, Mapping):
        return
    later = dict.fromkeys((*_results(whole), *(item.name for item in items)), _PLAIN)
    context.later.update(later)
    counting = {item.name: _field(item, context) for item in items}
    for name in later:
        del context.later[name]
    found = context.fields | counting
    context.fields.clear()
    context.fields.update({key.text: found[key.text] for key, _ in section.entries if key.text in found})


def _results(whole: Mapping) -> list[str]:
    classification = whole.get("classification")
    schemes = [key.text for key, _ in classification.entries] if isinstance(classification, Mapping) else []
    return [*schemes, "priority"] if whole.key("priority") else schemes


def _field(item: Item, context: Context) -> Field:
    return Field(
        item.name,
        FieldType.INTEGER,
        values={},
        minimum=0,
        maximum=None,
        unit=None,
        title=title_of(item.value),
        note=text(item.value, "note"),
        counted=_count(item.value, context),
    )


def _count(node: Mapping, context: Context) -> Count | None:
    counted, by, distinct = node.get("count"), scalar(node, "by"), scalar(node, "distinct")
    assert counted is not None
    assert by is not None
    when = parse_condition(counted, context)
    same = scalars(node, "same")
    for name in (by, *same, *([distinct] if distinct is not None else [])):
        _check_single(name, context)
    within = wall_time_of(node, "within", context)
    if within is not None and within.time <= timedelta(0):
        message = f"`{text(node, 'within')}` leaves no time to count in"
        context.report("SR326", message, span_of(node, "within"), "write a longer duration, such as `30d`")
    if when is None or within is None:
        return None
    return Count(
        when, by.text, within.time, distinct.text if distinct is not None else None, tuple(name.text for name in same)
    )


def _check_single(node: Scalar, context: Context) -> None:
    field = context.field_named(node)
    if field is not None and field.type in (FieldType.SOME_OF, FieldType.LIST):
        message = f"`{field.name}` is {a_field(field.type)}, so tickets cannot be compared by it"
        context.report("SR303", message, node.span, "name a field with a single value")
