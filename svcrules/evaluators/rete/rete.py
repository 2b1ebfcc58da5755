"""Rete: what the tables of a policy decide about a ticket, as durable-rules has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from svcrules.evaluators.rete.columns import Encoded
from svcrules.evaluators.rete.engine import Engine
from svcrules.evaluators.rete.stages import APPLIES, Mark, Stage, plan, tables_of
from svcrules.language.model import Policy, Value


class Matched(NamedTuple):
    """
    What matches a ticket.

    `winners` has the index of the rule that wins by the name of its table, None where `otherwise` answers; a table that
    does not apply is not in it. `holding` has the numbers of `other_conditions` that hold.
    """

    winners: Mapping[str, int | None]
    holding: frozenset[int]


class Rete:
    """
    The productions of a policy, in an engine that may be shared between threads.

    A ticket passes the stages (see `stages`) as a fact of each in turn. The first rule of a table to fire wins; when a
    stage has passed, what its tables answer becomes part of the facts of later stages. Raises EngineError if the engine
    is not there, or cannot hold the policy.
    """

    def __init__(self, policy: Policy) -> None:
        self._tables = tables_of(policy)
        self._stages, self._columns = plan(policy)
        self._marks: dict[str, Mark] = {}
        patterns: dict[str, Any] = {}
        for kind, stage in self._stages.items():
            for production in stage.productions:
                name = f"p{len(patterns)}"
                self._marks[name] = production.mark
                patterns[name] = {"$and": [{"kind": kind}, *(literal.pattern for literal in production.literals)]}
        self._engine = Engine(patterns)

    def run(self, values: Mapping[str, Value]) -> Matched:
        """Return what matches a ticket with these facts. Raises EngineError if the engine fails."""
        ticket = _Ticket(values)
        for kind, stage in self._stages.items():
            if stage.table is None or stage.table not in ticket.first:
                columns = self._seen(stage, ticket)
                for name in self._engine.fired(kind, columns):
                    ticket.note(self._marks[name])
            self._decide(stage, ticket)
        return Matched(ticket.winners, frozenset(ticket.holding))

    def close(self) -> None:
        """Give the engine's memory back; a later run sets it up again."""
        self._engine.close()

    def _seen(self, stage: Stage, ticket: _Ticket) -> dict[str, Encoded]:
        """Return what the engine is to see of the ticket in the stage."""
        for column in stage.columns:
            if column not in ticket.encoded:
                ticket.encoded[column] = self._columns.read(column, ticket.values)
        found = ((column, ticket.encoded[column]) for column in stage.columns)
        return {column: encoded for column, encoded in found if encoded is not None}

    def _decide(self, stage: Stage, ticket: _Ticket) -> None:
        """Settle the tables of which all rules have been asked; their answers become values of the ticket."""
        for number in stage.decides:
            table, result = self._tables[number]
            if table.applies is not None and number not in ticket.applying:
                continue
            winner = ticket.first.get(number)
            ticket.winners[table.name] = winner
            if result is not None:
                ticket.values[result] = (table.otherwise if winner is None else table.rules[winner]).answer


class _Ticket:
    """A ticket on its way through the stages: `first` has the first rule to fire of each table, by its number."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = dict(values)
        self.encoded: dict[str, Encoded | None] = {}
        self.first: dict[int, int] = {}
        self.applying: set[int] = set()
        self.winners: dict[str, int | None] = {}
        self.holding: set[int] = set()

    def note(self, mark: Mark) -> None:
        """Take down what it means that a production has fired."""
        if mark.table is None:
            self.holding.add(mark.number)
        elif mark.number == APPLIES:
            self.applying.add(mark.table)
        else:
            self.first.setdefault(mark.table, mark.number)
