"""
Shape: a document against its JSON Schema, with findings in the words of the schema's own titles and descriptions.

Valid documents are the rule and must load fast, so jsonschema-rs answers whether there is anything to say, about two
hundred times as fast as jsonschema; jsonschema, whose errors carry all that a finding needs, is asked only then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from svcrules import resources
from svcrules.diagnostics import Finding, Span, listing, nearest
from svcrules.language.source import Mapping, Node, Path, Scalar, at_path, plain

if TYPE_CHECKING:
    from jsonschema import ValidationError


@dataclass(frozen=True, slots=True)
class Shape:
    """What the schema says of a document: findings, and the paths of the values that they are about."""

    findings: tuple[Finding, ...]
    paths: frozenset[Path]

    def broken(self, path: Path, apart_from: str | None = None) -> bool:
        """
        Say whether the value at `path`, or anything in it, violates the schema.

        With `apart_from`, what lies under that key of the value does not count.
        """
        depth = len(path)
        return any(
            found[:depth] == path and (apart_from is None or found[depth : depth + 1] != (apart_from,))
            for found in self.paths
        )


def check_shape(document: Node, name: str, definition: str = "") -> Shape:
    """
    Check the document against the schema `name` (policy, mapping), or against `$defs/definition` of it.

    Every violation gives one finding; several complaints about one value are reduced to the first.
    """
    value = plain(document)
    reference = f"urn:svcrules:{name}" + (f"#/$defs/{definition}" if definition else "")
    if _quick(name, reference)(value):
        return Shape((), frozenset())
    found: dict[tuple[Path, str], Finding] = {}
    for error in _errors(name, reference, value):
        path: Path = tuple(error.absolute_path)
        for finding in _findings(error, document, path):
            found.setdefault((path, finding.message if finding.code in _SEVERAL else ""), finding)
    return Shape(tuple(found.values()), frozenset(path for path, _ in found))


_BLANK = {"when": "write a condition; what holds for all cases belongs into `otherwise`"}
# One mapping can have many unknown and missing keys; any other value is wrong in one way.
_SEVERAL = frozenset({"SR201", "SR202", "SR205"})


@cache
def _quick(name: str, reference: str) -> Callable[[Any], bool]:
    import jsonschema_rs

    registry = jsonschema_rs.Registry([(f"urn:svcrules:{name}", resources.schema(name))])
    return jsonschema_rs.Draft202012Validator({"$ref": reference}, registry=registry).is_valid


def _errors(name: str, reference: str, value: Any) -> Iterator[ValidationError]:
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    resource = DRAFT202012.create_resource(resources.schema(name))
    registry = Registry().with_resource(f"urn:svcrules:{name}", resource)
    return Draft202012Validator({"$ref": reference}, registry=registry).iter_errors(value)


def _findings(error: ValidationError, document: Node, path: Path) -> Iterator[Finding]:
    node = at_path(document, path)
    if "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str):
        yield _bad_key(error, node)
    elif error.instance in (None, "", [], {}) and error.validator not in ("required", "const"):
        help_line = _BLANK.get(str(path[-1]) if path else "", f"write a value, or leave the key out: {_what(error)}")
        yield Finding("SR208", f"{_named(path)} is blank", _key_or(document, path), help_line)
    else:
        yield from _EXPLAIN[str(error.validator)](error, node, path, document)


def _bad_key(error: ValidationError, node: Node) -> Finding:
    key = node.key(str(error.instance)) if isinstance(node, Mapping) else None
    return Finding(
        "SR205",
        f"key `{error.instance}` is not a {_title(error)}",
        key.span if key else node.span,
        _what(error),
    )


def _unknown_keys(error: ValidationError, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    known = _known_keys(error)
    assert isinstance(node, Mapping)
    for key, _ in node.entries:
        if key.text not in known:
            where = f" in {_named(path)}" if path else ""
            help_line = nearest(key.text, known) or f"known keys here are {listing(known, 20)}"
            yield Finding("SR201", f"unknown key `{key.text}`{where}", key.span, help_line)


def _missing_key(error: ValidationError, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    assert isinstance(error.schema, dict)
    # jsonschema gives one error for each missing key, but names it only in its message.
    missing = next(key for key in error.schema["required"] if error.message.startswith(repr(key)))
    what = _schema_of_key(error, missing)
    help_line = f"{missing}: {what}" if what else None
    where = f"{_named(path)} has no key `{missing}`" if path else f"the policy has no section `{missing}`"
    yield Finding("SR202", where, _key_or(document, path), help_line)


def _wrong_type(error: ValidationError, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    names = " or ".join(_TYPES[str(name)] for name in wanted)
    help_line = _what(error)
    if "string" in wanted and isinstance(node, Scalar):
        help_line = f'put it in quotes if text is meant: "{node.text}"'
    yield Finding("SR203", f"{_named(path)} must be {names}, not {_type_of(error.instance)}", node.span, help_line)


def _unknown_word(error: ValidationError, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    assert isinstance(allowed, list)
    words = [str(word) for word in allowed]
    text = node.text if isinstance(node, Scalar) else _type_of(error.instance)
    help_line = nearest(text, words) or f"known here: {listing(words, 20)}"
    yield Finding("SR204", f"{_named(path)} cannot be `{text}`", node.span, help_line)


def _malformed(error: ValidationError, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    yield Finding("SR205", f"`{error.instance}` is not a {_title(error)}", node.span, _what(error))


def _out_of_bounds(error: ValidationError, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    bound, unit = error.validator_value, _BOUNDS[str(error.validator)]
    yield Finding("SR206", f"{_named(path)} must have {unit.format(bound)}", node.span, _what(error))


def _listed_twice(error: ValidationError, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    seen: set[str] = set()
    for item in getattr(node, "items", ()):
        value = json.dumps(plain(item), sort_keys=True)
        if value in seen:
            text = item.text if isinstance(item, Scalar) else value
            yield Finding("SR207", f"`{text}` is listed twice in {_named(path)}", item.span, "delete one of them")
            return
        seen.add(value)


_EXPLAIN: dict[str, Callable[[ValidationError, Node, Path, Node], Iterator[Finding]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _unknown_word,
    "const": _unknown_word,
    "pattern": _malformed,
    "uniqueItems": _listed_twice,
    "minItems": _out_of_bounds,
    "maxItems": _out_of_bounds,
    "maxLength": _out_of_bounds,
    "minimum": _out_of_bounds,
    "maximum": _out_of_bounds,
}
_BOUNDS = {
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    "maxLength": "at most {} characters",
    "minimum": "a value of at least {}",
    "maximum": "a value of at most {}",
}
_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a mapping",
    "null": "blank",
}


def _type_of(value: object) -> str:
    match value:
        case None:
            return "blank"
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return f"the number {value}"
        case str():
            return "text"
        case list():
            return "a list"
    return "a mapping"


def _known_keys(error: ValidationError) -> list[str]:
    schema = error.schema
    assert isinstance(schema, dict)
    return list(schema.get("properties", {}))


def _schema_of_key(error: ValidationError, key: str) -> str | None:
    schema = error.schema
    assert isinstance(schema, dict)
    root: dict[str, Any] = resources.schema("policy")
    properties = schema.get("properties", {}) if "properties" in schema else root["properties"]
    entry = properties.get(key, {})
    if "description" not in entry and "$ref" in entry:
        entry = root["$defs"].get(entry["$ref"].rsplit("/", 1)[-1], {})
    text: str | None = entry.get("description")
    return text


def _title(error: ValidationError) -> str:
    assert isinstance(error.schema, dict)
    return str(error.schema.get("title", "value that fits")).lower()


def _what(error: ValidationError) -> str:
    assert isinstance(error.schema, dict)
    return str(error.schema.get("description", f"see `{'/'.join(map(str, error.absolute_schema_path))}` in the schema"))


def _named(path: Path) -> str:
    """Name the value for a reader: the last key, and which entry of it."""
    if not path:
        return "the file"
    if isinstance(path[-1], str):
        return f"`{path[-1]}`"
    keys = [step for step in path if isinstance(step, str)]
    return f"entry {path[-1] + 1} of `{keys[-1]}`" if keys else f"entry {path[-1] + 1}"


def _key_or(document: Node, path: Path) -> Span:
    """Point at the key of the value at `path` where it has one, since a mapping's own span is many lines."""
    if path and isinstance(path[-1], str):
        above = at_path(document, path[:-1])
        key = above.key(path[-1]) if isinstance(above, Mapping) else None
        if key is not None:
            return key.span
    node = at_path(document, path)
    if isinstance(node, Mapping) and node.entries:
        return node.entries[0][0].span
    return node.span
