"""
The limit: every case worked out before.

For each category, region and tier there is a list of the amounts at which the answer changes. This is as fast as Python
gets, and nobody would want to maintain it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import product

from benchmarks.shapes import REGION_GROUPS, REGIONS, TIERS, Rule, Table, Ticket

Cases = tuple[list[int], list[str]]
"""The amounts at which another team begins, and the teams: one more, since the first begins before all of them."""


def prepare(table: Table) -> Callable[[Ticket], str]:
    general = [rule for rule in table.rules if rule.category is None]
    of_category: dict[str, list[Rule]] = {category: [] for category in table.categories}
    for rule in table.rules:
        if rule.category is not None:
            of_category[rule.category].append(rule)
    place = {rule.id: number for number, rule in enumerate(table.rules)}
    cases: dict[tuple[str, str, str], Cases] = {}
    for category, rules in of_category.items():
        ordered = sorted((*rules, *general), key=lambda rule: place[rule.id])
        for region, tier in product(REGIONS, TIERS):
            cases[category, region, tier] = _cases(ordered, region, tier, table.otherwise)

    def answer(ticket: Ticket) -> str:
        bounds, teams = cases[ticket["category"], ticket["region"], ticket["tier"]]
        return teams[bisect_right(bounds, ticket["amount"])]

    return answer


def _cases(rules: Iterable[Rule], region: str, tier: str, otherwise: str) -> Cases:
    fitting = [
        rule
        for rule in rules
        if (rule.regions is None or region in REGION_GROUPS[rule.regions]) and (rule.tier is None or rule.tier == tier)
    ]
    bounds = sorted({bound for rule in fitting for bound in (rule.at_least, rule.less_than) if bound is not None})
    teams = [_team(fitting, amount, otherwise) for amount in (0, *bounds)]
    return bounds, teams


def _team(rules: Iterable[Rule], amount: int, otherwise: str) -> str:
    for rule in rules:
        if (rule.at_least is None or amount >= rule.at_least) and (rule.less_than is None or amount < rule.less_than):
            return rule.team
    return otherwise
