"""What a programmer writes who looks at the table once: the rules of each category in a dictionary, then a loop."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.shapes import HIGHEST, REGION_GROUPS, REGIONS, TIERS, Rule, Table, Ticket


def prepare(table: Table) -> Callable[[Ticket], str]:
    general = [rule for rule in table.rules if rule.category is None]
    of_category: dict[str, list[Rule]] = {}
    for rule in table.rules:
        if rule.category is not None:
            of_category.setdefault(rule.category, []).append(rule)
    place = {rule.id: number for number, rule in enumerate(table.rules)}
    tests = {
        category: tuple(map(_tests, sorted((*rules, *general), key=lambda rule: place[rule.id])))
        for category, rules in of_category.items()
    }
    general_tests = tuple(map(_tests, general))
    otherwise = table.otherwise

    def answer(ticket: Ticket) -> str:
        region, tier, amount = ticket["region"], ticket["tier"], ticket["amount"]
        for regions, tiers, low, high, team in tests.get(ticket["category"], general_tests):
            if low <= amount < high and region in regions and tier in tiers:
                return team
        return otherwise

    return answer


def _tests(rule: Rule) -> tuple[frozenset[str], frozenset[str], int, int, str]:
    return (
        frozenset(REGION_GROUPS[rule.regions] if rule.regions is not None else REGIONS),
        frozenset((rule.tier,) if rule.tier is not None else TIERS),
        rule.at_least if rule.at_least is not None else 0,
        rule.less_than if rule.less_than is not None else HIGHEST + 1,
        rule.team,
    )
