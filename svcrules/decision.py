"""Decisions: what was decided about a ticket, what to do, and the reason for each part."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from svcrules.language.model import Title, Value

OTHERWISE = "otherwise"
"""Stands for the rule in a reason where no rule matched and the table's default answered."""


class Fact(NamedTuple):
    """
    What the ticket said that made a test pass.

    Either `value` is given; or, for tests of texts, `found`: the words or the part of the text that were found (none
    where the test passed because nothing was); or neither, where the field is absent.
    """

    field: str
    value: Value | None = None
    found: tuple[str, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        if self.value is not None:
            return {
                "field": self.field,
                "value": list(self.value) if isinstance(self.value, tuple) else self.value,
            }
        if self.found is not None:
            return {"field": self.field, "found": list(self.found)}
        return {"field": self.field, "absent": True}


class Reason(NamedTuple):
    """Why a table gave its answer. `answer` is the value, the team, or the owner."""

    table: str
    rule: str
    answer: str
    facts: tuple[Fact, ...]
    cites: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "rule": self.rule,
            "answer": self.answer,
            "facts": [fact.to_dict() for fact in self.facts],
            "cites": list(self.cites),
        }


class Violation(NamedTuple):
    """
    Something that must not be.

    `fields` are those missing or wrong, `events` the types of events that should have happened; `title` is for people,
    if there is one.
    """

    table: str
    rule: str
    fields: tuple[str, ...]
    facts: tuple[Fact, ...]
    title: Title | None
    cites: tuple[str, ...]
    events: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        events = {"events": list(self.events)} if self.events else {}
        title = {"title": {"en": self.title.en, "zh": self.title.zh}} if self.title else {}
        return {
            "table": self.table,
            "rule": self.rule,
            **title,
            "fields": list(self.fields),
            **events,
            "facts": [fact.to_dict() for fact in self.facts],
            "cites": list(self.cites),
        }


class Effect(NamedTuple):
    """
    What is to be done when something falls due: `warn` (clock, percent), `breach` (clock), `escalate` (to, kind),
    `notify` (to), `perform` (task), `duty` (to; until when, and clock, if it has a limit), `keep` and `delete` (until).
    """

    do: str
    to: str | None = None
    kind: str | None = None
    clock: str | None = None
    percent: int | None = None
    task: str | None = None
    until: datetime | None = None

    @property
    def object(self) -> str:
        """What tells two effects of one rule apart."""
        return self.to or self.task or ""


class Action(NamedTuple):
    """
    Something to do.

    Because of an event: `assign` (to, owner), `notify` (to), `request_fields` and `refuse` and `refuse_closing`
    (fields). Because of time, or of what is owed: see `Effect`. `key` is the same whenever the same thing is asked for,
    so that doing it twice can be avoided. `due` is when it was to be done, as text.
    """

    do: str
    key: str
    rule: str
    to: str | None = None
    owner: str | None = None
    fields: tuple[str, ...] = ()
    kind: str | None = None
    clock: str | None = None
    percent: int | None = None
    task: str | None = None
    until: str | None = None
    due: str | None = None

    def to_dict(self) -> dict[str, Any]:
        value: dict[str, Any] = {"do": self.do, "key": self.key, "rule": self.rule}
        for name in ("to", "owner", "fields", "kind", "clock", "percent", "task", "until", "due"):
            content = getattr(self, name)
            if content is not None and content != ():
                value[name] = list(content) if isinstance(content, tuple) else content
        return value


class Fired(NamedTuple):
    """What has fired: `resolution 80%`, `resolution breach`, `major-complaint.late`, or the id of a duty; and when."""

    name: str
    due: str

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "due": self.due}


class ClockDecision(NamedTuple):
    """
    A clock with a limit, at the time of the decision.

    Instants are text; `used` and `left` are working time in seconds, `left` below zero where the limit is exceeded and
    None where it cannot be told. `verdict` is met or breached, None while neither is certain; `due` is None while a
    pause holds the clock. `pauses` are the times in which it did not run, the last without end while it lasts.
    """

    clock: str
    state: str
    verdict: str | None
    rule: str
    limit: str
    calendar: str
    started: str
    ended: str | None
    not_before: str | None
    due: str | None
    warnings: tuple[tuple[int, str], ...]
    pauses: tuple[tuple[str, str | None], ...]
    used: float
    left: float | None
    beyond_calendar: bool

    def to_dict(self) -> dict[str, Any]:
        return {
            "clock": self.clock,
            "state": self.state,
            "verdict": self.verdict,
            "rule": self.rule,
            "limit": self.limit,
            "calendar": self.calendar,
            "started": self.started,
            "ended": self.ended,
            "not_before": self.not_before,
            "due": self.due,
            "warnings": [{"percent": percent, "at": at} for percent, at in self.warnings],
            "pauses": [{"from": begins, "to": ends} for begins, ends in self.pauses],
            "used_seconds": self.used,
            "left_seconds": self.left,
            "beyond_calendar": self.beyond_calendar,
        }


def idempotency_prefix(ticket: str, source: str, event: str) -> str:
    """
    Return what the keys of all actions on an event begin with.

    Source and id together make an event unique (CloudEvents 1.0.2, "id"). The parts come from outside, so they are
    escaped, lest two of them run together.
    """
    return f"{escaped(ticket)}/{escaped(source)}/{escaped(event)}"


def escaped(part: str) -> str:
    """Return the part of a key as one that runs together with no other."""
    return part if _PLAIN.fullmatch(part) else quote(part, safe="")


_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")


class RouteDecision(NamedTuple):
    team: str | None
    owner: str | None
    notify: tuple[str, ...]


class Decision(NamedTuple):
    """
    The answer to one event, or to what fell due at one instant (`event` is None then, and `type` is `due`).

    It describes the ticket as of `as_of`: the instant of the event, or a later one where the event came in late.
    `next_check_at` is when something falls due next, None where nothing will. `classification` holds a value for each
    scheme that applies; `priority` and `route` are None where the policy has no such section; `ignored` lists names in
    the event's data that the policy does not declare.
    """

    ticket: str
    event: str | None
    type: str
    time: str
    as_of: str
    policy: str
    version: str
    digest: str
    classification: Mapping[str, str]
    priority: str | None
    route: RouteDecision | None
    clocks: tuple[ClockDecision, ...]
    fired: tuple[Fired, ...]
    next_check_at: str | None
    actions: tuple[Action, ...]
    violations: tuple[Violation, ...]
    reasons: tuple[Reason, ...]
    ignored: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as JSON values, in the shape of schemas/decision.schema.json."""
        route = self.route
        return {
            "ticket": self.ticket,
            "event": self.event,
            "type": self.type,
            "time": self.time,
            "as_of": self.as_of,
            "policy": {"name": self.policy, "version": self.version, "digest": self.digest},
            "classification": dict(self.classification),
            "priority": self.priority,
            "route": {"team": route.team, "owner": route.owner, "notify": list(route.notify)} if route else None,
            "clocks": [clock.to_dict() for clock in self.clocks],
            "fired": [fired.to_dict() for fired in self.fired],
            "next_check_at": self.next_check_at,
            "actions": [action.to_dict() for action in self.actions],
            "violations": [violation.to_dict() for violation in self.violations],
            "reasons": [reason.to_dict() for reason in self.reasons],
            "ignored": list(self.ignored),
        }

    def to_json(self) -> str:
        """Return the decision as one line of JSON; equal decisions give equal lines."""
        return to_json(self.to_dict())


_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def to_json(value: Any) -> str:
    """Return the JSON values on one line, with every character as itself."""
    return _encode(value)
