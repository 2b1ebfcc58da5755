"""
Decide: a program and an event give a decision.

Pure: no clock, file, network or randomness; equal events give equal decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from svcrules.decision import Action, Decision, Fact, Reason, RouteDecision, Violation, idempotency_prefix
from svcrules.diagnostics import Finding, nearest
from svcrules.evaluators.matching import Matcher
from svcrules.evaluators.program import Program, TableProgram, Win, each_once
from svcrules.evaluators.ticket import Ticket
from svcrules.events import Event, EventError
from svcrules.language.model import Owner

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Passed:
    """A table that a ticket has passed; `win` is None where the table did not apply, `answer` then too."""

    table: TableProgram[Any]
    win: Win[Any] | None
    answer: str | None


def decide(program: Program, event: Event) -> Decision:
    """
    Return the decision on the event.

    Raises `EventError` if the event does not fit the policy: an unknown type, a value that its field cannot have.
    """
    return decide_recording(program, event, None)


def decide_recording(program: Program, event: Event, record: list[Passed] | None) -> Decision:
    """Decide, and append each table passed to `record`, with all the rules that matched, if a record is asked for."""
    ticket, ignored = read_ticket(program, event)
    course = _Course(ticket, record)
    classification = {}
    for name, table in program.schemes:
        value = course.value(name, table)
        if value is not None:
            classification[name] = value
    priority = course.value("priority", program.priority) if program.priority else None
    route = course.route(program)
    violations, asked = _intake(program, event, ticket)
    return Decision(
        ticket=event.subject,
        event=event.id,
        type=event.type,
        time=event.time_text,
        policy=program.policy.name,
        version=program.policy.version,
        digest=program.policy.digest,
        classification=classification,
        priority=priority,
        route=route,
        actions=(*_route_actions(route, course, event), *_asked_actions(asked, event)),
        violations=violations,
        reasons=tuple(course.reasons),
        ignored=tuple(ignored),
    )


def read_ticket(program: Program, event: Event) -> tuple[Ticket, list[str]]:
    """
    Return the ticket as the event describes it, and the names in its data that the policy does not declare.

    Raises `EventError` with everything that does not fit the policy.
    """
    policy = program.policy
    facts, ignored, findings = program.vocabulary.read(event.data)
    if event.type not in policy.event_types:
        help_line = nearest(event.type, policy.event_types) or "declare it under `event_types` of the policy"
        findings.insert(
            0, Finding("SR506", f"policy `{policy.name}` knows no event type `{event.type}`", help=help_line)
        )
    if findings:
        raise EventError(findings)
    return Ticket(facts, program.words), ignored


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
        owner = self._ask(program.ownership, self._owner) if program.ownership is not None else None
        return RouteDecision(
            to.team if to is not None else None,
            self._owner(owner) if owner is not None else None,
            to.notify if to is not None else (),
        )

    def _owner(self, owner: Owner) -> str:
        named = self.ticket.values.get(owner.field) if owner.field is not None else None
        # A blank text names nobody.
        return named if isinstance(named, str) and named.strip() else owner.team

    def _ask(self, table: TableProgram[Answer], in_words: Callable[[Answer], str]) -> Answer:
        win = table.win(self.ticket, all_matches=self.record is not None)
        answer = in_words(win.answer)
        self.reasons.append(Reason(table.table.name, win.rule_id, answer, win.facts, win.cites))
        if self.record is not None:
            self.record.append(Passed(table, win, answer))
        return win.answer


@dataclass(frozen=True, slots=True)
class _Asked:
    """What intake asks for because of a rule: `request_fields` or `refuse`."""

    do: str
    rule: str
    fields: tuple[str, ...]


def _intake(program: Program, event: Event, ticket: Ticket) -> tuple[tuple[Violation, ...], list[_Asked]]:
    violations: list[Violation] = []
    asked: list[_Asked] = []
    values = ticket.values
    for required, matcher in program.required:
        if _looked_at(required.at, matcher, event, ticket):
            missing = tuple(field for field in required.fields if field not in values)
            if missing:
                facts = _because(matcher, ticket, ())
                violations.append(
                    Violation("intake.required", required.id, missing, facts, required.title, required.cites)
                )
                asked.append(_Asked("refuse" if required.refuse else "request_fields", required.id, missing))
    for channels, matcher in program.channels:
        used = values.get(channels.field)
        if used is not None and used not in channels.accepted and _looked_at(channels.at, matcher, event, ticket):
            facts = _because(matcher, ticket, (Fact(channels.field, used),))
            violations.append(
                Violation("intake.channels", channels.id, (channels.field,), facts, channels.title, channels.cites)
            )
    for check, matcher in program.checks:
        if _looked_at(check.at, matcher, event, ticket):
            facts = _because(matcher, ticket, ())
            fields = tuple(dict.fromkeys(fact.field for fact in facts))
            violations.append(Violation("intake.checks", check.id, fields, facts, check.title, check.cites))
            if check.refuse:
                asked.append(_Asked("refuse", check.id, fields))
    return tuple(violations), asked


def _looked_at(at: tuple[str, ...], matcher: Matcher | None, event: Event, ticket: Ticket) -> bool:
    return (not at or event.type in at) and (matcher is None or matcher.holds(ticket))


def _because(matcher: Matcher | None, ticket: Ticket, more: tuple[Fact, ...]) -> tuple[Fact, ...]:
    return each_once([*(matcher.because(ticket) if matcher is not None else ()), *more])


def _route_actions(route: RouteDecision | None, course: _Course, event: Event) -> Iterator[Action]:
    if route is None:
        return
    prefix = idempotency_prefix(event.subject, event.source, event.id)
    rules = {reason.table: reason.rule for reason in course.reasons}
    rule = rules["ownership" if route.team is None else "routing"]
    yield Action("assign", f"{prefix}/assign", rule, route.team or route.owner, route.owner)
    for team in route.notify:
        yield Action("notify", f"{prefix}/notify/{team}", rule, team)


def _asked_actions(asked: list[_Asked], event: Event) -> Iterator[Action]:
    prefix = idempotency_prefix(event.subject, event.source, event.id)
    for wish in asked:
        yield Action(wish.do, f"{prefix}/{wish.do}/{wish.rule}", wish.rule, fields=wish.fields)
