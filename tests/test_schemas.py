"""The JSON Schemas are strict and explain themselves, and say the same as the code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from svcrules import Evaluator, load_policy, resources
from svcrules.events import parse_time, read_event
from svcrules.language.document import plain
from svcrules.language.schema import check_shape
from svcrules.language.source import read_document

_ROOT = Path(__file__).parent.parent
_SCHEMAS = ("decision", "event", "mapping", "policy", "tests", "state", "scenario")
# The meta-schema lets unknown keywords pass; with this, one that is misspelt is an error at any depth.
_STRICT = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:svcrules:strict",
    "$dynamicAnchor": "meta",
    "$ref": "https://json-schema.org/draft/2020-12/schema",
    "unevaluatedProperties": False,
}
# Schemas that only say which branch to take need no words.
_BRANCHES = ("if", "then", "else")


def _properties(schema: Any, root: Any, place: str = "", in_branch: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """Yield each property with its place, its schema, and whether it stands under `if`, `then` or `else`."""
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from _properties(item, root, f"{place}/{index}", in_branch)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties":
                for name, below in value.items():
                    yield f"{place}/properties/{name}", below, in_branch
                    yield from _properties(below, root, f"{place}/properties/{name}", in_branch)
            else:
                yield from _properties(value, root, f"{place}/{key}", in_branch or key in _BRANCHES)


def _words(schema: Any, root: Any) -> set[str]:
    words: set[str] = {"title", "description"} & schema.keys()
    if "$ref" in schema:
        words |= {"title", "description"} & root["$defs"][schema["$ref"].removeprefix("#/$defs/")].keys()
    return words


def _keywords(schema: Any) -> Iterator[str]:
    for value in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _keywords(value)
    if isinstance(schema, dict):
        yield from schema


def test_each_schema_file_is_covered() -> None:
    assert {path.name for path in (_ROOT / "schemas").iterdir()} == {f"{name}.schema.json" for name in _SCHEMAS}


@pytest.mark.parametrize("name", _SCHEMAS)
def test_schema_passes_the_strict_meta_schema(name: str) -> None:
    assert list(Draft202012Validator(_STRICT).iter_errors(resources.schema(name))) == []


@pytest.mark.parametrize("name", _SCHEMAS)
def test_no_any_of(name: str) -> None:
    assert "anyOf" not in set(_keywords(resources.schema(name)))


@pytest.mark.parametrize("name", _SCHEMAS)
def test_each_property_has_title_and_description(name: str) -> None:
    root = resources.schema(name)
    silent = [
        place
        for place, schema, in_branch in _properties(root, root)
        # What a branch repeats only to allow or to test it is explained elsewhere.
        if not (in_branch and (schema is True or not schema.keys() - {"const", "enum", "type"}))
        and _words(schema, root) != {"title", "description"}
    ]
    assert silent == []


# Events that are right, each with up to two attributes replaced, added or left out.
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)
_DIGITS = st.text("0123456789", min_size=2, max_size=2)
_TIMES = st.builds(
    "20{}-{}-{}{}{}:{}:{}{}{}".format,
    _DIGITS,
    _DIGITS,
    _DIGITS,
    st.sampled_from("Tt _"),
    _DIGITS,
    _DIGITS,
    _DIGITS,
    st.sampled_from(["", ".5", ",5", ".", ".123456789"]),
    st.sampled_from(["Z", "z", "", "+08:00", "-23:59", "+24:00", "+08:60", "+0800"]),
)
_NAMES = st.sampled_from(
    [
        "specversion",
        "id",
        "type",
        "source",
        "subject",
        "time",
        "policy",
        "data",
        "datacontenttype",
        "dataschema",
        "tenant",
    ]
)
_CHANGES = st.dictionaries(_NAMES | st.text("aZ0_-é", max_size=3), _ANY | st.just("1.0"), max_size=2)


@st.composite
def _events(draw: st.DrawFn) -> dict[str, Any]:
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": "e",
        "type": "created",
        "source": "/x",
        "subject": "T",
        "data": {},
    }
    event["time"] = draw(st.just("2026-03-02T09:15:00+08:00") | _TIMES)
    event |= draw(_CHANGES)
    for name in draw(st.sets(_NAMES, max_size=1)):
        event.pop(name, None)
    return event


@given(_events())
@settings(max_examples=500)
def test_event_schema_agrees_with_the_reader(event: dict[str, Any]) -> None:
    """Save for the calendar: JSON Schema cannot say that April has 30 days, or how far years reach."""
    event = json.loads(json.dumps(event))
    valid = Draft202012Validator(resources.schema("event")).is_valid(event)
    if valid and parse_time(event["time"]) is None:
        valid = False
        month, day = int(event["time"][5:7]), int(event["time"][8:10])
        assert not 1 <= month <= 12 or not 1 <= day <= 28
    assert valid == (read_event(event)[0] is not None)


@pytest.mark.parametrize("path", sorted((_ROOT / "examples" / "tickets").glob("*.ndjson")), ids=lambda path: path.stem)
def test_example_tickets_and_decisions_validate(path: Path) -> None:
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    evaluator = Evaluator(load_policy(_ROOT / "policies" / events[0]["policy"]))
    on_events, on_decisions = (Draft202012Validator(resources.schema(name)) for name in ("event", "decision"))
    for event in events:
        on_events.validate(event)
        on_decisions.validate(json.loads(evaluator.decide(event).to_json()))


# In Python's regular expressions, which jsonschema uses, `$` also matches before a line end at the end of the text; by
# ECMA-262, which JSON Schema asks for, it does not.
_DIFFER = {"name_with_line_end.yaml"}
_WRITTEN = [*sorted((_ROOT / "tests" / "policies").glob("*/*.yaml")), *sorted((_ROOT / "policies").glob("*/*.yaml"))]


@pytest.mark.parametrize("path", _WRITTEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_reference_validator_agrees_on_what_is_valid(path: Path) -> None:
    document, _ = read_document(path.read_bytes(), path.name)
    if document is not None and path.name not in _DIFFER:
        shape = check_shape(document, "policy")
        assert (not shape.findings) == Draft202012Validator(resources.schema("policy")).is_valid(plain(document))
