"""Histories as events that can be fed to `svcrules decide`, one JSON object a line."""

from __future__ import annotations

from typing import Any

from svcrules.agreement.model import History
from svcrules.decision import to_json
from svcrules.events import Event


def event_json(event: Event) -> dict[str, Any]:
    """Return the event as JSON values, as `Event.from_dict` reads it."""
    value: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "subject": event.subject,
        "time": event.time_text,
    }
    if event.policy is not None:
        value["policy"] = event.policy
    if event.data:
        value["data"] = dict(event.data)
    return value


def event_lines(history: History) -> tuple[str, ...]:
    return tuple(to_json(event_json(told.event)) for told in history.told)
