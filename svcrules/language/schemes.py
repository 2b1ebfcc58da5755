"""Classification schemes and priority: tables whose answers are values, and the order in which they are decided."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from svcrules.diagnostics import Span, listing
from svcrules.language.conditions import parse_condition
from svcrules.language.context import Context, Item, scalar, text, title_of
from svcrules.language.document import Mapping, Node, Scalar
from svcrules.language.model import All, Condition, Field, FieldType, Rule, Scheme, Test, Title, tests_in
from svcrules.language.tables import make_table, read_otherwise, read_rules
from svcrules.language.vocabulary import read_values


@dataclass(frozen=True, slots=True)
class _Declared:
    item: Item
    values: Map[str, Title | None]


def read_classification(section: Node | None, context: Context) -> tuple[Scheme, ...]:
    """Return the schemes, those on which others build first; the results are fields in `context` from then on."""
    declared = _declare(section, context)
    found: dict[str, tuple[Scheme, Span]] = {}
    for name, entry in declared.items():
        scheme = _scheme(name, f"classification.{name}", entry.item, entry.values, context)
        if scheme is not None:
            found[name] = (scheme, entry.item.key)
    return _in_order(found, context)


def read_priority(section: Node | None, context: Context) -> Scheme | None:
    """Return the priority; `priority` is a field in `context` from then on."""
    if not isinstance(section, Mapping):
        if section is not None:
            _make_vague_priority(context)
        return None
    key = section.entries[0][0].span if section.entries else section.span
    item = Item("priority", key, section, ("priority",))
    levels = section.get("levels")
    if context.shape.broken(("priority",), "rules") or levels is None:
        _make_vague_priority(context)
        return None
    values = read_values(levels)
    scheme = _scheme("priority", "priority", item, values, context)
    del context.later["priority"]
    _declare_result("priority", item, values, context)
    return scheme


def _make_vague_priority(context: Context) -> None:
    del context.later["priority"]
    context.make_vague("priority")


def _declare(section: Node | None, context: Context) -> dict[str, _Declared]:
    declared: dict[str, _Declared] = {}
    for item in context.named_items(section, ("classification",), apart_from="rules"):
        values = item.value.get("values")
        assert values is not None
        declared[item.name] = _Declared(item, read_values(values))
    for key, _ in section.entries if isinstance(section, Mapping) else ():
        if key.text not in declared:
            context.make_vague(key.text)
    context.declare_vaguely(section)
    for name, entry in declared.items():
        _declare_result(name, entry.item, entry.values, context)
    return declared


def _declare_result(name: str, item: Item, values: Map[str, Title | None], context: Context) -> None:
    taken = name in context.fields or any(field.startswith(f"{name}.") for field in context.fields)
    if taken or (context.vague is not None and name in context.vague):
        context.report(
            "SR310",
            f"`{name}` is a field already, so it cannot be a result",
            item.key,
            "rename one of them; to let a person decide, use `from`",
        )
    else:
        title = title_of(item.value)
        context.fields[name] = Field(name, FieldType.ONE_OF, values, None, None, None, title, None)


def _scheme(name: str, table_name: str, item: Item, values: Map[str, Title | None], context: Context) -> Scheme | None:
    node, path = item.value, item.path
    # Also what rules give that are wrong otherwise: to say that nothing gives it would only distract from them.
    given: set[str] = set()

    def answer_of(answer: Node, _: Mapping | None) -> str | None:
        value = _answer(answer, values, name, context)
        given.update([] if value is None else [value])
        return value

    applies_node = node.get("when")
    applies = parse_condition(applies_node, context) if applies_node is not None else None
    written = tuple(read_rules(node, path, "is", answer_of, context))
    before = len(context.findings)
    cells = tuple(_matrix_rules(node, values, name, context))
    matrix_is_whole = len(context.findings) == before
    rules = (*_from_rules(name, node, values, context), *written, *cells)
    otherwise = read_otherwise(node, "is", answer_of, context)
    cites = context.cites(node)
    if otherwise is None:
        return None
    table = make_table(table_name, rules, otherwise, applies, context)
    if matrix_is_whole and not context.shape.broken(path):
        given.update(rule.answer for rule in rules)
        _check_reached(table_name, item, values, given, context)
    return Scheme(name, values, table, title_of(node), text(node, "note"), cites)


def _answer(node: Node, values: Map[str, Title | None], name: str, context: Context) -> str | None:
    assert isinstance(node, Scalar)
    if node.text in values:
        return node.text
    context.unknown_value(node, name, values)
    return None


def _from_rules(name: str, node: Mapping, values: Map[str, Title | None], context: Context) -> Iterator[Rule[str]]:
    stated = scalar(node, "from")
    field = context.field_named(stated) if stated is not None else None
    if stated is None or field is None:
        return
    if field.type is not FieldType.ONE_OF:
        context.report(
            "SR303",
            f"`from` needs a `one_of` field, and `{field.name}` is not one",
            stated.span,
            "declare it with `one_of`",
        )
        return
    title = Title(f"As stated in {field.name}", f"以 {field.name} 所注为准")
    for value in field.values:
        if value not in values:
            context.report(
                "SR302",
                f"`{field.name}` can be `{value}`, which is not among the values here",
                stated.span,
                "give both the same values",
            )
            continue
        yield Rule(f"from-{name}.{value}", Test(field.name, "equal", value), value, title, span=stated.span)


def _matrix_rules(node: Mapping, values: Map[str, Title | None], name: str, context: Context) -> Iterator[Rule[str]]:
    matrix = node.get("matrix")
    if not isinstance(matrix, Mapping):
        return
    rule_id = scalar(matrix, "id")
    cells = matrix.get("cells")
    assert rule_id is not None
    assert isinstance(cells, Mapping)
    context.claim_id(rule_id.text, rule_id.span)
    cites = context.cites(matrix)
    rows, columns = (_axis(matrix, key, context) for key in ("rows", "columns"))
    if rows is None or columns is None:
        return
    title, note = title_of(matrix), text(matrix, "note")
    for row, column, cell in _cells(cells, rows, columns, context):
        answer = _answer(cell, values, name, context)
        if answer is not None:
            when: Condition = All((Test(rows.name, "equal", row), Test(columns.name, "equal", column)))
            yield Rule(f"{rule_id.text}.{row}.{column}", when, answer, title, note, cites, cell.span)


def _axis(matrix: Mapping, key: str, context: Context) -> Field | None:
    node = scalar(matrix, key)
    field = context.field_named(node) if node is not None else None
    if node is not None and field is not None and field.type is not FieldType.ONE_OF:
        context.report(
            "SR312",
            f"`{field.name}` is not a `one_of` field, so it cannot be the {key} of a matrix",
            node.span,
            "use a field or scheme with a list of values",
        )
        return None
    return field


def _cells(cells: Mapping, rows: Field, columns: Field, context: Context) -> Iterator[tuple[str, str, Scalar]]:
    yield_rows = dict(_line(cells, rows, "row", context))
    for row, line in yield_rows.items():
        assert isinstance(line, Mapping)
        for column, cell in _line(line, columns, "column", context):
            assert isinstance(cell, Scalar)
            yield row, column, cell


def _line(node: Mapping, field: Field, kind: str, context: Context) -> Iterator[tuple[str, Node]]:
    """Yield the entries that the field has values for; report the others, and values without an entry."""
    for key, value in node.entries:
        if key.text in field.values:
            yield key.text, value
        else:
            context.report(
                "SR312",
                f"{kind} `{key.text}` is not a value of `{field.name}`",
                key.span,
                context.nearest(key.text, field.values),
            )
    present = {key.text for key, _ in node.entries}
    missing = [value for value in field.values if value not in present]
    if missing:
        span = node.entries[0][0].span
        context.report(
            "SR312",
            f"the matrix has no {kind} for {listing(missing)}",
            span,
            f"every value of `{field.name}` needs one",
        )


def _check_reached(
    table_name: str, item: Item, values: Map[str, Title | None], given: set[str], context: Context
) -> None:
    never = [value for value in values if value not in given]
    if never:
        message = f"no rule of `{table_name}` gives {listing(never)}"
        context.report("SR401", message, item.key, "add a rule, or delete the value")


def _in_order(found: Map[str, tuple[Scheme, Span]], context: Context) -> tuple[Scheme, ...]:
    """Return the schemes so that each comes after those it tests, and otherwise as in the file; report cycles."""
    needs = {name: [other for other in _tested(scheme) if other in found] for name, (scheme, _) in found.items()}
    while True:
        try:
            return tuple(found[name][0] for name in TopologicalSorter(needs).static_order())
        except CycleError as error:
            circle: list[str] = error.args[1][::-1]
            way = " needs ".join(f"`{name}`" for name in circle)
            context.report(
                "SR307",
                f"schemes depend on each other: {way}",
                found[circle[0]][1],
                "one of them must do without the other",
            )
            # Without this need the rest can be looked at, so that several cycles come out at once.
            needs[circle[0]] = [other for other in needs[circle[0]] if other != circle[1]]


def _tested(scheme: Scheme) -> list[str]:
    conditions = [rule.when for rule in scheme.table.rules]
    if scheme.table.applies is not None:
        conditions.insert(0, scheme.table.applies)
    return [test.field for condition in conditions for test in tests_in(condition)]
