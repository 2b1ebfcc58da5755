"""The names of a policy that expectations may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from svcrules.decision import OTHERWISE
from svcrules.language.model import Policy
from svcrules.language.timed import Limit

ACTIONS = (
    "assign",
    "notify",
    "request_fields",
    "refuse",
    "refuse_closing",
    "warn",
    "breach",
    "escalate",
    "perform",
    "duty",
    "keep",
    "delete",
)


class Names:
    """All of them are found at first use, since most tests use few."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    @property
    def clocks(self) -> frozenset[str]:
        return frozenset(self.policy.timing.clocks)

    @cached_property
    def schemes(self) -> Mapping[str, tuple[str, ...]]:
        """The values of each scheme."""
        return {scheme.name: tuple(scheme.values) for scheme in self.policy.schemes}

    @cached_property
    def levels(self) -> tuple[str, ...]:
        return tuple(self.policy.priority.values) if self.policy.priority else ()

    @cached_property
    def teams(self) -> frozenset[str]:
        return frozenset(self.policy.teams)

    @cached_property
    def persons(self) -> bool:
        """Whether cases or steps may go to persons, whom a field names."""
        table = self.policy.ownership
        owners = (*(rule.answer for rule in table.rules), table.otherwise.answer) if table is not None else ()
        steps = (step.to for ladder in self.policy.timing.ladders for step in ladder.steps)
        return any(to is not None and to.field is not None for to in (*owners, *steps))

    @cached_property
    def in_actions(self) -> frozenset[str]:
        """What actions can be about, persons apart."""
        tasks = {task for ladder in self.policy.timing.ladders for step in ladder.steps for task in step.do}
        return self.rules | self.teams | self.clocks | tasks | {"functional", "hierarchical"}

    @cached_property
    def violable(self) -> frozenset[str]:
        """Rules of intake and closing."""
        return frozenset(rule.id for rule in (*self.policy.intake.rules, *self.policy.timing.closing))

    @cached_property
    def limits(self) -> Mapping[str, frozenset[str]]:
        """The rules that give each clock its limit."""
        found = {
            clock: frozenset(rule.id for rule in table.rules) for clock, table in self.policy.timing.limits.items()
        }
        return {**found, **{duty.id: frozenset({duty.id}) for duty in self.policy.timing.duties if duty.limit}}

    @cached_property
    def rules(self) -> frozenset[str]:
        policy = self.policy
        tables = (*policy.tables, *policy.timing.limits.values())
        ids = {rule.id for table in tables for rule in table.rules}
        steps = {f"{ladder.id}.{step.id}" for ladder in policy.timing.ladders for step in ladder.steps}
        return frozenset(ids | steps | self.violable | {duty.id for duty in policy.timing.duties} | {OTHERWISE})

    @cached_property
    def firings(self) -> frozenset[str]:
        """What can fire, as `fired` names it."""
        return frozenset(self._firings())

    def _firings(self) -> Iterator[str]:
        timing = self.policy.timing
        for clock, table in timing.limits.items():
            for rule in table.rules:
                yield from _of_limit(clock, rule.answer)
        for duty in timing.duties:
            yield duty.id
            yield from _of_limit(duty.id, duty.limit)
        for ladder in timing.ladders:
            for step in ladder.steps:
                name = f"{ladder.id}.{step.id}"
                yield name
                yield from (f"{name} #{number}" for number in range(2, step.up_to + 1))


def _of_limit(clock: str, limit: Limit | None) -> Iterator[str]:
    if limit is not None:
        yield f"{clock} breach"
        yield from (f"{clock} {percent}%" for percent in limit.warn_at)
