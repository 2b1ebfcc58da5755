"""
Shape: a document against its JSON Schema, with findings in the words of the schema's own titles and descriptions.

jsonschema-rs checks, since every load of a policy does: it is some two hundred times as fast as jsonschema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, reduce
from itertools import islice
from typing import Any, NamedTuple

from svcrules import resources
from svcrules.diagnostics import Finding, Span, listing, nearest, shorten
from svcrules.language.document import Mapping, Node, Path, Scalar, Sequence, at_path, plain
from svcrules.language.violations import is_large, violations


@dataclass(frozen=True, slots=True)
class Shape:
    """
    What the schema says of a document: findings, and the paths of the values that they are about.

    `above` holds these paths and all that lead to them; `value` is the document as JSON values. Where it is wrong in so
    many places that not all were looked for, `partial` is true, and nothing in it passes for right.
    """

    value: Any
    findings: tuple[Finding, ...]
    paths: frozenset[Path]
    above: frozenset[Path]
    partial: bool = False

    def broken(self, path: Path, apart_from: str | None = None) -> bool:
        """
        Say whether the value at `path`, or anything in it, violates the schema.

        With `apart_from`, what lies under that key of the value does not count.
        """
        if self.partial:
            return True
        if path not in self.above or apart_from is None:
            return path in self.above
        depth = len(path)
        return any(found[:depth] == path and found[depth : depth + 1] != (apart_from,) for found in self.paths)


def check_shape(document: Node, name: str, definition: str = "") -> Shape:
    """
    Check the document against the schema `name` (policy, mapping), or against `$defs/definition` of it.

    Every violation gives one finding; several complaints about one value are reduced to the first. A document with
    very many is not looked at further.
    """
    value = plain(document)
    reference = f"urn:svcrules:{name}" + (f"#/$defs/{definition}" if definition else "")
    if _validator(name, reference).is_valid(value):
        return Shape(value, (), frozenset(), frozenset())
    found: dict[tuple[Path, str], Finding] = {}
    everything = _all_findings(name, reference, value, document)
    for path, finding in islice(everything, _MOST):
        found.setdefault((path, finding.message if finding.code in _SEVERAL else ""), finding)
    paths = frozenset(path for path, _ in found)
    above = frozenset(path[:length] for path in paths for length in range(len(path) + 1))
    partial = is_large(value) or next(everything, None) is not None
    return Shape(value, tuple(found.values()), paths, above, partial)


def _all_findings(name: str, reference: str, value: Any, document: Node) -> Iterator[tuple[Path, Finding]]:
    for error in _errors(name, reference, value):
        for finding in _findings(error, document, error.path):
            yield error.path, finding


_BLANK_WHEN = "write a condition; what holds for all cases belongs into `otherwise`"
# Nobody mends more in one go, and each costs time.
_MOST = 200
# One mapping can have many unknown and missing keys; any other value is wrong in one way.
_ABOUT_KEYS = frozenset({"required", "additionalProperties"})
_SEVERAL = frozenset({"SR201", "SR202", "SR205"})


class _Error(NamedTuple):
    """
    One violation: the keyword of the schema with its value, the schema that has it, and what violates it.

    `name` is that of the whole schema, which says what the document is: a policy or a mapping.
    Of a key that is not allowed, `is_key` is true and `path` leads to its mapping. `instance` is None where a mapping
    lacks keys or has unknown ones.
    """

    name: str
    keyword: str
    value: Any
    schema: dict[str, Any]
    path: Path
    instance: Any
    is_key: bool


@cache
def _validator(name: str, reference: str) -> Any:
    import jsonschema_rs

    registry = jsonschema_rs.Registry([(f"urn:svcrules:{name}", resources.schema(name))])
    return jsonschema_rs.Draft202012Validator({"$ref": reference}, registry=registry)


def _errors(name: str, reference: str, value: Any) -> Iterator[_Error]:
    root = resources.schema(name)
    for path, error in violations(_validator(name, reference), value):
        is_key = error.kind.name == "propertyNames"
        kind = error.kind.error.kind if is_key else error.kind
        # Of what lacks a key or has one too many, the document says all, and it may be large.
        large = kind.name in _ABOUT_KEYS and not is_key
        instance = None if large else error.kind.error.instance if is_key else error.instance
        schema = reduce(lambda above, step: above[step], error.schema_path[:-1], root)
        yield _Error(name, kind.name, kind.value, schema, path, instance, is_key)


def _repeated(items: list[Any]) -> int | None:
    """Return the index of the first entry that equals one before it. As in JSON, 1 equals 1.0 but not true."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        whole = isinstance(item, float) and item.is_integer()
        written = json.dumps(int(item) if whole else item, sort_keys=True)
        if written in seen:
            return index
        seen.add(written)
    return None


def _findings(error: _Error, document: Node, path: Path) -> Iterator[Finding]:
    node = at_path(document, path)
    if error.is_key:
        yield _bad_key(error, node, path)
    elif error.instance in (None, "", [], {}) and error.keyword not in _ABOUT_KEYS | {"const"}:
        of_table = error.name == "policy" and "rules" in path and path[-1] == "when"
        help_line = _BLANK_WHEN if of_table else f"write it, or delete the key{_colon(_what(error))}"
        yield Finding("SR208", f"{_named(path)} is blank", _key_or(document, path), help_line)
    else:
        yield from _EXPLAIN[error.keyword](error, node, path, document)


