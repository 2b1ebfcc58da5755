"""A policy whose tables and conditions are decided by durable-rules; time and answers are those of every program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from svcrules.decision import OTHERWISE, Reason, RouteDecision
from svcrules.evaluators import reference
from svcrules.evaluators.generate import Guard
from svcrules.evaluators.program import Program
from svcrules.evaluators.rete.conditions import other_conditions
from svcrules.evaluators.rete.rete import Matched, Rete
from svcrules.evaluators.ticket import Ticket
from svcrules.evaluators.verdict import LimitChoice, Verdict, in_words, owner_of
from svcrules.language.model import Condition, Table, Value
from svcrules.language.timed import Limit

Answer = TypeVar("Answer")


class ReteTicket(Ticket):
    """A ticket with what durable-rules says of it."""

    __slots__ = ("matched",)

    def __init__(self, values: dict[str, Value], matched: Matched) -> None:
        super().__init__(values, {})
        self.matched = matched


class ReteProgram(Program):
    """
    A program that asks durable-rules which rules win and which conditions hold.

    Why a condition holds, which that engine cannot say, is read off the reference. Raises `EngineError` where the
    engine is not installed, or cannot hold the policy.
    """

    def _made_ready(self) -> tuple[Callable[[Ticket], Verdict], Callable[[Condition], Guard]]:
        self._rete = Rete(self.policy)
        numbers = {condition: number for number, condition in enumerate(other_conditions(self.policy))}
        return self._verdict, lambda condition: _guard(condition, numbers[condition])

    def ticket(self, facts: Mapping[str, Value], before: Ticket | None = None) -> ReteTicket:
        return ReteTicket(dict(facts), self._rete.run(facts))

    def _verdict(self, ticket: Ticket) -> Verdict:
        assert isinstance(ticket, ReteTicket)
        policy, values = self.policy, ticket.values
        classification: dict[str, str] = {}
        reasons: list[Reason] = []
        for scheme in policy.value_schemes:
            if scheme.table.name in ticket.matched.winners:
                reason = _reason(scheme.table, ticket)
                reasons.append(reason)
                values[scheme.name] = reason.answer
                if scheme is not policy.priority:
                    classification[scheme.name] = reason.answer
        asked = [_reason(table, ticket) for table in (policy.routing, policy.ownership) if table is not None]
        priority = values.get("priority") if policy.priority is not None else None
        limits = {clock: self._limit(table, ticket) for clock, table in policy.timing.limits.items()}
        return Verdict(
            classification,
            str(priority) if priority is not None else None,
            self._route(ticket),
            (*reasons, *asked),
            {clock: choice for clock, choice in limits.items() if choice is not None},
        )

    def _route(self, ticket: ReteTicket) -> RouteDecision | None:
        routing, ownership = self.policy.routing, self.policy.ownership
        if routing is None and ownership is None:
            return None
        to = _answer(routing, ticket) if routing is not None else None
        owner = owner_of(_answer(ownership, ticket), ticket.values) if ownership is not None else None
        return RouteDecision(to.team if to else None, owner, to.notify if to else ())

    def _limit(self, table: Table[Limit | None], ticket: ReteTicket) -> LimitChoice | None:
        limit = _answer(table, ticket)
        return LimitChoice(limit, self.allowance(limit), _reason(table, ticket)) if limit is not None else None


def _answer(table: Table[Answer], ticket: ReteTicket) -> Answer:
    winner = ticket.matched.winners[table.name]
    return (table.rules[winner] if winner is not None else table.otherwise).answer


def _reason(table: Table[object], ticket: ReteTicket) -> Reason:
    winner = ticket.matched.winners[table.name]
    words = in_words(_answer(table, ticket), ticket.values)
    if winner is None:
        return Reason(table.name, OTHERWISE, words, (), table.otherwise.cites)
    rule = table.rules[winner]
    return Reason(table.name, rule.id, words, reference.because(rule.when, ticket.values), rule.cites)


def _guard(condition: Condition, number: int) -> Guard:
    def holds(ticket: Ticket) -> bool:
        assert isinstance(ticket, ReteTicket)
        return number in ticket.matched.holding

    return Guard(
        holds,
        lambda ticket: reference.because(condition, ticket.values),
        lambda ticket: list(reference.said(condition, ticket.values)),
    )
