"""Whole policies, drawn from random numbers: all of the language, right by construction."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from svcrules.language.load import Loaded, read_policy
from svcrules.language.model import STANDARD_EVENT_TYPES
from tests.agreement import tables, time_sections
from tests.agreement.draft import Draft, Json
from tests.samples import policy_text


def policy(random: Random) -> Json:
    """Draw the sections of a policy."""
    draft = Draft(random)
    tables.declare(draft)
    counted = {name: said for name, said in draft.results.items() if "count" in said}
    sections: Json = {
        "timezone": draft.one(time_sections.ZONES),
        "fields": draft.fields | counted,
        "teams": {team: {"title": {"en": team, "zh": team}} for team in draft.teams},
        "event_types": {
            type_: {"title": {"en": type_, "zh": type_}} for type_ in draft.types if type_ not in STANDARD_EVENT_TYPES
        },
    }
    for name, drawn, percent in _TABLES:
        if draft.maybe(percent):
            sections[name] = drawn(draft)
    if draft.maybe(85):
        sections |= _time(draft)
    return sections


_TABLES: tuple[tuple[str, Callable[[Draft], Any], int], ...] = (
    ("classification", tables.classification, 80),
    ("priority", tables.priority, 60),
    ("routing", tables.routing, 50),
    ("ownership", tables.ownership, 40),
    ("intake", tables.intake, 50),
    ("closing", time_sections.closing, 40),
)


def _time(draft: Draft) -> Json:
    sections: Json = time_sections.calendars(draft)
    if draft.maybe(85):
        sections["clocks"] = time_sections.clocks(draft)
        sections["time_limits"] = time_sections.time_limits(draft)
    if draft.maybe(60):
        sections["duties"] = time_sections.duties(draft)
    if draft.maybe(70):
        sections["escalation"] = time_sections.escalation(draft)
    return sections


def text_of(sections: Json) -> bytes:
    return policy_text(**sections)


def loaded(sections: Json) -> Loaded:
    return read_policy([("policy.yaml", text_of(sections))])


def readable(sections: Json) -> str:
    """Return the policy as a failing test should show it."""
    return json.dumps(sections, ensure_ascii=False)
