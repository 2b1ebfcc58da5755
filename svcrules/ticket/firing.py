"""
Firing: what falls due, and what an event itself brings.

Each firing has a key, which is the same however often and in whatever steps time is advanced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from svcrules.decision import Effect, Reason
from svcrules.evaluators.program import Program
from svcrules.evaluators.verdict import owner_of
from svcrules.language.timed import Duty, Step
from svcrules.ticket.history import Snapshot


class Firing(NamedTuple):
    """
    Something that has fallen due, or will if nothing happens.

    `name` is what people call it: `resolution 80%`, `resolution breach`, `major-complaint.late`. `caused` says that an
    event brings it about at its own instant; what is not caused happens through the passing of time.
    """

    due: datetime
    key: str
    name: str
    effects: tuple[Effect, ...]
    reason: Reason
    caused: bool


Fired = Mapping[str, datetime]
"""The keys of what has fired, with the instants."""


def fired_by_event(program: Program, snapshot: Snapshot) -> Iterator[Firing]:
    """Yield what the event itself brings: duties, and the steps of running ladders that wait for it."""
    if snapshot.refused:
        return
    entry, ticket = snapshot.entry, snapshot.ticket
    plan = program.plan(entry.type)
    if not plan.duties and not plan.steps:
        return
    event = f"{entry.source}/{entry.id}"
    for duty, when in plan.duties:
        if when.holds(ticket):
            reason = Reason("duties", duty.id, "", when.because(ticket), duty.cites)
            # What is owed already is not owed anew.
            if duty.limit is None or duty.id in snapshot.begun:
                effect = _duty_effect(duty, snapshot)
                yield Firing(snapshot.at, f"duty/{duty.id}/{event}", duty.id, (effect,), reason, True)
    for (ladder, when, _), (step, condition) in plan.steps:
        if ladder.id in snapshot.ran and when.holds(ticket) and (condition is None or condition.holds(ticket)):
            name = f"{ladder.id}.{step.id}"
            reason = Reason("escalation", name, "", when.because(ticket), step.cites)
            effects = tuple(step_effects(step, snapshot))
            yield Firing(snapshot.at, f"step/{name}/{event}", name, effects, reason, True)


def _duty_effect(duty: Duty, snapshot: Snapshot) -> Effect:
    if duty.keep is not None:
        until = snapshot.at + duty.keep.time
        return Effect("delete" if duty.at_most else "keep", to=duty.by, until=until)
    if duty.limit is not None:
        measured = snapshot.clocks[duty.id]
        return Effect("duty", to=duty.by, clock=duty.id, until=measured.due)
    return Effect("duty", to=duty.by)


def step_effects(step: Step, snapshot: Snapshot) -> Iterator[Effect]:
    """Yield what a step of a ladder does."""
    if step.to is not None:
        yield Effect("escalate", to=owner_of(step.to, snapshot.ticket.values), kind=step.kind)
    for team in step.notify:
        yield Effect("notify", to=team)
    for task in step.do:
        yield Effect("perform", task=task)
