"""The tests of a rule as expressions that common-expression-language and rule-engine read alike."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.shapes import REGION_GROUPS, Rule


def tests_as_text(rule: Rule) -> Iterator[str]:
    if rule.category is not None:
        yield f"category == {json.dumps(rule.category)}"
    if rule.regions is not None:
        yield f"region in {json.dumps(REGION_GROUPS[rule.regions])}"
    if rule.tier is not None:
        yield f"tier == {json.dumps(rule.tier)}"
    if rule.at_least is not None:
        yield f"amount >= {rule.at_least}"
    if rule.less_than is not None:
        yield f"amount < {rule.less_than}"
