"""Conditions: from YAML to typed tests; what does not fit the declared fields is a finding here, no surprise later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from svcrules.diagnostics import Span, shorten
from svcrules.language.context import Context
from svcrules.language.document import Mapping, Node, Scalar, Sequence
from svcrules.language.model import All, Any, Condition, Field, FieldType, Not, Test, Value, is_date
from svcrules.language.ranges import some_number
from svcrules.language.words import word

# Tuples, not sets: the hash of a member of an enumeration takes longer than comparing it with all others, and so does
# finding it by its name.
_LISTS = (FieldType.SOME_OF, FieldType.LIST)
_TEXT = (FieldType.TEXT,)
_NUMBERS = (FieldType.INTEGER, FieldType.NUMBER)
_DATE = FieldType.DATE
_BOOLEAN = FieldType.BOOLEAN
_OF_VALUES = (FieldType.ONE_OF, FieldType.SOME_OF)
_ORDERED = (*_NUMBERS, _DATE)
_ALL = tuple(FieldType)
_SINGLE = tuple(type_ for type_ in FieldType if type_ not in _LISTS)


def parse_condition(node: Node, context: Context) -> Condition | None:
    """Return the condition that the node says, or None where a part of it is wrong (which is reported)."""
    assert isinstance(node, Mapping)
    parts = [_entry(key, value, context) for key, value in node.entries]
    return _together(parts)


def parse_optional(node: Node | None, context: Context) -> Condition | None:
    """Return the condition as `parse_condition` does, and one that always holds where there is no node."""
    return parse_condition(node, context) if node is not None else All(())


def _entry(key: Scalar, node: Node, context: Context) -> Condition | None:
    if key.text == "not":
        part = parse_condition(node, context)
        return Not(part) if part is not None else None
    if key.text in ("all", "any"):
        assert isinstance(node, Sequence)
        parts = [parse_condition(item, context) for item in node.items]
        found = [part for part in parts if part is not None]
        if len(found) < len(parts):
            return None
        return found[0] if len(found) == 1 else (All if key.text == "all" else Any)(tuple(found))
    field = context.field_named(key)
    return _test(field, key.span, node, context) if field is not None else None


def _together(parts: list[Condition | None]) -> Condition | None:
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return found[0] if len(found) == 1 else All(tuple(found))


def _test(field: Field, key: Span, node: Node, context: Context) -> Condition | None:
    if isinstance(node, Mapping):
        parts = [_named_test(field, name, node, context) for name, _ in node.entries if name.text != "apart_from"]
        _check_apart_from(node, context)
        _check_range(field, parts, key, context)
        return _together(parts)
    name = "one_of" if isinstance(node, Sequence) else "equal"
    test = _simple_test(field, name, key, node, context)
    _check_range(field, [test], key, context)
    return test


def _check_apart_from(tests: Mapping, context: Context) -> None:
    key = tests.key("apart_from")
    if key is not None and tests.get("mentions") is None:
        context.report(
            "SR303", "`apart_from` needs `mentions` beside it", key.span, "write `mentions: [...]` in the same mapping"
        )


def _named_test(field: Field, name: Scalar, tests: Mapping, context: Context) -> Condition | None:
    node = tests.get(name.text)
    assert node is not None
    if name.text == "mentions" and field.type is FieldType.TEXT:
        return _words_test(field, name.text, node, context, tests.get("apart_from"))
    if name.text == "not":
        part = _test(field, name.span, node, context)
        return Not(part) if part is not None else None
    return _simple_test(field, name.text, name.span, node, context)


def _simple_test(field: Field, name: str, key: Span, node: Node, context: Context) -> Test | None:
    operator = OPERATORS[name]
    if field.type not in operator.types:
        written = {"equal": "a plain value", "one_of": "a plain list"}.get(name, f"`{name}`")
        message = f"{written} cannot test `{field.name}`, which is {a_field(field.type)}"
        context.report("SR303", message, key, f"tests for it: {_fitting(field.type)}")
        return None
    return operator.read(field, name, node, context)


def _flag_test(field: Field, name: str, node: Node, context: Context) -> Test:
    assert isinstance(node, Scalar)
    return Test(field.name, name, bool(node.value))


def _value_test(field: Field, name: str, node: Node, context: Context) -> Test | None:
    value = _value(field, node, context)
    return Test(field.name, name, value) if value is not None else None


def _values_test(field: Field, name: str, node: Node, context: Context) -> Test | None:
    assert isinstance(node, Sequence)
    values = [_value(field, item, context) for item in node.items]
    operand = tuple(value for value in values if value is not None)
    if len(operand) < len(values):
        return None
    if name == "between" and operand[0] > operand[1]:  # type: ignore[operator] # both are of the field's type
        context.report(
            "SR311",
            f"`between` runs from {operand[0]} down to {operand[1]}",
            node.span,
            "write the smaller value first",
        )
        return None
    return Test(field.name, name, operand)


def _value(field: Field, node: Node, context: Context) -> Value | None:
    """Return the value in the type of the field, or None with a finding."""
    assert isinstance(node, Scalar)
    value = node.value
    assert value is not None
    type_ = field.type
    if type_ in _OF_VALUES:
        if isinstance(value, str) and value in field.values:
            return value
        context.unknown_value(node, field.name, field.values)
        return None
    if type_ is _DATE:
        return _date(field, node, context)
    if type_ in _NUMBERS:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = isinstance(value, bool if type_ is _BOOLEAN else str)
    if fits:
        return value
    message = f"`{shorten(node.text)}` cannot be a value of `{field.name}`, which is {a_field(field.type)}"
    help_line = _WRITE.get(field.type, f'put it in quotes if text is meant: "{shorten(node.text)}"')
    context.report("SR303", message, node.span, help_line)
    return None


_WRITE = {
    FieldType.BOOLEAN: "write `true` or `false`",
    FieldType.INTEGER: "write a number, without quotes and unit",
    FieldType.NUMBER: "write a number, without quotes and unit",
}


def _date(field: Field, node: Scalar, context: Context) -> str | None:
    if is_date(node.value):
        return node.text
    message = f"`{shorten(node.text)}` is not a date, and `{field.name}` is one"
    context.report("SR314", message, node.span, "write year, month and day of a day that exists, as 2026-10-01")
    return None


def _words_test(field: Field, name: str, node: Node, context: Context, apart_from: Node | None = None) -> Test | None:
    words = _words(node, context)
    phrases = _words(apart_from, context) if apart_from is not None else ()
    return Test(field.name, name, words, phrases) if words is not None and phrases is not None else None


def _words(node: Node, context: Context) -> tuple[str, ...] | None:
    """Return the words, each once, as they are written; None where one of them is empty."""
    nodes = node.items if isinstance(node, Sequence) else (node,)
    seen: dict[object, Scalar] = {}
    empty = False
    for item in nodes:
        assert isinstance(item, Scalar)
        comparable = word(item.text)
        if not comparable.text:
            context.report("SR315", "this word is empty, so every text would mention it", item.span, "delete it")
            empty = True
            continue
        first = seen.setdefault(comparable, item)
        if first is not item:
            same = "" if first.text == item.text else f", first as `{shorten(first.text)}`"
            message = f"`{shorten(item.text)}` is listed twice{same}"
            context.report("SR404", message, item.span, "delete one of them; case and width of letters do not count")
    return None if empty else tuple(first.text for first in seen.values())


def _pattern_test(field: Field, name: str, node: Node, context: Context) -> Test | None:
    import re2  # only policies with regular expressions pay for it

    assert isinstance(node, Scalar)
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(node.text, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        context.report(
            "SR309",
            f"invalid regular expression: {reason}",
            node.span,
            "RE2 syntax: no back references and no look-around",
        )
        return None
    return Test(field.name, name, node.text)


@dataclass(frozen=True, slots=True)
class Operator:
    """A test as it is written in policies, the field types it is for, and what reads what stands under its name."""

    name: str
    types: tuple[FieldType, ...]
    read: Callable[[Field, str, Node, Context], Test | None]


# `equal` and `one_of` have no key of their own: they are a plain value and a plain list.
OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("equal", _SINGLE, _value_test),
        Operator("one_of", _SINGLE, _values_test),
        Operator("at_least", _ORDERED, _value_test),
        Operator("more_than", _ORDERED, _value_test),
        Operator("at_most", _ORDERED, _value_test),
        Operator("less_than", _ORDERED, _value_test),
        Operator("between", _ORDERED, _values_test),
        Operator("present", _ALL, _flag_test),
        Operator("mentions", _TEXT, _words_test),
        Operator("matches", _TEXT, _pattern_test),
        Operator("has", _LISTS, _value_test),
        Operator("has_any", _LISTS, _values_test),
        Operator("has_all", _LISTS, _values_test),
    )
}


def _check_range(field: Field, parts: list[Condition | None], key: Span, context: Context) -> None:
    """Report tests in one mapping that no value of the field passes together."""
    if len(parts) < 2 and field.type not in _NUMBERS:
        return
    tests = [part for part in parts if isinstance(part, Test)]
    absent = any(test.operator == "present" and test.operand is False for test in tests)
    if absent and len(tests) > 1:
        message = f"`{field.name}` cannot be absent and pass another test"
        context.report("SR402", message, key, "delete one of the tests")
    elif not absent and field.type in _NUMBERS and not some_number(field, tests):
        alone = field._replace(minimum=None, maximum=None)
        declared = _declared_range(field) if some_number(alone, tests) else ""
        message = f"no value of `{field.name}` passes this{declared}"
        context.report("SR402", message, key, "correct the number, or the declaration of the field")


def _declared_range(field: Field) -> str:
    low = f" from {field.minimum}" if field.minimum is not None else ""
    high = f" up to {field.maximum}" if field.maximum is not None else ""
    return f": it is declared{low}{high}"


def _fitting(type_: FieldType) -> str:
    written = {"equal": "a plain value", "one_of": "a plain list"}
    return ", ".join(written.get(name, f"`{name}`") for name, operator in OPERATORS.items() if type_ in operator.types)


def a_field(type_: FieldType) -> str:
    """Name a field of the type as its declaration does."""
    return f"{'an' if type_ is FieldType.INTEGER else 'a'} `{type_.value}` field"
