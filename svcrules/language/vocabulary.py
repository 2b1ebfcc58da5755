"""The names a policy declares: fields, teams, event types, clauses, and the clauses it waives."""

from __future__ import annotations

from collections.abc import Mapping as Map

from svcrules.diagnostics import Span
from svcrules.language.context import Context, declared_in, scalar, scalars, span_of, text, title_of, titled
from svcrules.language.document import Mapping, Node, Scalar, Sequence
from svcrules.language.model import STANDARD_EVENT_TYPES, Clause, Field, FieldType, Team, Title, Waiver

_MOST_PARTS = 8


def read_fields(section: Node | None, context: Context) -> None:
    """
    Fill `context.fields` with the fields of the section `fields`, and `context.vague` with those that are wrong.

    Counting fields are left to `read_counts`, which needs all others.
    """
    if not isinstance(section, Mapping):
        context.declare_vaguely(section)
        return
    items = {item.name: item.value for item in context.named_items(section, ("fields",))}
    for key, _ in section.entries:
        if key.text not in items:
            context.make_vague(key.text)
        elif items[key.text].get("count") is None:
            context.fields[key.text] = _field(key.text, items[key.text], context)
    _check_prefixes(section, context)


def _field(name: str, node: Mapping, context: Context) -> Field:
    values: Map[str, Title | None] = {}
    if (listed := node.get("one_of")) is not None:
        type_, values = FieldType.ONE_OF, read_values(listed)
    elif (listed := node.get("some_of")) is not None:
        type_, values = FieldType.SOME_OF, read_values(listed)
    else:
        type_ = FieldType(text(node, "type"))
    minimum, maximum = _number(node, "min"), _number(node, "max")
    if minimum is not None and maximum is not None and minimum > maximum:
        message = f"field `{name}` runs from {minimum} down to {maximum}"
        context.report("SR311", message, span_of(node, "min"), "write the smaller number as `min`")
        minimum = maximum = None
    return Field(name, type_, values, minimum, maximum, text(node, "unit"), title_of(node), text(node, "note"))


def _number(node: Mapping, key: str) -> float | None:
    found = scalar(node, key)
    value = found.value if found is not None else None
    return value if isinstance(value, int | float) else None


def _check_prefixes(section: Mapping, context: Context) -> None:
    """A field cannot be a value and hold other fields as well: `customer` beside `customer.tier`."""
    names = {key.text for key, _ in section.entries}
    for key, _ in section.entries:
        parts = key.text.split(".")
        if len(parts) > _MOST_PARTS:
            message = f"`{key.text}` has more than {_MOST_PARTS} parts"
            context.report("SR205", message, key.span, "a field name has few dots, such as `customer.tier`")
            continue
        for length in range(1, len(parts)):
            above = ".".join(parts[:length])
            if above in names:
                message = f"`{above}` is a field, so it cannot hold the field `{key.text}`"
                context.report("SR310", message, key.span, "rename one of them")


def read_values(node: Node) -> dict[str, Title | None]:
    """Return the values of a list, or of a mapping with their titles, in their order."""
    if isinstance(node, Sequence):
        return {item.text: None for item in node.items if isinstance(item, Scalar)}
    assert isinstance(node, Mapping)
    return {key.text: titled(value) for key, value in node.entries if isinstance(value, Mapping)}


def read_teams(section: Node | None, context: Context) -> dict[str, Team]:
    teams = {
        item.name: Team(
            item.name,
            title_of(item.value) or Title("", ""),
            text(item.value, "note"),
            context.cites(item.value),
        )
        for item in context.named_items(section, ("teams",))
    }
    context.teams = declared_in(section)
    return teams


def read_event_types(section: Node | None, context: Context) -> dict[str, Title | None]:
    types: dict[str, Title | None] = dict.fromkeys(STANDARD_EVENT_TYPES)
    for item in context.named_items(section, ("event_types",)):
        if item.name in STANDARD_EVENT_TYPES:
            context.report(
                "SR310",
                f"event type `{item.name}` is a standard one",
                item.key,
                "delete it here: every policy has it",
            )
        context.cites(item.value)
        types[item.name] = title_of(item.value)
    declared = declared_in(section)
    context.event_types = frozenset(types) | declared if declared is not None else None
    return types


def read_clauses(section: Node | None, context: Context) -> dict[str, Clause]:
    if section is None:
        return {}
    clauses: dict[str, Clause] = {}
    first: dict[str, Span] = {}
    for item in context.list_items(section, ("clauses",)):
        if item.name in clauses:
            message = f"clause `{item.name}` is listed twice, first at {first[item.name].place}"
            context.report("SR310", message, item.key, "keep one of them")
            continue
        first[item.name] = item.key
        value = item.value
        clauses[item.name] = Clause(
            item.name,
            text(value, "clause") or "",
            text(value, "kind") or "",
            text(value, "normative") or "",
            title_of(value, "statement") or Title("", ""),
        )
    # With a clause that is wrong, its id may be what is wrong: then citations cannot be judged.
    context.clauses = None if context.shape.broken(("clauses",)) else frozenset(clauses)
    return clauses


def read_waivers(section: Node | None, context: Context) -> tuple[Waiver, ...]:
    """Return the waivers, reporting clauses that are waived twice, or cited as well; all citations are read by now."""
    first: dict[str, Span] = {}
    waivers = []
    for item in context.list_items(section, ("waivers",)):
        nodes = scalars(item.value, "clauses")
        for node in nodes:
            _check_waived(context.clause(node), node.span, first, context)
        reason = title_of(item.value, "reason") or Title("", "")
        waivers.append(Waiver(tuple(node.text for node in nodes), reason, item.key))
    return tuple(waivers)


def _check_waived(clause: str, span: Span, first: dict[str, Span], context: Context) -> None:
    if first.setdefault(clause, span) is not span:
        message = f"clause `{clause}` is waived twice, first at {first[clause].place}"
        context.report("SR207", message, span, "delete it from one of the waivers")
    elif clause in context.cited:
        message = f"clause `{clause}` is waived, but cited at {context.cited[clause].place}"
        context.report("SR410", message, span, "delete it here, or where it is cited")
