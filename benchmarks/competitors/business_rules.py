"""business-rules: `run_all`, which stops at the first rule that is triggered; its action writes down the team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.variables import (
    BaseVariables,
    numeric_rule_variable,
    select_multiple_rule_variable,
    string_rule_variable,
)

from benchmarks.shapes import REGION_GROUPS, Rule, Table, Ticket


class _Variables(BaseVariables):  # type: ignore[misc]
    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket

    @string_rule_variable()
    def category(self) -> str:
        return self.ticket["category"]

    @select_multiple_rule_variable()
    def region(self) -> tuple[str]:
        return (self.ticket["region"],)

    @string_rule_variable()
    def tier(self) -> str:
        return self.ticket["tier"]

    @numeric_rule_variable()
    def amount(self) -> int:
        return self.ticket["amount"]


class _Actions(BaseActions):  # type: ignore[misc]
    def __init__(self, team: str) -> None:
        self.team = team

    @rule_action()
    def route(self, team: str) -> None:
        self.team = team


def prepare(table: Table) -> Callable[[Ticket], str]:
    rules = [
        {"conditions": _conditions(rule), "actions": [{"name": "route", "params": {"team": rule.team}}]}
        for rule in table.rules
    ]
    otherwise = table.otherwise

    def answer(ticket: Ticket) -> str:
        actions = _Actions(otherwise)
        run_all(rules, _Variables(ticket), actions, stop_on_first_trigger=True)
        return actions.team

    return answer


def _conditions(rule: Rule) -> dict[str, Any]:
    tests: list[dict[str, Any]] = []
    if rule.category is not None:
        tests.append({"name": "category", "operator": "equal_to", "value": rule.category})
    if rule.regions is not None:
        regions = REGION_GROUPS[rule.regions]
        tests.append({"name": "region", "operator": "shares_at_least_one_element_with", "value": regions})
    if rule.tier is not None:
        tests.append({"name": "tier", "operator": "equal_to", "value": rule.tier})
    if rule.at_least is not None:
        tests.append({"name": "amount", "operator": "greater_than_or_equal_to", "value": rule.at_least})
    if rule.less_than is not None:
        tests.append({"name": "amount", "operator": "less_than", "value": rule.less_than})
    return tests[0] if len(tests) == 1 else {"all": tests}
