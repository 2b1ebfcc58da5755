"""Intake: what an event must say, and what is asked for where it does not."""

from __future__ import annotations

from typing import NamedTuple

from svcrules.decision import Fact, Violation
from svcrules.evaluators.generate import Guard
from svcrules.evaluators.program import Plan
from svcrules.evaluators.ticket import Ticket


class Asked(NamedTuple):
    """What intake asks for because of a rule: `request_fields` or `refuse`."""

    do: str
    rule: str
    fields: tuple[str, ...]
    cites: tuple[str, ...]


def check_intake(plan: Plan, ticket: Ticket) -> tuple[tuple[Violation, ...], tuple[Asked, ...]]:
    """Return the rules of intake that an event violates, and what is asked for because of them."""
    violations: list[Violation] = []
    asked: list[Asked] = []
    values = ticket.values
    for required, guard in plan.required:
        if guard is None or guard.holds(ticket):
            missing = tuple(field for field in required.fields if field not in values)
            if missing:
                facts = _because(guard, ticket)
                violations.append(
                    Violation("intake.required", required.id, missing, facts, required.title, required.cites)
                )
                do = "refuse" if required.refuse else "request_fields"
                asked.append(Asked(do, required.id, missing, required.cites))
    for channels, guard in plan.channels:
        used = values.get(channels.field)
        if used is not None and used not in channels.accepted and (guard is None or guard.holds(ticket)):
            facts = tuple(dict.fromkeys((*_because(guard, ticket), Fact(channels.field, used))))
            violations.append(
                Violation("intake.channels", channels.id, (channels.field,), facts, channels.title, channels.cites)
            )
    for check, guard in plan.checks:
        if guard is None or guard.holds(ticket):
            facts = _because(guard, ticket)
            fields = tuple(dict.fromkeys(fact.field for fact in facts))
            violations.append(Violation("intake.checks", check.id, fields, facts, check.title, check.cites))
            if check.refuse:
                asked.append(Asked("refuse", check.id, fields, check.cites))
    return tuple(violations), tuple(asked)


def _because(guard: Guard | None, ticket: Ticket) -> tuple[Fact, ...]:
    return guard.because(ticket) if guard is not None else ()
