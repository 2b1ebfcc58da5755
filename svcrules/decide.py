"""
Decide: a program, the state of a ticket and an event give the new state and a decision; so does the passing of time.

Pure: no clock, file, network or randomness. The instant is an argument, and equal arguments give equal answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from svcrules.decision import Decision
from svcrules.diagnostics import Finding, nearest, shorten
from svcrules.evaluators.program import Program
from svcrules.events import Event, EventError
from svcrules.language.model import NewVersion
from svcrules.state import Entry, State, StateError, entry_of
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
    _check_type(program, event)
    before = _pinned(program, state, event.subject) if state is not None else _begun(program, event.subject)
    known = before.find(event.source, event.id)
    if known is not None:
        _check_same(before.log[known], event)
        chronicle = Chronicle.of(program, before.log[: known + 1])
        brought = _brought(chronicle, known)
        as_then = before.replaced(before.log[: known + 1], before.done | _keys(brought), None, chronicle)
        previous = chronicle.snapshots[known - 1] if known else None
        return Decided(before, answer_to_event(as_then, chronicle, known, event, brought, previous), chronicle, known)
    log, place = before.with_entry(entry_of(event, counts))
    earlier = _chronicle(program, before)
    chronicle = Chronicle.grown(earlier, program, log, place)
    brought = [each for each in _brought(chronicle, place) if each.firing.key not in before.done]
    after = before.replaced(log, before.done | _keys(brought), before.until, chronicle)
    previous = earlier.snapshots[-1] if earlier.snapshots else None
    return Decided(after, answer_to_event(after, chronicle, place, event, brought, previous), chronicle, place)


def advance(program: Program, state: State, now: datetime) -> tuple[State, tuple[Decision, ...]]:
    """
    Return the state and what falls due until `now`, in order: one decision for each instant, dated at it.

    To advance in one step or in many gives the same decisions. Raises `StateError` as `decide` does.
    """
    now = now.astimezone(UTC)
    steps = tuple(_advanced(program, state, now, inclusive=True))
    last = steps[-1][0] if steps else _pinned(program, state, state.ticket)
    until = max(now, last.until) if last.until is not None else now
    after = last.replaced(last.log, last.done, until, _chronicle(program, last))
    return after, tuple(decision for _, decision in steps)


def next_due(program: Program, state: State) -> datetime | None:
    """Return when something falls due next that has not been answered yet, which may be past; None: never."""
    return _chronicle(program, _pinned(program, state, state.ticket)).next_due(state.done)


def replay(
    program: Program,
    state: State | None,
    events: Iterable[tuple[Event, Mapping[str, int]]],
    until: datetime | None = None,
) -> Iterator[tuple[State, Decision]]:
    """
    Yield the decisions on the events of one ticket and on what falls due between them, in the order of their times,
    then what falls due until `until`; each with the state after it.

    The events, sorted by time, come with the values of counting fields. What falls due at the instant of an event is
    decided after it.
    """
    for event, counts in events:
        if state is not None:
            for step in _advanced(program, state, event.time, inclusive=False):
                state = step[0]
                yield step
        state, decision = decide(program, state, event, counts)
        yield state, decision
    if state is not None and until is not None:
        yield from _advanced(program, state, until, inclusive=True)


def _advanced(program: Program, state: State, now: datetime, *, inclusive: bool) -> Iterator[tuple[State, Decision]]:
    state = _pinned(program, state, state.ticket)
    chronicle = _chronicle(program, state)
    pending = [
        each
        for each in chronicle.happenings
        if (each.firing.due < now or (inclusive and each.firing.due == now)) and each.firing.key not in state.done
    ]
    pending.sort(key=lambda each: each.firing.due)
    for due, group in groupby(pending, key=lambda each: each.firing.due):
        fired = list(group)
        until = max(due, state.until) if state.until is not None else due
        state = state.replaced(state.log, state.done | _keys(fired), until, chronicle)
        yield state, answer_to_time(state, chronicle, due, fired)


def _brought(chronicle: Chronicle, place: int) -> list[Happening]:
    """Return what the event at the place brings about at its own instant."""
    at = chronicle.snapshots[place].at
    return [
        each for each in chronicle.happenings if each.place == place and each.firing.caused and each.firing.due == at
    ]


def _keys(happenings: Iterable[Happening]) -> frozenset[str]:
    return frozenset(each.firing.key for each in happenings)


def _chronicle(program: Program, state: State) -> Chronicle:
    return Chronicle.grown(state.chronicle, program, state.log, len(state.log))


def _begun(program: Program, ticket: str) -> State:
    policy = program.policy
    return State(ticket, policy.name, policy.version, policy.digest)


def _pinned(program: Program, state: State, ticket: str) -> State:
    """Return the state as this version of the policy may use it."""
    policy = program.policy
    if state.ticket != ticket:
        raise StateError(f"the state is of ticket `{state.ticket}`, the event of `{ticket}`")
    if state.policy != policy.name:
        raise StateError(f"ticket `{ticket}` is decided by policy `{state.policy}`, not by `{policy.name}`")
    if state.digest == policy.digest:
        return state
    if policy.new_version is NewVersion.KEEP:
        raise StateError(
            f"ticket `{ticket}` is pinned to version {state.version} ({state.digest}) of policy `{policy.name}`, "
            f"this is {policy.version} ({policy.digest}); load that version, or declare `new_version: recompute`"
        )
    return state.repinned(policy.version, policy.digest)


def _check_same(known: Entry, event: Event) -> None:
    """Raise `EventError` where the event only has the id of the one that is known: it would be lost."""
    if (known.time, known.type, known.data) == (event.time, event.type, event.data):
        return
    message = (
        f"`{shorten(event.id)}` is the id of another event of this ticket, a `{known.type}` event of {known.time_text}"
    )
    raise EventError([Finding("SR518", message, help="give each event of a `source` its own `id`")])


def _check_type(program: Program, event: Event) -> None:
    """Raise `EventError` where the policy does not know the type, with all else that is wrong with the event."""
    policy = program.policy
    if event.type in policy.event_types:
        return
    help_line = nearest(event.type, policy.event_types) or "declare it under `event_types` of the policy"
    finding = Finding("SR506", f"policy `{policy.name}` knows no event type `{event.type}`", help=help_line)
    raise EventError([finding, *program.vocabulary.read(event.data).findings])
