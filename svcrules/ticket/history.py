"""
History: the log of a ticket, folded event by event into what it made of clocks and ladders.

A snapshot is the ticket after an event, until the next. What falls due in between follows from it (see `firing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from svcrules.decision import Fact, Violation
from svcrules.evaluators.program import Program
from svcrules.evaluators.ticket import Ticket
from svcrules.evaluators.verdict import Verdict
from svcrules.events import EventError
from svcrules.language.model import Value
from svcrules.state import Entry
from svcrules.ticket.clocks import Held, Measured, clocks_after, held_after
from svcrules.ticket.intake import Asked, check_intake


class Climb(NamedTuple):
    """A ladder that runs since `start`, for the `number`-th time (from 0); `start` is None while it does not."""

    number: int
    start: datetime | None
    facts: tuple[Fact, ...] = ()


class Snapshot(NamedTuple):
    """
    The ticket after an event.

    `begun` are the clocks that began with the event, `ran` the ladders that ran before it or run after it. `happened`
    are the types of events since the case was opened; `refused` says that the event was a closing that does not count.
    """

    entry: Entry
    ticket: Ticket
    facts: Mapping[str, Value]
    verdict: Verdict
    clocks: Mapping[str, Measured]
    held: Held
    begun: frozenset[str]
    climbs: Mapping[str, Climb]
    ran: frozenset[str]
    is_open: bool
    happened: frozenset[str]
    refused: bool
    violations: tuple[Violation, ...]
    asked: tuple[Asked, ...]
    ignored: tuple[str, ...]

    @property
    def at(self) -> datetime:
        return self.entry.time


def after(program: Program, before: Snapshot | None, entry: Entry) -> Snapshot:
    """
    Return the ticket after one more event, which is not earlier than those before.

    Raises `EventError` where the event does not fit the policy.
    """
    facts, ignored = _facts(program, before, entry)
    if before is not None and program.says_the_same(facts, before.facts):
        ticket, verdict = before.ticket, before.verdict
    else:
        ticket = program.ticket(facts, before.ticket if before is not None else None)
        verdict = program.judge(ticket)
    plan = program.plan(entry.type)
    violations, asked = check_intake(plan, ticket)
    was_open = before.is_open if before else True
    happened = before.happened if before and entry.type != "reopened" else frozenset()
    if entry.type == "closed":
        broken, refusals = _closing(program, ticket, happened)
        violations, asked = (*violations, *broken), (*asked, *refusals)
    refused = any(each.do == "refuse_closing" for each in asked)
    is_open = was_open if refused else _is_open(entry.type, was_open)
    happened = happened if refused else happened | {entry.type}
    # A closing that does not count is no event to clocks; what it says of the ticket still matters to their limits.
    counted = entry
    if refused:
        counted, plan = entry._replace(type=""), program.plan("")
    known = before.clocks if before else {}
    held = held_after(plan, before.held if before else {}, counted)
    clocks = clocks_after(program, plan, known, held, counted, ticket, verdict.limits)
    begun = frozenset([name for name, clock in clocks.items() if _is_begun(known.get(name), clock)])
    climbs = _climbs(program, before, entry, ticket, is_open)
    ran = _running(before.climbs if before else {}) | _running(climbs)
    return Snapshot(
        entry,
        ticket,
        facts,
        verdict,
        clocks,
        held,
        begun,
        climbs,
        ran,
        is_open,
        happened,
        refused,
        violations,
        asked,
        ignored,
    )


def _is_begun(old: Measured | None, new: Measured) -> bool:
    return old is None or (old is not new and old.run.number != new.run.number)


def _facts(program: Program, before: Snapshot | None, entry: Entry) -> tuple[Mapping[str, Value], tuple[str, ...]]:
    """
    Return what the ticket says, and the names that the policy does not declare.

    What an event said holds until a later one says otherwise.
    """
    read = program.vocabulary.read(entry.data)
    if read.findings:
        raise EventError(read.findings)
    facts = {**(before.facts if before else {}), **read.facts, **entry.counts}
    for name in read.taken_back:
        facts.pop(name, None)
    return facts, tuple(read.ignored)


def _is_open(type_: str, was_open: bool) -> bool:
    if type_ in ("closed", "cancelled"):
        return False
    return was_open or type_ == "reopened"


def _closing(
    program: Program, ticket: Ticket, happened: frozenset[str]
) -> tuple[tuple[Violation, ...], tuple[Asked, ...]]:
    violations: list[Violation] = []
    asked: list[Asked] = []
    for rule, when, needs in program.closing:
        if not when.holds(ticket):
            continue
        missing = tuple(type_ for type_ in rule.after if type_ not in happened)
        unmet = needs is not None and not needs.holds(ticket)
        if not missing and not unmet:
            continue
        facts = tuple(needs.said(ticket)) if needs is not None and unmet else ()
        fields = tuple(dict.fromkeys(fact.field for fact in facts))
        facts = (*when.because(ticket), *facts)
        violations.append(
            Violation("closing", rule.id, fields, tuple(dict.fromkeys(facts)), rule.title, rule.cites, missing)
        )
        if rule.refuse:
            asked.append(Asked("refuse_closing", rule.id, fields, rule.cites))
    return tuple(violations), tuple(asked)


def _running(climbs: Mapping[str, Climb]) -> frozenset[str]:
    return frozenset(ladder for ladder, climb in climbs.items() if climb.start is not None)


def _climbs(
    program: Program, before: Snapshot | None, entry: Entry, ticket: Ticket, is_open: bool
) -> Mapping[str, Climb]:
    """Return the ladders after the event; where nothing that they ask has changed, the very mapping of before."""
    if before is not None and ticket is before.ticket and is_open == before.is_open:
        return before.climbs
    climbs = dict(before.climbs) if before else {}
    for ladder, when, _ in program.ladders:
        old = climbs.get(ladder.id)
        runs = old is not None and old.start is not None
        holds = is_open and when.holds(ticket)
        if holds and not runs:
            climbs[ladder.id] = Climb(old.number + 1 if old else 0, entry.time, when.because(ticket))
        elif runs and not holds and old is not None:
            climbs[ladder.id] = Climb(old.number, None)
    return climbs
