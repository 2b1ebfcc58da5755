"""Admission: whether an event and the state of a ticket fit a policy, whichever evaluator decides."""

from __future__ import annotations

from svcrules.diagnostics import Finding, nearest, shorten
from svcrules.evaluators.facts import Vocabulary
from svcrules.events import Event, EventError
from svcrules.language.model import NewVersion, Policy
from svcrules.state import Entry, State, StateError


def admitted(policy: Policy, vocabulary: Vocabulary, state: State | None, event: Event) -> State:
    """
    Return the state of the event's ticket as this version of the policy may go on with it; a new one where it is None.

    Raises `EventError` where the policy does not know the type, or the event only has the id of another one, and
    `StateError` where the state is of another ticket, or pinned to another version.
    """
    _check_type(policy, vocabulary, event)
    if state is None:
        return State(event.subject, policy.name, policy.version, policy.digest)
    if state.ticket != event.subject:
        raise StateError(f"the state is of ticket `{state.ticket}`, the event of `{event.subject}`")
    before = pinned(policy, state)
    known = before.find(event.source, event.id)
    if known is not None:
        _check_same(before.log[known], event)
    return before


def pinned(policy: Policy, state: State) -> State:
    """
    Return the state as this version of the policy may use it.

    Raises `StateError` where it may not.
    """
    if state.policy != policy.name:
        raise StateError(f"ticket `{state.ticket}` is decided by policy `{state.policy}`, not by `{policy.name}`")
    if state.digest == policy.digest:
        return state
    if policy.new_version is NewVersion.KEEP:
        raise StateError(
            f"ticket `{state.ticket}` is pinned to version {state.version} ({state.digest}) of policy `{policy.name}`, "
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


def _check_type(policy: Policy, vocabulary: Vocabulary, event: Event) -> None:
    """Raise `EventError` where the policy does not know the type, with all else that is wrong with the event."""
    if event.type in policy.event_types:
        return
    help_line = nearest(event.type, policy.event_types) or "declare it under `event_types` of the policy"
    finding = Finding("SR506", f"policy `{policy.name}` knows no event type `{event.type}`", help=help_line)
    raise EventError([finding, *vocabulary.read(event.data).findings])
