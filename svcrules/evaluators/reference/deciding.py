"""Deciding over time, read off docs/deciding.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import UTC, datetime
from itertools import groupby

from svcrules import decision as outcome
from svcrules.decision import Action, Decision
from svcrules.evaluators.reference.ticket import Case, Firing
from svcrules.events import Event
from svcrules.language.model import Policy
from svcrules.state import Entry, State, entry_of


def lived(policy: Policy, ticket: str, log: Iterable[Entry]) -> list[Case]:
    """The ticket before its first event, and after each."""
    cases = [Case(policy, ticket)]
    for entry in log:
        cases.append(copy(cases[-1]))
        cases[-1].take(entry, before=cases[-2])
    return cases


def decide(policy: Policy, state: State | None, event: Event, counts: Mapping[str, int] = {}) -> tuple[State, Decision]:
    """The new state of the ticket, and the decision on the event; `state` is None for the ticket's first."""
    empty = State(event.subject, policy.name, policy.version, policy.digest)
    before = state.repinned(policy.version, policy.digest) if state else empty
    known = before.find(event.source, event.id)
    if known is None:
        log, place = before.with_entry(entry_of(event, counts))
        done, until = before.done, before.until
    else:
        # The same event again changes nothing, and gets an answer with the same keys: as the last of the log up to it.
        log, place, done, until = before.log[: known + 1], known, frozenset(), None
    cases = lived(policy, event.subject, log)
    case, latest = cases[place + 1], cases[-1]
    # The ticket without the event: where that comes in late, no case of this life.
    previous = cases[-2] if case is latest else lived(policy, event.subject, before.log)[-1]
    brought = [each for each in latest.settled if each.number == case.number and each.caused and each.key not in done]
    after = before.replaced(log, before.done | keys(brought), until, None)
    decision = latest.decision(after.done, after.as_of, brought, latest)
    prefix = outcome.idempotency_prefix(event.subject, event.source, event.id)
    asked = (
        Action(do, f"{prefix}/{do}/{violation.rule}", violation.rule, fields=violation.fields)
        for violation, do in case.found
        if do
    )
    decision = decision._replace(
        event=event.id,
        type=event.type,
        time=event.time_text,
        actions=(*latest.route_actions(previous, prefix), *asked, *decision.actions),
        violations=tuple(violation for violation, _ in case.found),
        ignored=case.ignored,
    )
    return after if known is None else before, decision


def advance(policy: Policy, state: State, now: datetime) -> tuple[State, tuple[Decision, ...]]:
    """The new state, and what falls due until `now`, in order: one decision for each instant, dated at it."""
    state, now = state.repinned(policy.version, policy.digest), now.astimezone(UTC)
    cases, decisions = lived(policy, state.ticket, state.log), []
    firings = sorted((*cases[-1].settled, *cases[-1].coming), key=lambda firing: firing.due)
    pending = [firing for firing in firings if firing.due <= now and firing.key not in state.done]
    for due, group in groupby(pending, key=lambda firing: firing.due):
        fired = list(group)
        state = state.replaced(state.log, state.done | keys(fired), max(due, state.until or due), None)
        case = cases[max(firing.number for firing in fired)]
        decisions.append(case.decision(state.done, due, fired, cases[-1]))
    return state.replaced(state.log, state.done, max(now, state.until or now), None), tuple(decisions)


def next_due(policy: Policy, state: State) -> datetime | None:
    """When something falls due next that has not been answered, which may be past; None: never."""
    return lived(policy, state.ticket, state.log)[-1].first_due(state.done)


def keys(firings: Iterable[Firing]) -> frozenset[str]:
    return frozenset(firing.key for firing in firings)
