"""Scenarios: the story of one ticket in a file of its own, written as the timeline of a test without expectations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from svcrules.casefile.times import parse_instant, parse_later
from svcrules.diagnostics import Finding, Span, shorten
from svcrules.events import Event
from svcrules.language.context import text, title_of
from svcrules.language.document import Mapping, Scalar, Sequence, plain
from svcrules.language.model import Title
from svcrules.language.schema import check_shape
from svcrules.language.source import read_document
from svcrules.time.text import Unreadable

_SOURCE = "/scenario"


class Scenario(NamedTuple):
    """A file that fits the schema; `policy` is the policy as it is named there, if it is."""

    ticket: str
    policy: str | None
    title: Title | None
    timeline: Sequence


class Told(NamedTuple):
    """An event of a scenario; `span` is the place of its time."""

    event: Event
    span: Span


def read_scenario(data: bytes, name: str) -> tuple[Scenario | None, tuple[Finding, ...]]:
    """Return the scenario in the file, and what is wrong with its shape; it is None where anything is."""
    document, findings = read_document(data, name)
    if document is None or findings:
        return None, tuple(findings)
    shape = check_shape(document, "scenario")
    if shape.findings:
        return None, shape.findings
    ticket, timeline = text(document, "ticket"), document.get("timeline")
    assert ticket is not None
    assert isinstance(timeline, Sequence)
    return Scenario(ticket, text(document, "policy"), title_of(document), timeline), ()


def events_of(scenario: Scenario, zone: ZoneInfo) -> tuple[tuple[Told, ...], tuple[Finding, ...]]:
    """Return the events, with times of the zone where no offset is written, and what is wrong with the times."""
    findings: list[Finding] = []
    return tuple(_events(scenario, zone, findings)), tuple(findings)


def _events(scenario: Scenario, zone: ZoneInfo, findings: list[Finding]) -> Iterator[Told]:
    start: datetime | None = None
    last: tuple[datetime, Scalar] | None = None
    for number, entry in enumerate(scenario.timeline.items, 1):
        assert isinstance(entry, Mapping)
        at = entry.get("at")
        assert isinstance(at, Scalar)
        instant = _instant(at, start, zone)
        if isinstance(instant, Unreadable):
            findings.append(Finding("SR701", instant.message, at.span, instant.help))
            return
        if last is not None and instant < last[0]:
            message = f"`{shorten(at.text)}` is before `{shorten(last[1].text)}` in line {last[1].span.line}"
            findings.append(Finding("SR702", message, at.span, "put the entries into the order of time"))
        start, last = start or instant, (instant, at)
        type_, said = text(entry, "event"), entry.get("data")
        assert type_ is not None
        # Events of one instant are sorted by their ids.
        event = Event(
            id=f"{number:06}",
            type=type_,
            source=_SOURCE,
            subject=text(entry, "ticket") or scenario.ticket,
            time=instant,
            time_text=instant.astimezone(zone).isoformat(),
            data=plain(said) if said is not None else {},
        )
        yield Told(event, at.span)


def _instant(at: Scalar, start: datetime | None, zone: ZoneInfo) -> datetime | Unreadable:
    if not at.text.startswith("+"):
        return parse_instant(at.text, zone)
    if start is None:
        message = f"`{shorten(at.text)}` counts from the first entry, which this is"
        return Unreadable(message, "write a time, as `2026-09-28 09:30`")
    return parse_later(at.text[1:], start)
