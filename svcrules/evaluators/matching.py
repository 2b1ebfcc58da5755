"""Conditions as functions of a ticket: whether one holds, and the facts that made it hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any as Anything

from svcrules.decision import Fact
from svcrules.evaluators.texts import Pattern, TextIndex, Texts
from svcrules.evaluators.ticket import Ticket
from svcrules.language.model import All, Any, Condition, Not, Test

_MOST_FOUND = 200
"""Characters of a regular expression's finding that a fact holds at most."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """
    A condition, ready to run.

    `holds` says whether a ticket meets it. `said` returns what the ticket says to its tests, met or not. `because`
    returns, for a ticket that meets it, the facts that made it so: of an `any` those of the first part that holds, of a
    `not` all that the ticket says to it.
    """

    holds: Callable[[Ticket], bool]
    said: Callable[[Ticket], list[Fact]]
    because: Callable[[Ticket], list[Fact]]


def compiled(condition: Condition, texts: Texts) -> Matcher:
    """Return the condition as functions; `texts` must look for what it looks for."""
    match condition:
        case Test():
            return _test(condition, texts)
        case Not(part=part):
            inner = compiled(part, texts)
            return Matcher(lambda ticket: not inner.holds(ticket), inner.said, inner.said)
        case All(parts=parts):
            return _all(tuple(compiled(part, texts) for part in parts))
        case Any(parts=parts):
            return _any(tuple(compiled(part, texts) for part in parts))


def _all(parts: tuple[Matcher, ...]) -> Matcher:
    return Matcher(
        lambda ticket: all(part.holds(ticket) for part in parts),
        lambda ticket: [fact for part in parts for fact in part.said(ticket)],
        lambda ticket: [fact for part in parts for fact in part.because(ticket)],
    )


def _any(parts: tuple[Matcher, ...]) -> Matcher:
    return Matcher(
        lambda ticket: any(part.holds(ticket) for part in parts),
        lambda ticket: [fact for part in parts for fact in part.said(ticket)],
        lambda ticket: next(part for part in parts if part.holds(ticket)).because(ticket),
    )


def _test(test: Test, texts: Texts) -> Matcher:
    match test.operator:
        case "mentions":
            return _mentions(test, texts[test.field])
        case "matches":
            return _matches(test, texts[test.field])
        case "present":
            field, wanted = test.field, test.operand
            said = _value_said(field)
            return Matcher(lambda ticket: (field in ticket.values) is wanted, said, said)
        case _:
            return _compared(test.field, test.operand, COMPARISONS[test.operator])


COMPARISONS: dict[str, Callable[[Anything, Anything], bool]] = {
    "equal": lambda value, operand: value == operand,
    "one_of": lambda value, operands: value in operands,
    "at_least": lambda value, operand: value >= operand,
    "more_than": lambda value, operand: value > operand,
    "at_most": lambda value, operand: value <= operand,
    "less_than": lambda value, operand: value < operand,
    "between": lambda value, bounds: bounds[0] <= value <= bounds[1],
    "has": lambda value, operand: operand in value,
    "has_any": lambda value, operands: any(operand in value for operand in operands),
    "has_all": lambda value, operands: all(operand in value for operand in operands),
}


def _compared(field: str, operand: Anything, compare: Callable[[Anything, Anything], bool]) -> Matcher:
    def holds(ticket: Ticket) -> bool:
        value = ticket.values.get(field)
        return value is not None and compare(value, operand)

    said = _value_said(field)
    return Matcher(holds, said, said)


def _value_said(field: str) -> Callable[[Ticket], list[Fact]]:
    return lambda ticket: [Fact(field, ticket.values.get(field))]


def _mentions(test: Test, index: TextIndex) -> Matcher:
    field, mask = test.field, index.mask(test)

    def said(ticket: Ticket) -> list[Fact]:
        found = ticket.found.get(field)
        return [Fact(field, found=index.mentioned(test, found) if found is not None else None)]

    return Matcher(lambda ticket: ticket.found.get(field, 0) & mask != 0, said, said)


def _matches(test: Test, index: TextIndex) -> Matcher:
    field, mask = test.field, index.mask(test)
    pattern = Pattern(str(test.operand))

    def said(ticket: Ticket) -> list[Fact]:
        text = ticket.values.get(field)
        if not isinstance(text, str):
            return [Fact(field)]
        part = pattern.found_in(text)
        return [Fact(field, found=() if part is None else (part[:_MOST_FOUND],))]

    return Matcher(lambda ticket: ticket.found.get(field, 0) & mask != 0, said, said)