def _bad_key(error: _Error, node: Node, path: Path) -> Finding:
    key = node.key(str(error.instance)) if isinstance(node, Mapping) else None
    message = f"`{shorten(str(error.instance))}` cannot be a key in {_named(path)}"
    return Finding("SR205", message, key.span if key else node.span, _what(error))


def _unknown_keys(error: _Error, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    assert isinstance(node, Mapping)
    known = _known_keys(error, node, path)
    kind, where = ("key", f" in {_named(path)}") if path else ("section", "")
    for key, _ in node.entries:
        if key.text not in known:
            help_line = nearest(key.text, known) or f"known {kind}s here are {listing(known, 30)}"
            yield Finding("SR201", f"unknown {kind} `{key.text}`{where}", key.span, help_line)


def _missing_key(error: _Error, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    assert isinstance(node, Mapping)
    missing = error.value
    names = [*_alternatives(path, missing), missing]
    known = _known_keys(error, node, path)
    unknown = [key.text for key, _ in node.entries[:_MOST] if key.text not in known]
    if any(_is_misspelt(name, unknown, known) for name in names):
        return  # the key that stands for it is unknown, which is the finding
    what = _schema_of_key(error, missing) if len(names) == 1 else None
    help_line = f"`{missing}`{_colon(what)}" if what else None
    wanted = " or ".join(f"`{name}`" for name in names)
    where = f"{_named(path)} has no key {wanted}" if path else f"the {error.name} has no section {wanted}"
    yield Finding("SR202", where, _key_or(document, path), help_line)


def _is_misspelt(name: str, unknown: list[str], known: list[str]) -> bool:
    """Say whether one of the unknown keys comes nearest to this name of all that are known."""
    from difflib import get_close_matches  # only needed once something is wrong

    meant = nearest(name, [name])
    return any(nearest(key, known) == meant for key in get_close_matches(name, unknown))


def _alternatives(path: Path, key: str) -> list[str]:
    """Return what can stand for the key: a field is declared with one of four."""
    return ["one_of", "some_of", "count"] if path[:1] == ("fields",) and len(path) == 2 and key == "type" else []


def _wrong_type(error: _Error, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    wanted = error.value
    names = " or ".join(_TYPES[str(name)] for name in wanted)
    help_line = _what(error)
    if isinstance(node, Scalar) and "string" in wanted and re.search(error.schema.get("pattern", ""), node.text):
        help_line = f'put it in quotes if text is meant: "{shorten(node.text)}"'
    elif isinstance(node, Scalar) and wanted == ["array"]:
        help_line = f"write it as a list: `[{shorten(node.text)}]`"
    yield Finding("SR203", f"{_named(path)} must be {names}, not {_type_of(error.instance)}", node.span, help_line)


def _unknown_word(error: _Error, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    allowed = error.value if error.keyword == "enum" else [error.value]
    words = [str(word) for word in allowed]
    text = node.text if isinstance(node, Scalar) else _type_of(error.instance)
    help_line = nearest(shorten(text), words) or f"known here: {listing(words, 20)}"
    yield Finding("SR204", f"{_named(path)} cannot be `{shorten(text)}`", node.span, help_line)


def _malformed(error: _Error, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    yield Finding("SR205", f"{_named(path)} cannot be `{shorten(str(error.instance))}`", node.span, _what(error))


def _out_of_bounds(error: _Error, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    bound, unit = error.value, _BOUNDS[error.keyword]
    yield Finding("SR206", f"{_named(path)} must have {unit.format(bound)}", node.span, _what(error))


def _listed_twice(error: _Error, node: Node, path: Path, document: Node) -> Iterator[Finding]:
    assert isinstance(node, Sequence)
    index = _repeated(plain(node))
    assert index is not None
    item = node.items[index]
    text = item.text if isinstance(item, Scalar) else json.dumps(plain(item), ensure_ascii=False)
    yield Finding("SR207", f"`{text}` is listed twice in {_named(path)}", item.span, "delete one of them")


_EXPLAIN: dict[str, Callable[[_Error, Node, Path, Node], Iterator[Finding]]] = {
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


def _known_keys(error: _Error, node: Mapping, path: Path) -> list[str]:
    schema = error.schema
    if "properties" not in schema:
        schema = resources.schema(error.name)
    known = list(schema["properties"])
    return known + [name for key in known for name in _alternatives(path, key) if node.get(key) is None]


def _schema_of_key(error: _Error, key: str) -> str | None:
    schema = error.schema
    root: dict[str, Any] = resources.schema(error.name)
    properties = schema.get("properties", {}) if "properties" in schema else root["properties"]
    entry = properties.get(key, {})
    if "description" not in entry and "$ref" in entry:
        entry = root["$defs"].get(entry["$ref"].rsplit("/", 1)[-1], {})
    return _advice(entry.get("description"))


def _what(error: _Error) -> str | None:
    return _advice(error.schema.get("description"))


def _advice(description: str | None) -> str | None:
    """Return the description as a help line begins and ends: small letter, no period."""
    if description is None:
        return None
    begins_a_sentence = description[1:2].islower() or description[1:2] == " "
    return (description[0].lower() if begins_a_sentence else description[0]) + description[1:].removesuffix(".")


def _colon(what: str | None) -> str:
    return f": {what}" if what else ""


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
