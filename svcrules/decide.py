"""
Decide: a program, the state of a ticket and an event give the new state and a decision; so does the passing of time.

Pure: no clock, file, network or randomness. The instant is an argument, and equal arguments give equal answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from svcrules.admission import admitted, pinned
from svcrules.decision import Decision
from svcrules.evaluators.program import Program
from svcrules.events import Event
from svcrules.state import Entry, State, entry_of
from svcrules.ticket.answer import answer_to_event, answer_to_time
from svcrules.ticket.chronicle import Chronicle, Happening

NO_COUNTS: Mapping[str, int] = {}


def decide(
    program: Program, state: State | None, event: Event, counts: Mapping[str, int] = NO_COUNTS
) -> tuple[State, Decision]:
    """
    Return the new state of the ticket and the decision on the event; `state` is None for the ticket's first event.

    An event that comes in late counts at its own time. One whose source and id are in the log already changes nothing,
    and is answered as the last of the log up to it, with the same keys. What fell due before the event is for `advance`
    to say. `counts` are the values of counting fields (see `counting`).

    Raises `EventError` if the event does not fit the policy, or has the id of another one, and `StateError` if the
    state is of another ticket, or pinned to another version of the policy.
    """
    decided = decide_at(program, state, event, counts)
    return decided.state, decided.decision


class Decided(NamedTuple):
    """`chronicle` and `place` say what the decision was made from."""

    state: State
    decision: Decision
    chronicle: Chronicle
    place: int


def decide_at(program: Program, state: State | None, event: Event, counts: Mapping[str, int] = NO_COUNTS) -> Decided:
    """Decide as `decide` does, and return what is needed to explain it, too."""
    before = admitted(program.policy, program.vocabulary, state, event)
    known = before.find(event.source, event.id)
    if known is not None:
        chronicle = Chronicle.of(program, before.log[: known + 1])
        brought = _brought(chronicle, known, before.log[known])
        as_then = before.replaced(before.log[: known + 1], _more(before.done, brought), None, chronicle)
        previous = chronicle.snapshots[known - 1] if known else None
        return Decided(before, answer_to_event(as_then, chronicle, known, event, brought, previous), chronicle, known)
    entry = entry_of(event, counts)
    log, place = before.with_entry(entry)
    earlier = _chronicle(program, before)
    chronicle = Chronicle.grown(earlier, program, log, place)
    brought = [each for each in _brought(chronicle, place, entry) if each.firing.key not in before.done]
    after = before.replaced(log, _more(before.done, brought), before.until, chronicle.lean())
    previous = earlier.last if earlier.size else None
    return Decided(after, answer_to_event(after, chronicle, place, event, brought, previous), chronicle, place)


def advance(program: Program, state: State, now: datetime) -> tuple[State, tuple[Decision, ...]]:
    """
    Return the state and what falls due until `now`, in order: one decision for each instant, dated at it.

    To advance in one step or in many gives the same decisions. Raises `StateError` as `decide` does.
    """
    now = now.astimezone(UTC)
    state = pinned(program.policy, state)
    chronicle = _chronicle(program, state)
    due = chronicle.next_due(state.done)
    decisions: list[Decision] = []
    if due is not None and due <= now:
        steps = list(_fallen_due(state, chronicle, now))
        state = steps[-1][0]
        decisions = [decision for _, decision in steps]
    until = max(now, state.until) if state.until is not None else now
    return state.replaced(state.log, state.done, until, chronicle), tuple(decisions)


def next_due(program: Program, state: State) -> datetime | None:
    """Return when something falls due next that has not been answered yet, which may be past; None: never."""
    return _chronicle(program, pinned(program.policy, state)).next_due(state.done)


def _fallen_due(state: State, chronicle: Chronicle, now: datetime) -> Iterator[tuple[State, Decision]]:
    for due, group in groupby(chronicle.unanswered(state.done, now), key=lambda each: each.firing.due):
        fired = list(group)
        until = max(due, state.until) if state.until is not None else due
        state = state.replaced(state.log, _more(state.done, fired), until, chronicle)
        yield state, answer_to_time(state, chronicle, due, fired)


def _brought(chronicle: Chronicle, place: int, entry: Entry) -> list[Happening]:
    """Return what the event at the place brings about at its own instant."""
    return [
        each
        for each in chronicle.settled
        if each.place == place and each.firing.caused and each.firing.due == entry.time
    ]


def _more(done: frozenset[str], happenings: Collection[Happening]) -> frozenset[str]:
    return done | {each.firing.key for each in happenings} if happenings else done


def _chronicle(program: Program, state: State) -> Chronicle:
    return Chronicle.grown(state.chronicle, program, state.log, len(state.log)).lean()
