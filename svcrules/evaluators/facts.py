"""Facts: what an event's data says, typed by the policy's vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from svcrules.diagnostics import Finding, listing, nearest
from svcrules.language.model import Field, FieldType, Value, is_date


class Vocabulary:
    """The declared fields, ready to read data with."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields
        self._groups = frozenset(name[:dot] for name in fields for dot in _dots(name))

    def read(self, data: Mapping[str, Any]) -> tuple[dict[str, Value], list[str], list[Finding]]:
        """
        Return the facts by field name, the names that are not declared, and what is wrong.

        Nested data is read into dotted names; `null` is absent.
        """
        facts: dict[str, Value] = {}
        ignored: list[str] = []
        findings: list[Finding] = []
        self._read(data, "", facts, ignored, findings)
        return facts, ignored, findings

    def _read(
        self,
        data: Mapping[str, Any],
        prefix: str,
        facts: dict[str, Value],
        ignored: list[str],
        findings: list[Finding],
    ) -> None:
        for key, content in data.items():
            name = prefix + key
            field = self._fields.get(name)
            if field is None:
                if name in self._groups and isinstance(content, dict):
                    self._read(content, f"{name}.", facts, ignored, findings)
                else:
                    ignored.append(name)
            elif name in facts:
                findings.append(
                    Finding(
                        "SR515",
                        f"field `{name}` is given twice, once flat and once nested",
                        help="send one of them",
                    )
                )
            elif content is not None:
                value = _READERS[field.type](field, content)
                if isinstance(value, Finding):
                    findings.append(value)
                else:
                    facts[name] = value


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
    return tuple(content)


def _text(field: Field, content: object) -> Value | Finding:
    return content if isinstance(content, str) else _wrong(field, content)


def _boolean(field: Field, content: object) -> Value | Finding:
    return content if isinstance(content, bool) else _wrong(field, content)


def _date(field: Field, content: object) -> Value | Finding:
    return content if isinstance(content, str) and is_date(content) else _wrong(field, content)


def _number(field: Field, content: object) -> Value | Finding:
    if isinstance(content, bool) or not isinstance(content, int | float):
        return _wrong(field, content)
    return _within(field, content)


def _integer(field: Field, content: object) -> Value | Finding:
    # JSON has one kind of number: 3.0 is as whole as 3 (JSON Schema 2020-12, 6.1.1).
    if isinstance(content, bool) or not isinstance(content, int | float) or content != int(content):
        return _wrong(field, content)
    return _within(field, int(content))


def _within(field: Field, number: float) -> Value | Finding:
    if field.minimum is not None and number < field.minimum:
        return Finding(
            "SR511", f"field `{field.name}` is {_cut(str(number))}, less than {field.minimum}", help=_bounds(field)
        )
    if field.maximum is not None and number > field.maximum:
        return Finding(
            "SR511", f"field `{field.name}` is {_cut(str(number))}, more than {field.maximum}", help=_bounds(field)
        )
    return number


def _bounds(field: Field) -> str:
    unit = f" {field.unit}" if field.unit else ""
    low = f" from {field.minimum}" if field.minimum is not None else ""
    high = f" up to {field.maximum}" if field.maximum is not None else ""
    return f"it takes {'whole ' if field.type is FieldType.INTEGER else ''}numbers{low}{high}{unit}"


def _not_listed(field: Field, text: str) -> Finding:
    help_line = nearest(_cut(text), field.values) or f"known values: {listing(field.values)}"
    return Finding("SR510", f"`{_cut(text)}` is not a value of field `{field.name}`", help=help_line)


def _wrong(field: Field, content: object) -> Finding:
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
        case int() | float():
            return f"the number {_cut(str(content))}"
        case str():
            return f"the text `{_cut(content)}`"
        case list():
            return "a list"
    return "an object"


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


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
