"""Values that JSON cannot hold, but a program that calls us can send: each is a finding."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from svcrules import Evaluator
from svcrules.evaluators.facts import Vocabulary
from svcrules.events import EventError
from svcrules.language.load import read_policy
from svcrules.language.model import Field, FieldType
from tests.samples import event, policy_text

FIELDS = {
    "kind": {"one_of": ["repair", "inquiry"]},
    "symptoms": {"some_of": ["smell", "noise"]},
    "text": {"type": "text"},
    "customer.name": {"type": "text"},
    "tags": {"type": "list"},
    "ends": {"type": "date"},
    "loss": {"type": "number"},
    "share": {"type": "number", "min": 0, "max": 1},
    "affected": {"type": "integer"},
}
NAN, INFINITE = float("nan"), float("inf")
HUGE = 10**5_000
HALF = "a \ud83d"
HALF_HELP = "send the character whole; a text may have been cut in the middle of it"


@cache
def evaluator() -> Evaluator:
    rule = {"id": "the-rule", "when": {"text": {"mentions": "leak", "matches": "gas"}}, "is": "met"}
    scheme = {"values": ["met", "not_met"], "rules": [rule], "otherwise": "not_met"}
    loaded = read_policy([("policy.yaml", policy_text(fields=FIELDS, classification={"result": scheme}))])
    assert loaded.policy is not None, loaded.findings
    return Evaluator(loaded.policy)


def findings(data: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    with pytest.raises(EventError) as caught:
        evaluator().decide(event(data))
    str(caught.value).encode()
    return [(finding.code, finding.message, finding.help) for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"text": HALF}, "text"),
        ({"customer": {"name": HALF}}, "customer.name"),
        ({"customer.name": HALF}, "customer.name"),
        ({"tags": ["a", HALF]}, "tags"),
        ({"kind": HALF}, "kind"),
        ({"symptoms": ["smell", HALF]}, "symptoms"),
        ({"ends": HALF}, "ends"),
        ({"loss": HALF}, "loss"),
        ({"affected": HALF}, "affected"),
    ],
)
def test_half_a_character(data: dict[str, Any], name: str) -> None:
    assert findings(data) == [("SR513", f"field `{name}` holds half a character, such as `\\ud800`", HALF_HELP)]


@pytest.mark.parametrize("data", [{HALF: 1}, {"customer": {HALF: 1}}])
def test_half_a_character_in_a_name(data: dict[str, Any]) -> None:
    message = "the name of a field holds half a character, such as `\\ud800`"
    assert findings(data) == [("SR513", message, HALF_HELP)]


@pytest.mark.parametrize(
    ("name", "wanted"), [("loss", "a number"), ("share", "a number"), ("affected", "a whole number")]
)
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (NAN, "`nan`"),
        (INFINITE, "`inf`"),
        (-INFINITE, "`-inf`"),
        (HUGE, "a number too large"),
        (-HUGE, "a number too large"),
    ],
    ids=["nan", "inf", "-inf", "huge", "-huge"],
)
def test_number_beyond_those_of_json(name: str, wanted: str, value: float, said: str) -> None:
    assert findings({name: value}) == [("SR509", f"field `{name}` must be {wanted}, not {said}", None)]


@pytest.mark.parametrize("value", [NAN, INFINITE, HUGE], ids=["nan", "inf", "huge"])
def test_such_a_number_in_other_fields(value: float) -> None:
    ((code, message, _),) = findings({"tags": [value]})
    said = "a number too large" if value == HUGE else f"`{value}`"
    assert (code, message) == ("SR509", f"entry 1 of field `tags` must be a text, not {said}")


def test_largest_double_is_a_number() -> None:
    data = {"loss": -1.7976931348623157e308, "affected": 1.7976931348623157e308, "text": "gas leak 🔥"}
    assert evaluator().decide(event(data)).classification == {"result": "met"}


@pytest.mark.parametrize("data", [{"a.b": None, "a": {"b": "x"}}, {"a": {"b": "x"}, "a.b": None}])
def test_null_in_one_form_beside_a_value_in_the_other(data: dict[str, Any]) -> None:
    fields = {"a.b": Field("a.b", FieldType.TEXT, {}, None, None, None, None, None)}
    reading = Vocabulary(fields).read(data)
    assert (reading.facts, reading.taken_back, reading.findings) == ({"a.b": "x"}, [], [])
