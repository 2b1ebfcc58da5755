"""datalogic-py: the table as one `if` of JSONLogic, compiled once, asked through a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import datalogic_py

from benchmarks.shapes import REGION_GROUPS, Rule, Table, Ticket


def prepare(table: Table) -> Callable[[Ticket], str]:
    engine = datalogic_py.Engine()
    branches = [part for rule in table.rules for part in (_condition(rule), rule.team)]
    compiled = engine.compile({"if": [*branches, table.otherwise]})
    evaluate = engine.session().evaluate

    def answer(ticket: Ticket) -> str:
        team: str = evaluate(compiled, ticket)
        return team

    return answer


def _condition(rule: Rule) -> dict[str, Any]:
    tests: list[dict[str, Any]] = []
    if rule.category is not None:
        tests.append({"===": [{"var": "category"}, rule.category]})
    if rule.regions is not None:
        tests.append({"in": [{"var": "region"}, list(REGION_GROUPS[rule.regions])]})
    if rule.tier is not None:
        tests.append({"===": [{"var": "tier"}, rule.tier]})
    if rule.at_least is not None:
        tests.append({">=": [{"var": "amount"}, rule.at_least]})
    if rule.less_than is not None:
        tests.append({"<": [{"var": "amount"}, rule.less_than]})
    return tests[0] if len(tests) == 1 else {"and": tests}
