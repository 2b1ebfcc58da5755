"""rule-engine: its `Chain`, which returns the value of the first rule that matches."""

from __future__ import annotations

import json
from collections.abc import Callable

import rule_engine

from benchmarks.shapes import REGION_GROUPS, Rule, Table, Ticket


def prepare(table: Table) -> Callable[[Ticket], str]:
    # Rules are faster without a `type_resolver`, which checks the type of each value that is read.
    chain = rule_engine.Chain(((_text(rule), rule.team) for rule in table.rules), default_value=table.otherwise)
    evaluate: Callable[[Ticket], str] = chain.evaluate
    return evaluate


def _text(rule: Rule) -> str:
    tests = []
    if rule.category is not None:
        tests.append(f"category == {json.dumps(rule.category)}")
    if rule.regions is not None:
        tests.append(f"region in {json.dumps(REGION_GROUPS[rule.regions])}")
    if rule.tier is not None:
        tests.append(f"tier == {json.dumps(rule.tier)}")
    if rule.at_least is not None:
        tests.append(f"amount >= {rule.at_least}")
    if rule.less_than is not None:
        tests.append(f"amount < {rule.less_than}")
    return " and ".join(tests)
