"""Facts: what an event's data says, typed by the policy's vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, NamedTuple

from svcrules.diagnostics import Finding, listing, nearest, shorten
from svcrules.events import half_character, is_whole
from svcrules.language.model import Field, FieldType, Value, is_date


class Reading(NamedTuple):
    """
    What the data of an event says.

    `facts` by field name; `taken_back` are fields given as `null`, `ignored` names that the policy does not declare.
    """

    facts: dict[str, Value]
    taken_back: list[str]
    ignored: list[str]
    findings: list[Finding]


class Vocabulary:
    """The declared fields, ready to read data with."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = {name: (field, _READERS[field.type]) for name, field in fields.items()}
        self._groups = frozenset(name[:dot] for name in fields for dot in _dots(name))

    def read(self, data: Mapping[str, Any]) -> Reading:
        """Return what the data says; nested data is read into dotted names."""
        reading = Reading({}, [], [], [])
        self._read(data, "", reading)
        if reading.taken_back:
            # Null in one form beside a value in the other takes nothing back.
            reading.taken_back[:] = [name for name in reading.taken_back if name not in reading.facts]
        return reading

    def _read(self, data: Mapping[str, Any], prefix: str, reading: Reading) -> None:
        facts, taken_back, ignored, findings = reading
        for key, content in data.items():
            name = prefix + key
            known = self._fields.get(name)
            if known is None:
                if name in self._groups and isinstance(content, dict):
                    self._read(content, f"{name}.", reading)
                elif is_whole(name):
                    ignored.append(name)
                else:
                    findings.append(half_character("the name of a field"))
                continue
            field, reader = known
            if field.counted is not None:
                findings.append(_counted(field))
            elif content is None:
                taken_back.append(name)
            elif name in facts:
                findings.append(
                    Finding(
                        "SR515",
                        f"field `{name}` is given twice, once flat and once nested",
                        help="send one of them",
                    )
                )
            else:
                value = reader(field, content)
                if isinstance(value, Finding):
                    findings.append(value)
                else:
                    facts[name] = value


def _counted(field: Field) -> Finding:
    message = f"field `{field.name}` is counted over tickets, so no event can say it"
    return Finding("SR517", message, help="leave it out")


def _dots(name: str) -> list[int]:
    return [index for index, character in enumerate(name) if character == "."]


def _one_of(field: Field, content: object) -> Value | Finding:
    if isinstance(content, str):
        return content if content in field.values else _not_listed(field, content)
    return _wrong(field, content)


def _some_of(field: Field, content: object) -> Value | Finding:
    texts = _list(field, content)
    if isinstance(texts, Finding):
        return texts
    return next((_not_listed(field, text) for text in texts if text not in field.values), texts)


def _list(field: Field, content: object) -> tuple[str, ...] | Finding:
    if not isinstance(content, list):
        return _wrong(field, content)
    for index, item in enumerate(content, 1):
        if not isinstance(item, str):
            return Finding("SR509", f"entry {index} of field `{field.name}` must be a text, not {_described(item)}")
        if not is_whole(item):
            return half_character(f"field `{field.name}`")
    return tuple(content)


def _text(field: Field, content: object) -> Value | Finding:
    return content if isinstance(content, str) and is_whole(content) else _wrong(field, content)


def _boolean(field: Field, content: object) -> Value | Finding:
    return content if isinstance(content, bool) else _wrong(field, content)


def _date(field: Field, content: object) -> Value | Finding:
    return content if isinstance(content, str) and is_date(content) else _wrong(field, content)


def _number(field: Field, content: object) -> Value | Finding:
    if isinstance(content, bool) or not isinstance(content, int | float) or not _is_in_json(content):
        return _wrong(field, content)
    return _within(field, content)


def _integer(field: Field, content: object) -> Value | Finding:
    # JSON has one kind of number: 3.0 is as whole as 3 (JSON Schema 2020-12, 6.1.1).
    if isinstance(content, bool) or not isinstance(content, int | float) or not _is_in_json(content):
        return _wrong(field, content)
    return _within(field, int(content)) if content == int(content) else _wrong(field, content)


def _is_in_json(number: float) -> bool:
    """Say whether a double holds the number and it is finite: what comes in as JSON has no others."""
    try:
        return isfinite(number)
    except OverflowError:
        return False


def _within(field: Field, number: float) -> Value | Finding:
    if field.minimum is not None and number < field.minimum:
        return Finding(
            "SR511", f"field `{field.name}` is {shorten(str(number))}, less than {field.minimum}", help=_bounds(field)
        )
    if field.maximum is not None and number > field.maximum:
        return Finding(
            "SR511", f"field `{field.name}` is {shorten(str(number))}, more than {field.maximum}", help=_bounds(field)
        )
    return number


def _bounds(field: Field) -> str:
    unit = f" {field.unit}" if field.unit else ""
    low = f" from {field.minimum}" if field.minimum is not None else ""
    high = f" up to {field.maximum}" if field.maximum is not None else ""
    return f"it takes {'whole ' if field.type is FieldType.INTEGER else ''}numbers{low}{high}{unit}"


def _not_listed(field: Field, text: str) -> Finding:
    if not is_whole(text):
        return half_character(f"field `{field.name}`")
    help_line = nearest(shorten(text), field.values) or f"known values: {listing(field.values)}"
    return Finding("SR510", f"`{shorten(text)}` is not a value of field `{field.name}`", help=help_line)


def _wrong(field: Field, content: object) -> Finding:
    if isinstance(content, str) and not is_whole(content):
        return half_character(f"field `{field.name}`")
    wanted = {
        FieldType.ONE_OF: "a text from its list",
        FieldType.SOME_OF: "a list of texts from its list",
        FieldType.LIST: "a list of texts",
        FieldType.TEXT: "a text",
        FieldType.INTEGER: "a whole number",
        FieldType.NUMBER: "a number",
        FieldType.BOOLEAN: "true or false",
        FieldType.DATE: "a date such as 2026-10-01",
    }[field.type]
    return Finding("SR509", f"field `{field.name}` must be {wanted}, not {_described(content)}")


def _described(content: object) -> str:
    match content:
        case bool():
            return "true" if content else "false"
        case int() | float() if _is_in_json(content):
            return f"the number {shorten(str(content))}"
        case float():
            return f"`{content}`"
        case int():
            return "a number too large"
        case str():
            return f"the text `{shorten(content)}`"
        case list():
            return "a list"
    return "an object"


_READERS: dict[FieldType, Callable[[Field, object], Value | Finding]] = {
    FieldType.ONE_OF: _one_of,
    FieldType.SOME_OF: _some_of,
    FieldType.TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.LIST: _list,
}
