"""
The routing tables that everybody decides, and the tickets that they are asked about.

A table is what a service desk writes: for each category of case a few rules, by region, customer tier and amount, most
of which leave some of these free, the category's own default last; here and there a rule for all categories; at the end
the default of the table. The first rule that matches wins.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import log10
from typing import NamedTuple, TypedDict

SIZES = (10, 100, 1_000, 10_000)
HIGHEST = 10_000
GOLDEN = (5**0.5 - 1) / 2
RULES_PER_CATEGORY = 6
REGION_GROUPS = {
    "west": ("france", "iberia", "benelux"),
    "north": ("nordics", "baltics"),
    "east": ("poland", "balkans", "turkey"),
}
REGIONS = tuple(region for group in REGION_GROUPS.values() for region in group)
TIERS = ("gold", "silver", "standard")
TEAMS = tuple(f"team_{number}" for number in range(1, 21))
OTHER = "other"
"""A category that no rule names."""
DEFAULT_TEAM = "service_desk"


class Ticket(TypedDict):
    category: str
    region: str
    tier: str
    amount: int


class Rule(NamedTuple):
    """What is None is left free; `regions` names a group of regions, of which the ticket's must be one."""

    id: str
    team: str
    category: str | None = None
    regions: str | None = None
    tier: str | None = None
    at_least: int | None = None
    less_than: int | None = None

    def matches(self, ticket: Ticket) -> bool:
        return (
            (self.category is None or ticket["category"] == self.category)
            and (self.regions is None or ticket["region"] in REGION_GROUPS[self.regions])
            and (self.tier is None or ticket["tier"] == self.tier)
            and (self.at_least is None or ticket["amount"] >= self.at_least)
            and (self.less_than is None or ticket["amount"] < self.less_than)
        )


class Table(NamedTuple):
    rules: tuple[Rule, ...]
    categories: tuple[str, ...]
    otherwise: str = DEFAULT_TEAM

    def answer(self, ticket: Ticket) -> str:
        """Return what is right, in the most obvious way."""
        return next((rule.team for rule in self.rules if rule.matches(ticket)), self.otherwise)


def routing_table(size: int, seed: int = 1) -> Table:
    """Return a table of `size` rules; one of ten is for all categories, of a hundred two, of a thousand four ..."""
    chosen = random.Random(seed)
    general = round(2 ** (log10(size) - 1))
    categories = tuple(f"category_{number}" for number in range(1, -(-(size - general) // RULES_PER_CATEGORY) + 1))
    rules = [rule for category in categories for rule in _of_category(category, chosen)][: size - general]
    for rule in _general(general, chosen):
        rules.insert(chosen.randrange(len(rules)), rule)
    return Table(tuple(rule._replace(id=f"rule-{place}") for place, rule in enumerate(rules, 1)), (*categories, OTHER))


def _of_category(category: str, chosen: random.Random) -> Iterator[Rule]:
    def rule(**tests: str | int) -> Rule:
        return Rule("", chosen.choice(TEAMS), category, **tests)  # type: ignore[arg-type]

    groups = chosen.sample(tuple(REGION_GROUPS), 2)
    rules = [
        rule(tier="gold", at_least=_bound(chosen)),
        rule(less_than=_bound(chosen)),
        rule(tier=chosen.choice(TIERS)),
        *(rule(regions=group) for group in groups),
    ]
    chosen.shuffle(rules)
    yield from rules
    yield rule()


def _general(count: int, chosen: random.Random) -> Iterator[Rule]:
    """Yield rules for large amounts of one tier in a group of regions: narrow, so that they hide little after them."""
    for _ in range(count):
        regions, tier = chosen.choice(tuple(REGION_GROUPS)), chosen.choice(TIERS)
        yield Rule("", chosen.choice(TEAMS), None, regions, tier, at_least=chosen.randrange(9_000, HIGHEST))


def _bound(chosen: random.Random) -> int:
    return chosen.randrange(500, 9_000)


def tickets_for(table: Table, count: int, seed: int = 2) -> list[Ticket]:
    """
    Return `count` different tickets: aimed at each part of the table alike, amounts on and beside the bounds of the
    rules as well as far from them; one of twenty falls to the default. Any number of the first do so, too.
    """
    chosen = random.Random(seed)
    found: dict[tuple[object, ...], Ticket] = {}
    while len(found) < count:
        number = len(found)
        # Steps of the golden ratio lie evenly, however many of them are taken: slow contestants take only the first.
        rule = table.rules[int(number * GOLDEN % 1 * len(table.rules))]
        ticket = _default(chosen) if number % 20 == 0 else _aimed_at(rule, table, chosen)
        found.setdefault(tuple(ticket.values()), ticket)
    return list(found.values())


def _default(chosen: random.Random) -> Ticket:
    """Return a ticket of no category that a rule names, below the amounts of the rules for all categories."""
    return Ticket(
        category=OTHER,
        region=chosen.choice(REGIONS),
        tier=chosen.choice(TIERS),
        amount=chosen.randrange(9_000),
    )


def _aimed_at(rule: Rule, table: Table, chosen: random.Random) -> Ticket:
    bound = rule.at_least if rule.at_least is not None else rule.less_than
    beside = bound is not None and chosen.random() < 0.5
    return Ticket(
        category=rule.category or chosen.choice(table.categories),
        region=chosen.choice(REGION_GROUPS[rule.regions] if rule.regions is not None else REGIONS),
        tier=rule.tier or chosen.choice(TIERS),
        amount=bound + chosen.choice((-1, 0, 1)) if bound is not None and beside else chosen.randrange(HIGHEST),
    )
