"""Answer: a decision put together from the history of a ticket: what holds, what is to be done, what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from svcrules.decision import Action, Decision, Fired, Reason, escaped, idempotency_prefix
from svcrules.events import Event
from svcrules.state import State
from svcrules.ticket.chronicle import Chronicle, Happening
from svcrules.ticket.history import Snapshot
from svcrules.ticket.measure import measure
from svcrules.time.writing import written


def answer_to_event(
    state: State, chronicle: Chronicle, place: int, event: Event, brought: list[Happening], previous: Snapshot | None
) -> Decision:
    """
    Return the decision on the event at the place in the log, with what it brings about.

    `previous` is the latest of the ticket before the event came in, late or not.
    """
    snapshot = chronicle.snapshot(place, state.log)
    latest = chronicle.last
    actions = (
        *_route_actions(previous, latest, event),
        *_asked_actions(snapshot, event),
    )
    return _decision(
        state,
        chronicle,
        latest,
        state.as_of,
        brought,
        event=event.id,
        type_=event.type,
        time=event.time_text,
        actions=actions,
        snapshot_of_event=snapshot,
    )


def answer_to_time(state: State, chronicle: Chronicle, due: datetime, fired: list[Happening]) -> Decision:
    """Return the decision on what fell due at the instant."""
    snapshot = chronicle.snapshot(max(each.place for each in fired), state.log)
    return _decision(
        state,
        chronicle,
        snapshot,
        due,
        fired,
        event=None,
        type_="due",
        time=written(due, _zone(chronicle)),
        actions=(),
        snapshot_of_event=None,
    )


def _decision(
    state: State,
    chronicle: Chronicle,
    snapshot: Snapshot,
    as_of: datetime,
    happenings: list[Happening],
    *,
    event: str | None,
    type_: str,
    time: str,
    actions: tuple[Action, ...],
    snapshot_of_event: Snapshot | None,
) -> Decision:
    program, zone = chronicle.program, _zone(chronicle)
    policy, verdict = program.policy, snapshot.verdict
    coming = chronicle.next_due(state.done)
    clocks = tuple(
        measure(name, measured, measured.choice, as_of, zone)
        for name, measured in snapshot.clocks.items()
        if measured.choice is not None
    )
    return Decision(
        ticket=state.ticket,
        event=event,
        type=type_,
        time=time,
        as_of=written(as_of, zone),
        policy=policy.name,
        version=policy.version,
        digest=policy.digest,
        classification=verdict.classification,
        priority=verdict.priority,
        route=verdict.route,
        clocks=clocks,
        fired=tuple(Fired(each.firing.name, written(each.firing.due, zone)) for each in happenings),
        next_check_at=written(coming, zone) if coming is not None else None,
        actions=(*actions, *(action for each in happenings for action in _fired_actions(state, each, zone))),
        violations=snapshot_of_event.violations if snapshot_of_event else (),
        reasons=((*verdict.reasons, *_limit_reasons(snapshot), *_fired_reasons(happenings)) if program.reasons else ()),
        ignored=snapshot_of_event.ignored if snapshot_of_event else (),
    )


def _zone(chronicle: Chronicle) -> ZoneInfo:
    return chronicle.program.zone


def _limit_reasons(snapshot: Snapshot) -> Iterator[Reason]:
    """Yield why the clocks have their limits; those of duties say so where they fire."""
    for measured in snapshot.clocks.values():
        if measured.choice is not None:
            yield measured.choice.reason


def _fired_reasons(happenings: list[Happening]) -> Iterator[Reason]:
    seen = set()
    for each in happenings:
        reason = each.firing.reason
        # Warnings and breaches happen for the reason of their limit, which is there already.
        if reason.table == "escalation" or (reason.table == "duties" and not reason.answer):
            if reason.rule not in seen:
                yield reason
            seen.add(reason.rule)


def _route_actions(previous: Snapshot | None, latest: Snapshot, event: Event) -> Iterator[Action]:
    """Yield what the route asks for, where it is new or has changed."""
    route = latest.verdict.route
    if route is None or (previous is not None and previous.verdict.route == route):
        return
    prefix = idempotency_prefix(event.subject, event.source, event.id)
    before = previous.verdict.route if previous is not None else None
    rule = latest.verdict.rule("ownership" if route.team is None else "routing")
    if before is None or (before.team, before.owner) != (route.team, route.owner):
        yield Action("assign", f"{prefix}/assign", rule, route.team or route.owner, route.owner)
    for team in route.notify:
        if before is None or team not in before.notify:
            yield Action("notify", f"{prefix}/notify/{team}", rule, team)


def _asked_actions(snapshot: Snapshot, event: Event) -> Iterator[Action]:
    if not snapshot.asked:
        return
    prefix = idempotency_prefix(event.subject, event.source, event.id)
    for asked in snapshot.asked:
        yield Action(asked.do, f"{prefix}/{asked.do}/{asked.rule}", asked.rule, fields=asked.fields)


def _fired_actions(state: State, happening: Happening, zone: ZoneInfo) -> Iterator[Action]:
    firing = happening.firing
    key = f"{escaped(state.ticket)}/{_escaped_path(firing.key)}"
    for effect in firing.effects:
        yield Action(
            effect.do,
            "/".join(part for part in (key, effect.do, effect.object) if part),
            firing.reason.rule,
            effect.to,
            kind=effect.kind,
            clock=effect.clock,
            percent=effect.percent,
            task=effect.task,
            until=written(effect.until, zone) if effect.until is not None else None,
            due=written(firing.due, zone),
        )


def _escaped_path(path: str) -> str:
    return path if _PLAIN.fullmatch(path) else quote(path, safe="/%")


_PLAIN = re.compile(r"[A-Za-z0-9_.~/%-]*")
