"""
Whole decisions as data: each file beside this one holds a policy, without its header, and cases.

A case is an event (what differs from the sample) and the decision, without what all decisions of the file have in
common.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from svcrules import Evaluator
from svcrules.language.load import read_policy
from tests.samples import event, policy_text

FOLDER = Path(__file__).parent


def cases() -> list[Any]:
    documents = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
    return [
        pytest.param(document["policy"], case, id=f"{name}: {case['about']}")
        for name, document in documents.items()
        for case in document["cases"]
    ]


@pytest.mark.parametrize(("sections", "case"), cases())
def test_decision(sections: dict[str, Any], case: dict[str, Any]) -> None:
    loaded = read_policy([("policy.yaml", policy_text(**sections))])
    assert loaded.policy is not None, loaded.findings
    sent = event(case.get("data", {}), **case.get("event", {}))
    common = {
        "ticket": sent["subject"],
        "event": sent["id"],
        "type": sent["type"],
        "time": sent["time"],
        "as_of": sent["time"],
        "policy": {"name": "sample", "version": "1.2.3", "digest": loaded.policy.digest},
        "classification": {},
        "priority": None,
        "route": None,
        "clocks": [],
        "fired": [],
        "next_check_at": None,
        "actions": [],
        "violations": [],
        "reasons": [],
        "ignored": [],
    }
    decision = Evaluator(loaded.policy).decide(sent).to_dict()
    assert decision == common | case["decision"]
    # Results stand in the order in which they were decided.
    assert list(decision) == list(common)
    assert list(decision["classification"]) == list(case["decision"].get("classification", {}))


@pytest.mark.parametrize(("sections", "case"), cases())
def test_order_of_files_means_nothing(sections: dict[str, Any], case: dict[str, Any]) -> None:
    files = [("policy.yaml", policy_text())]
    files += [(f"{key}.yaml", json.dumps({key: section}).encode()) for key, section in sections.items()]
    one, other = read_policy(files).policy, read_policy(reversed(files)).policy
    assert one is not None
    assert other is not None
    sent = event(case.get("data", {}), **case.get("event", {}))
    assert Evaluator(one).decide(sent) == Evaluator(other).decide(sent)
