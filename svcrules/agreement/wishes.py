"""
What a ticket should say so that a condition holds: tests of fields that should pass or not.

Simple conditions come out right; where tests contradict each other, or an earlier rule of a table wins, the ticket goes
another way, which is as good a case.
"""

from __future__ import annotations

from random import Random

from svcrules.agreement.values import Wish, Wishes, passes
from svcrules.language.model import All, Any, Condition, Not, Policy, Scheme, Test


def wishes_for(condition: Condition, wanted: bool, random: Random) -> Wishes:
    """Return tests of which the outcomes make the condition hold, or fail: of several ways one at random."""
    match condition:
        case Test():
            return [(condition, wanted)]
        case Not(part=part):
            return wishes_for(part, not wanted, random)
        case All(parts=parts) | Any(parts=parts):
            if not parts:
                return []
            if isinstance(condition, All) is wanted:
                return [wish for part in parts for wish in wishes_for(part, wanted, random)]
            return wishes_for(random.choice(parts), wanted, random)


class Results:
    """The schemes and the priority of a policy: what must be said so that they give what a rule asks for."""

    def __init__(self, policy: Policy) -> None:
        self._schemes = policy.value_schemes[::-1]

    def said(self, wishes: Wishes, random: Random) -> dict[str, Wishes]:
        """Return the wishes by field, those of results replaced by wishes of what leads to them."""
        by_field: dict[str, Wishes] = {}
        _sort_in(by_field, wishes)
        # Backwards, since a result builds on those before it.
        for scheme in self._schemes:
            of_result = by_field.pop(scheme.name, None)
            if of_result:
                _sort_in(by_field, _giving(scheme, of_result, random))
        return by_field


def _sort_in(by_field: dict[str, Wishes], wishes: Wishes) -> None:
    for wish in wishes:
        by_field.setdefault(wish[0].field, []).append(wish)


def _giving(scheme: Scheme, wishes: Wishes, random: Random) -> list[Wish]:
    """Return wishes that lead to a result which fulfils those given, or none if no result does."""
    table = scheme.table
    results = [value for value in (None, *scheme.values) if all(passes(test, value) is want for test, want in wishes)]
    if table.applies is None and None in results:
        results.remove(None)
    if not results:
        return []
    result = random.choice(results)
    if result is None:
        return wishes_for(table.applies, False, random) if table.applies is not None else []
    applies = wishes_for(table.applies, True, random) if table.applies is not None else []
    rules = [rule for rule in table.rules if rule.answer == result]
    if not rules or (table.otherwise.answer == result and random.random() < 0.3):
        return applies
    # What a person has stated comes first, so that no other rule can win.
    stated = [rule for rule in rules if rule.id.startswith("from-")]
    rule = random.choice(stated if stated and random.random() < 0.5 else rules)
    return [*applies, *wishes_for(rule.when, True, random)]
