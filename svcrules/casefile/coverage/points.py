"""The points of a policy that tests should reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from svcrules.diagnostics import Span
from svcrules.explain import describe
from svcrules.language.model import Condition, Policy, Table, Test, tests_in
from svcrules.language.timed import Timing

Key = tuple[str, ...]
"""What tells two points apart, such as `("rule", "routing", "emergency")`."""


class Point(NamedTuple):
    """
    `text` says what of the policy it is, `missed` what no test has made happen.

    A point of a condition is one outcome of one test in it; all others are of rules and steps.
    """

    key: Key
    text: str
    missed: str
    span: Span | None

    @property
    def of_condition(self) -> bool:
        return self.key[0] == "condition"


class Guarded(NamedTuple):
    """A condition of a policy: the key and the name of what it belongs to, and its place."""

    key: Key
    name: str
    condition: Condition
    span: Span | None

    @property
    def tests(self) -> tuple[Test, ...]:
        return tuple(tests_in(self.condition))


def outcome_key(owner: Key, index: int, outcome: bool) -> Key:
    """Return the key of an outcome of the test with this index in the condition of the owner."""
    return ("condition", *owner, str(index), "true" if outcome else "false")


def points_of(policy: Policy) -> tuple[Point, ...]:
    """Return all points of the policy, in its order."""
    return (*_rule_points(policy), *_condition_points(policy))


def _rule_points(policy: Policy) -> Iterator[Point]:
    for table in policy.tables:
        yield from _of_table(table)
    for rule in policy.intake.rules:
        for outcome in ("violated", "kept"):
            yield Point(("intake", rule.id, outcome), f"intake rule {rule.id}", f"is never {outcome}", rule.span)
    yield from _points_in_time(policy.timing)


def _points_in_time(timing: Timing) -> Iterator[Point]:
    for limit in (rule for table in timing.limits.values() for rule in table.rules):
        yield Point(("limit", limit.id), f"limit {limit.id}", "is never in force", limit.span)
    for ladder in timing.ladders:
        for step in ladder.steps:
            name = f"{ladder.id}.{step.id}"
            yield Point(("step", name), f"step {name}", "never fires", step.span)
    for duty in timing.duties:
        yield Point(("duty", duty.id), f"duty {duty.id}", "is never owed", duty.span)
    for closing in timing.closing:
        for outcome in ("violated", "kept"):
            text = f"closing rule {closing.id}"
            yield Point(("closing", closing.id, outcome), text, f"is never {outcome}", closing.span)


def _of_table(table: Table[object]) -> Iterator[Point]:
    for rule in table.rules:
        yield Point(("rule", table.name, rule.id), f"rule {rule.id}", "never wins", rule.span)
    key = ("rule", table.name, "otherwise")
    yield Point(key, f"`otherwise` of {table.name}", "never answers", table.otherwise.span)


def _condition_points(policy: Policy) -> Iterator[Point]:
    for guarded in guarded_of(policy):
        for index, test in enumerate(guarded.tests):
            text = f"`{describe(test)}` of {guarded.name}"
            for outcome in (True, False):
                missed = f"is never {'true' if outcome else 'false'}"
                yield Point(outcome_key(guarded.key, index, outcome), text, missed, guarded.span)


def guarded_of(policy: Policy) -> Iterator[Guarded]:
    """Yield the conditions that somebody has written: not those of stated values and cells of a matrix."""
    for table in policy.tables:
        if table.applies is not None:
            first = table.rules[0].span if table.rules else table.otherwise.span
            yield Guarded(("applies", table.name), table.name, table.applies, first)
        for rule in table.rules:
            if "." not in rule.id:
                yield Guarded(("rule", table.name, rule.id), rule.id, rule.when, rule.span)
    for asked in policy.intake.rules:
        if asked.when is not None:
            yield Guarded(("intake", asked.id), asked.id, asked.when, asked.span)
    yield from _guarded_in_time(policy.timing)


def _guarded_in_time(timing: Timing) -> Iterator[Guarded]:
    for table in timing.limits.values():
        for limit in table.rules:
            yield Guarded(("rule", table.name, limit.id), limit.id, limit.when, limit.span)
    for ladder in timing.ladders:
        yield Guarded(("ladder", ladder.id), ladder.id, ladder.when, ladder.span)
        for step in ladder.steps:
            if step.when is not None:
                name = f"{ladder.id}.{step.id}"
                yield Guarded(("step", name), name, step.when, step.span)
    for duty in timing.duties:
        yield Guarded(("duty", duty.id), duty.id, duty.when, duty.span)
    for closing in timing.closing:
        yield Guarded(("closing", closing.id, "when"), closing.id, closing.when, closing.span)
        if closing.needs is not None:
            yield Guarded(("closing", closing.id, "needs"), closing.id, closing.needs, closing.span)
