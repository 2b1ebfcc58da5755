"""The histories of tickets that policy tests tell, as `svcrules test` plays them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from svcrules.agreement.model import History, Move, Passed, Told
from svcrules.casefile.model import Case
from svcrules.counting import Counters
from svcrules.evaluators.program import Program
from svcrules.events import Event

_INSTANT_BEFORE = timedelta(microseconds=1)


def histories_of(cases: Iterable[Case], program: Program) -> Iterator[History]:
    """Yield the history of each ticket of each test; what counting fields count has been counted by the program."""
    for case in cases:
        for ticket, moves in _moves(case, program).items():
            name = case.id if ticket == case.id else f"{case.id}, ticket {ticket}"
            yield History(name, tuple(moves))


def _moves(case: Case, program: Program) -> dict[str, list[Move]]:
    counters = Counters(program)
    moves: dict[str, list[Move]] = {}
    for index, entry in enumerate(case.entries):
        ticket = entry.ticket if entry.ticket is not None else case.id
        of_ticket = moves.setdefault(ticket, [])
        # What is due at the instant of an event fires after it, with what falls due until the next.
        if of_ticket:
            of_ticket.append(Passed(entry.at - _INSTANT_BEFORE))
        if entry.event is not None:
            event = Event(f"{index:06}", entry.event, "/tests", ticket, entry.at, entry.at.isoformat(), data=entry.data)
            of_ticket.append(Told(event, counters.count(event)))
    for of_ticket in moves.values():
        of_ticket.append(Passed(case.entries[-1].at))
    return moves
