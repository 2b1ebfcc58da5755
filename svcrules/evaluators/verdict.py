"""What the tables of a policy say of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from svcrules.decision import Reason, RouteDecision
from svcrules.language.model import Owner, Route, Value
from svcrules.language.timed import Limit
from svcrules.time.clock import Allowance


class LimitChoice(NamedTuple):
    """The limit that the table of a clock gives, how it is counted, and why it is given."""

    limit: Limit
    allowance: Allowance
    reason: Reason


class Verdict(NamedTuple):
    """
    What the tables say. `limits` has the clocks whose table gives a limit; their reasons are there, since only some
    clocks run.
    """

    classification: Mapping[str, str]
    priority: str | None
    route: RouteDecision | None
    reasons: tuple[Reason, ...]
    limits: Mapping[str, LimitChoice]

    def rule(self, table: str) -> str:
        """Return the id of the rule that won the table, which must have been asked."""
        return next(reason.rule for reason in self.reasons if reason.table == table)


def owner_of(owner: Owner, values: Mapping[str, Value]) -> str:
    """Return the person whom the ticket's field names, or the team; a blank text names nobody."""
    named = values.get(owner.field) if owner.field is not None else None
    return named if isinstance(named, str) and named.strip() else owner.team


def in_words(answer: object, values: Mapping[str, Value]) -> str:
    """Return the answer of a table as a reason says it; none at all is an empty text."""
    match answer:
        case Route(team=team):
            return team
        case Owner():
            return owner_of(answer, values)
        case Limit(within=within):
            return str(within)
    return str(answer) if answer is not None else ""
