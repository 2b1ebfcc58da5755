"""Conditions as data: conditions.yaml says which tickets meet a condition, and by which facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from svcrules import Evaluator, Policy
from svcrules.evaluators import texts
from svcrules.language import model
from svcrules.language.conditions import OPERATORS
from svcrules.language.load import read_policy
from tests.samples import event, policy_text

FIELDS = {
    "kind": {"one_of": ["repair", "inquiry", "complaint"]},
    "customer.tier": {"one_of": ["vip", "ordinary", "new"]},
    "symptoms": {"some_of": ["no_flame", "smell", "noise"]},
    "text": {"type": "text"},
    "affected": {"type": "integer"},
    "loss": {"type": "number"},
    "injury": {"type": "boolean"},
    "contract_ends": {"type": "date"},
    "tags": {"type": "list"},
}
ENTRIES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("conditions.yaml").read_text(encoding="utf-8"))
MET, NOT_MET = "met", "not_met"


def policy_asking(when: object) -> Policy:
    """Return a policy whose one scheme answers whether the condition holds."""
    return _policy_asking(json.dumps(when))


@cache
def _policy_asking(when: str) -> Policy:
    rule = {"id": "the-rule", "when": json.loads(when), "is": MET}
    scheme = {"values": [MET, NOT_MET], "rules": [rule], "otherwise": NOT_MET}
    loaded = read_policy([("policy.yaml", policy_text(fields=FIELDS, classification={"result": scheme}))])
    assert loaded.policy is not None, loaded.findings
    return loaded.policy


def facts_for(when: object, data: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Return the facts that make the condition hold; None where it does not."""
    decision = Evaluator(policy_asking(when)).decide(event(data))
    (reason,) = decision.reasons
    if decision.classification == {"result": NOT_MET}:
        assert (reason.rule, reason.facts) == ("otherwise", ())
        return None
    return [fact.to_dict() for fact in reason.facts]


def cases(key: str) -> list[Any]:
    return list(_cases(key))


def _cases(key: str) -> Iterator[Any]:
    for entry in ENTRIES:
        for case in entry[key]:
            data = case["data"] if key == "holds" else case
            name = f"{json.dumps(entry['when'], ensure_ascii=False)} {json.dumps(data, ensure_ascii=False)}"
            yield pytest.param(entry["when"], case, id=name)


@pytest.mark.parametrize(("when", "case"), cases("holds"))
def test_holds(when: object, case: dict[str, Any]) -> None:
    assert facts_for(when, case["data"]) == case["facts"]


@pytest.mark.parametrize(("when", "data"), cases("fails"))
def test_fails(when: object, data: dict[str, Any]) -> None:
    assert facts_for(when, data) is None


def covered(key: str, *, absent: bool | None = None) -> set[tuple[str, model.FieldType]]:
    """
    Return operators with field types that have a case under `key` as the only test of a condition.

    `absent` restricts them to tickets in which the field is absent, or is not.
    """
    found = set()
    for entry in ENTRIES:
        policy = policy_asking(entry["when"])
        condition = policy.schemes[0].table.rules[0].when
        if isinstance(condition, model.Test):
            tickets = [case["data"] if key == "holds" else case for case in entry[key]]
            name = condition.field.split(".")[0]
            if any(absent is None or (data.get(name) is None) is absent for data in tickets):
                found.add((condition.operator, policy.fields[condition.field].type))
    return found


def test_every_operator_is_covered_for_every_type() -> None:
    all_of_them = {(operator.name, type_) for operator in OPERATORS.values() for type_ in operator.types}
    assert covered("holds") == all_of_them
    assert covered("fails", absent=False) == all_of_them
    assert covered("fails", absent=True) == all_of_them


@pytest.mark.parametrize("before", range(65_536 - 9, 65_536 + 2))
@pytest.mark.parametrize("filler", ["-", "漏", "🔥"])
def test_word_across_the_border_of_a_chunk(filler: str, before: int) -> None:
    assert texts._CHUNK == 65_536
    word = "gas leak"
    when = {"text": {"mentions": word}}
    assert facts_for(when, {"text": filler * before + word + filler}) == [{"field": "text", "found": [word]}]
    assert facts_for(when, {"text": filler * before + word + "s" + filler}) is None
    assert facts_for(when, {"text": filler * (before - 1) + "a" + word + filler}) is None


@pytest.mark.parametrize("before", range(65_536 - 12, 65_536 + 2))
def test_phrase_across_the_border_of_a_chunk(before: int) -> None:
    when = {"text": {"mentions": "gas leak", "apart_from": "no gas leak"}}
    assert facts_for(when, {"text": "-" * before + "no gas leak" + "-"}) is None
    assert facts_for(when, {"text": "-" * before + "no  gas leak gas leak"}) == [
        {"field": "text", "found": ["gas leak"]}
    ]


def test_long_finding_of_a_regular_expression_is_cut() -> None:
    facts = facts_for({"text": {"matches": "煤+"}}, {"text": "煤" * 1000})
    assert facts == [{"field": "text", "found": ["煤" * 200]}]
