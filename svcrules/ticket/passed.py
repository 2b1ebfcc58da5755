"""The tables that a ticket has passed, with every rule that matched: what an explanation shows beyond a decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from svcrules.decision import OTHERWISE, Fact
from svcrules.evaluators.generate import each_once
from svcrules.evaluators.matching import compiled
from svcrules.evaluators.program import Program
from svcrules.evaluators.ticket import Ticket
from svcrules.evaluators.verdict import in_words
from svcrules.language.model import Rule, Table


class Win(NamedTuple):
    """What a table answers. `rule` is None where no rule matched; `later` holds the others that match."""

    answer: str
    rule: Rule[Any] | None
    facts: tuple[Fact, ...]
    cites: tuple[str, ...]
    later: tuple[Rule[Any], ...]

    @property
    def rule_id(self) -> str:
        return self.rule.id if self.rule is not None else OTHERWISE


class Passed(NamedTuple):
    """A table and what it answers; `win` is None where it did not apply."""

    table: Table[Any]
    win: Win | None


def tables_passed(program: Program, ticket: Ticket) -> Iterator[Passed]:
    """Yield the tables in the order in which they are asked; the results are added to the ticket as fields."""
    policy = program.policy
    for scheme in policy.value_schemes:
        passed = _passed(program, scheme.table, ticket)
        if passed.win is not None:
            ticket.values[scheme.name] = passed.win.answer
        yield passed
    for table in (policy.routing, policy.ownership, *policy.timing.limits.values()):
        if table is not None:
            yield _passed(program, table, ticket)


def _passed(program: Program, table: Table[Any], ticket: Ticket) -> Passed:
    if table.applies is not None and not compiled(table.applies, program.texts).holds(ticket):
        return Passed(table, None)
    matching = [rule for rule in table.rules if compiled(rule.when, program.texts).holds(ticket)]
    if not matching:
        otherwise = table.otherwise
        return Passed(table, Win(in_words(otherwise.answer, ticket.values), None, (), otherwise.cites, ()))
    rule, *later = matching
    facts = each_once(compiled(rule.when, program.texts).because(ticket))
    return Passed(table, Win(in_words(rule.answer, ticket.values), rule, facts, rule.cites, tuple(later)))
