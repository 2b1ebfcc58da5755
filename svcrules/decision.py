"""Decisions: what was decided about a ticket, what to do, and the reason for each part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
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
    """Something that must not be. `fields` are those missing or wrong; `title` is for people, if there is one."""

    table: str
    rule: str
    fields: tuple[str, ...]
    facts: tuple[Fact, ...]
    title: Title | None
    cites: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        title = {"title": {"en": self.title.en, "zh": self.title.zh}} if self.title else {}
        return {
            "table": self.table,
            "rule": self.rule,
            **title,
            "fields": list(self.fields),
            "facts": [fact.to_dict() for fact in self.facts],
            "cites": list(self.cites),
        }


class Action(NamedTuple):
    """
    Something to do: `assign` (to, owner), `notify` (to), `request_fields` (fields), `refuse` (fields).

    `key` is the same whenever the same event asks for the same thing, so that doing it twice can be avoided.
    """

    do: str
    key: str
    rule: str
    to: str | None = None
    owner: str | None = None
    fields: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        value: dict[str, Any] = {"do": self.do, "key": self.key, "rule": self.rule}
        if self.to is not None:
            value["to"] = self.to
        if self.owner is not None:
            value["owner"] = self.owner
        if self.fields:
            value["fields"] = list(self.fields)
        return value


def idempotency_prefix(ticket: str, source: str, event: str) -> str:
    """
    Return what the keys of all actions on an event begin with.

    Source and id together make an event unique (CloudEvents 1.0.2, "id"). The parts come from outside, so they are
    escaped, lest two of them run together.
    """
    return "/".join(quote(part, safe="") for part in (ticket, source, event))


class RouteDecision(NamedTuple):
    team: str | None
    owner: str | None
    notify: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """
    The answer to one event.

    `classification` holds a value for each scheme that applies; `priority` and `route` are None where the policy has
    no such section; `ignored` lists names in the event's data that the policy does not declare.
    """

    ticket: str
    event: str
    type: str
    time: str
    policy: str
    version: str
    digest: str
    classification: Mapping[str, str]
    priority: str | None
    route: RouteDecision | None
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
            "policy": {"name": self.policy, "version": self.version, "digest": self.digest},
            "classification": dict(self.classification),
            "priority": self.priority,
            "route": {"team": route.team, "owner": route.owner, "notify": list(route.notify)} if route else None,
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
