"""A plain Python loop over one lambda for each rule."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.shapes import REGION_GROUPS, Rule, Table, Ticket


def prepare(table: Table) -> Callable[[Ticket], str]:
    rules = tuple((eval(f"lambda ticket: {_source(rule)}"), rule.team) for rule in table.rules)
    otherwise = table.otherwise

    def answer(ticket: Ticket) -> str:
        for matches, team in rules:
            if matches(ticket):
                return team
        return otherwise

    return answer


def _source(rule: Rule) -> str:
    tests = []
    if rule.category is not None:
        tests.append(f"ticket['category'] == {rule.category!r}")
    if rule.regions is not None:
        tests.append(f"ticket['region'] in {set(REGION_GROUPS[rule.regions])!r}")
    if rule.tier is not None:
        tests.append(f"ticket['tier'] == {rule.tier!r}")
    if rule.at_least is not None:
        tests.append(f"ticket['amount'] >= {rule.at_least}")
    if rule.less_than is not None:
        tests.append(f"ticket['amount'] < {rule.less_than}")
    return " and ".join(tests)
