"""
Judge: a ticket's facts go through the tables of a program; results and reasons come out.

Pure, and without time: what a ticket says at one instant is all that counts here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from svcrules.decision import Fact, Reason, RouteDecision, Violation
from svcrules.evaluators.matching import Matcher
from svcrules.evaluators.program import Program, TableProgram, Win, each_once
from svcrules.evaluators.ticket import Ticket
from svcrules.language.model import Owner
from svcrules.language.timed import Limit
from svcrules.time.clock import Allowance

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Passed:
    """A table that a ticket has passed; `win` is None where the table did not apply, `answer` then too."""

    table: TableProgram[Any]
    win: Win[Any] | None
    answer: str | None


class LimitChoice(NamedTuple):
    """The limit that the table of a clock gives, how it is counted, and why it is given."""

    limit: Limit
    allowance: Allowance
    reason: Reason


class Verdict(NamedTuple):
    """What the tables say of a ticket. `limits` has the clocks whose table gives a limit."""

    classification: Mapping[str, str]
    priority: str | None
    route: RouteDecision | None
    reasons: tuple[Reason, ...]
    limits: Mapping[str, LimitChoice]

    def rule(self, table: str) -> str:
        """Return the id of the rule that won the table, which must have been asked."""
        return next(reason.rule for reason in self.reasons if reason.table == table)


def judge(program: Program, ticket: Ticket, record: list[Passed] | None = None) -> Verdict:
    """
    Return what the tables say of the ticket, to which the results are added as fields.

    Each table passed is appended to `record`, with all the rules that matched, if a record is asked for.
    """
    course = _Course(ticket, record)
    classification = {}
    for name, table in program.schemes:
        value = course.value(name, table)
        if value is not None:
            classification[name] = value
    priority = course.value("priority", program.priority) if program.priority else None
    route = course.route(program)
    reasons = tuple(course.reasons)
    return Verdict(classification, priority, route, reasons, course.limits(program))


class _Course:
    """The way of one ticket through the tables: results are added to the ticket, reasons and the record to lists."""

    def __init__(self, ticket: Ticket, record: list[Passed] | None) -> None:
        self.ticket = ticket
        self.record = record
        self.reasons: list[Reason] = []

    def value(self, name: str, table: TableProgram[str]) -> str | None:
        """Ask a table whose answer is a value; later tables see it as the field `name`."""
        if not table.applies_to(self.ticket):
            if self.record is not None:
                self.record.append(Passed(table, None, None))
            return None
        answer = self._ask(table, str)
        self.ticket.values[name] = answer
        return answer

    def route(self, program: Program) -> RouteDecision | None:
        if program.routing is None and program.ownership is None:
            return None
        to = self._ask(program.routing, lambda route: route.team) if program.routing is not None else None
        owner = (
            self._ask(program.ownership, lambda owner: owner_of(owner, self.ticket))
            if program.ownership is not None
            else None
        )
        return RouteDecision(
            to.team if to is not None else None,
            owner_of(owner, self.ticket) if owner is not None else None,
            to.notify if to is not None else (),
        )

    def limits(self, program: Program) -> dict[str, LimitChoice]:
        """Ask the table of each clock; its reason is kept beside the limit, since only some clocks run."""
        chosen = {}
        for clock, table in program.limits:
            before = len(self.reasons)
            limit = self._ask(table, lambda limit: str(limit.within) if limit is not None else "")
            reason = self.reasons[before]
            del self.reasons[before:]
            if limit is not None:
                chosen[clock] = LimitChoice(limit, program.allowance(limit), reason)
        return chosen

    def _ask(self, table: TableProgram[Answer], in_words: Callable[[Answer], str]) -> Answer:
        win = table.win(self.ticket, all_matches=self.record is not None)
        answer = in_words(win.answer)
        self.reasons.append(Reason(table.table.name, win.rule_id, answer, win.facts, win.cites))
        if self.record is not None:
            self.record.append(Passed(table, win, answer))
        return win.answer


def owner_of(owner: Owner, ticket: Ticket) -> str:
    """Return the person whom the ticket's field names, or the team; a blank text names nobody."""
    named = ticket.values.get(owner.field) if owner.field is not None else None
    return named if isinstance(named, str) and named.strip() else owner.team


@dataclass(frozen=True, slots=True)
class Asked:
    """What intake asks for because of a rule: `request_fields` or `refuse`."""

    do: str
    rule: str
    fields: tuple[str, ...]
    cites: tuple[str, ...]


def check_intake(program: Program, type_: str, ticket: Ticket) -> tuple[tuple[Violation, ...], tuple[Asked, ...]]:
    """Return the rules of intake that an event of this type violates, and what is asked for because of them."""
    violations: list[Violation] = []
    asked: list[Asked] = []
    values = ticket.values
    for required, matcher in program.required:
        if _looked_at(required.at, matcher, type_, ticket):
            missing = tuple(field for field in required.fields if field not in values)
            if missing:
                facts = because(matcher, ticket)
                violations.append(
                    Violation("intake.required", required.id, missing, facts, required.title, required.cites)
                )
                do = "refuse" if required.refuse else "request_fields"
                asked.append(Asked(do, required.id, missing, required.cites))
    for channels, matcher in program.channels:
        used = values.get(channels.field)
        if used is not None and used not in channels.accepted and _looked_at(channels.at, matcher, type_, ticket):
            facts = because(matcher, ticket, Fact(channels.field, used))
            violations.append(
                Violation("intake.channels", channels.id, (channels.field,), facts, channels.title, channels.cites)
            )
    for check, matcher in program.checks:
        if _looked_at(check.at, matcher, type_, ticket):
            facts = because(matcher, ticket)
            fields = tuple(dict.fromkeys(fact.field for fact in facts))
            violations.append(Violation("intake.checks", check.id, fields, facts, check.title, check.cites))
            if check.refuse:
                asked.append(Asked("refuse", check.id, fields, check.cites))
    return tuple(violations), tuple(asked)


def _looked_at(at: tuple[str, ...], matcher: Matcher | None, type_: str, ticket: Ticket) -> bool:
    return (not at or type_ in at) and (matcher is None or matcher.holds(ticket))


def because(matcher: Matcher | None, ticket: Ticket, *more: Fact) -> tuple[Fact, ...]:
    """Return the facts that made the condition hold, each once, and `more`."""
    return each_once([*(matcher.because(ticket) if matcher is not None else ()), *more])
