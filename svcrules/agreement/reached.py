"""Which rules and steps of a policy decisions name, of how many that there are."""

from __future__ import annotations

from collections.abc import Iterator

from svcrules.casefile.coverage.points import Key, points_of
from svcrules.decision import Decision
from svcrules.language.model import Policy


def rules_of(policy: Policy) -> frozenset[Key]:
    """
    Return a key for each rule, `otherwise`, limit, step, duty and rule of intake and closing.

    Those that can be kept or violated count once, where they are violated.
    """
    return frozenset(point.key for point in points_of(policy) if not point.of_condition and point.key[-1] != "kept")


def rules_in(decision: Decision) -> Iterator[Key]:
    """Yield the keys of the rules that the decision names; also keys of what is no rule, such as a warning."""
    for reason in decision.reasons:
        yield ("rule", reason.table, reason.rule)
    for clock in decision.clocks:
        yield ("limit", clock.rule)
    for violation in decision.violations:
        yield (violation.table.partition(".")[0], violation.rule, "violated")
    for fired in decision.fired:
        name = fired.name.partition(" #")[0]
        yield from (("step", name), ("duty", name))
