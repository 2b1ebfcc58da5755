"""
durable-rules: rules as productions over one fact, in the order of their priority.

`Ruleset` is used directly, since `Host` starts threads that poll. All rules that match would fire; the action of the
first takes the fact back, so that no other does. More than some 500 different conditions on one field make its compiler
loop, so a large table becomes several rulesets, asked one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from durable.engine import MessageNotHandledException, Ruleset

from benchmarks.shapes import REGION_GROUPS, Rule, Table, Ticket

RULES = 1_000
"""In one ruleset, at most: 200 categories."""


class _Stage:
    """A part of the table as a ruleset; `ask` returns the team, or None where none of its rules matches."""

    def __init__(self, number: int, rules: tuple[Rule, ...]) -> None:
        productions = {
            rule.id: {"pri": place, "run": self._action(rule.team), "all": [{"m": _pattern(rule)}]}
            for place, rule in enumerate(rules, 1)
        }
        self._ruleset = Ruleset(f"routing-{number}", None, productions)
        self._fact: dict[str, Any] = {}
        self._team: str | None = None

    def _action(self, team: str) -> Callable[[Any], None]:
        def run(_: Any) -> None:
            if self._team is None:
                self._team = team
                self._ruleset.retract_fact(self._fact)

        return run

    def ask(self, fact: dict[str, Any]) -> str | None:
        self._fact, self._team = fact, None
        try:
            handle = self._ruleset.assert_fact(fact)
        except MessageNotHandledException:
            return None
        self._ruleset.do_actions(handle, _done)
        return self._team


def _done(error: Exception | None, _: Any) -> None:
    if error is not None:
        raise error


def prepare(table: Table) -> Callable[[Ticket], str]:
    starts = range(0, len(table.rules), RULES)
    stages = tuple(_Stage(start, table.rules[start : start + RULES]) for start in starts)
    otherwise, numbers = table.otherwise, count(1)

    def answer(ticket: Ticket) -> str:
        fact = {"id": next(numbers), "sid": "0", **ticket}
        for stage in stages:
            team = stage.ask(fact)
            if team is not None:
                return team
        return otherwise

    return answer


def _pattern(rule: Rule) -> dict[str, Any]:
    tests: list[dict[str, Any]] = []
    if rule.category is not None:
        tests.append({"category": rule.category})
    if rule.tier is not None:
        tests.append({"tier": rule.tier})
    if rule.regions is not None:
        tests.append({"$or": [{"region": region} for region in REGION_GROUPS[rule.regions]]})
    if rule.at_least is not None:
        tests.append({"$gte": {"amount": rule.at_least}})
    if rule.less_than is not None:
        tests.append({"$lt": {"amount": rule.less_than}})
    return tests[0] if len(tests) == 1 else {"$and": tests}
