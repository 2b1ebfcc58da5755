"""Times and durations as tests write them: `2026-09-28 09:30`, `+2h`, `-1h30m`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from svcrules.diagnostics import shorten
from svcrules.time.duration import Duration, parse_duration
from svcrules.time.text import Unreadable
from svcrules.time.zone import resolve_local

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_HELP = "write it as `2026-09-28 09:30`, with an offset such as `+08:00` where another zone is meant"


def parse_instant(text: str, zone: ZoneInfo) -> datetime | Unreadable:
    """Return the instant, in UTC, that the text names; without an offset it is the time of the zone."""
    match = _TIME.fullmatch(text)
    if not match:
        return Unreadable(f"`{shorten(text)}` is not a time", _HELP)
    try:
        local = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}")
        return resolve_local(zone, local) if local.tzinfo is None else local.astimezone(UTC)
    except (ValueError, OverflowError):
        return Unreadable(f"`{shorten(text)}` is no day of the calendar or no time of a day", _HELP)


def parse_later(text: str, start: datetime) -> datetime | Unreadable:
    """Return the instant so much time after the start, around the clock."""
    span = _parse(text)
    try:
        return span if isinstance(span, Unreadable) else start + span
    except OverflowError:
        return Unreadable(f"`{shorten(text)}` later is beyond the year 9999", "write a shorter time")


def parse_span(text: str) -> timedelta | Unreadable:
    """Return the time that the text names, which may be below zero."""
    span = _parse(text.removeprefix("-"))
    return -span if text.startswith("-") and not isinstance(span, Unreadable) else span


def _parse(text: str) -> timedelta | Unreadable:
    duration = parse_duration(text)
    if isinstance(duration, Unreadable):
        return duration
    if duration.working_days:
        return Unreadable(f"`{shorten(text)}` differs in length from day to day", "write hours and minutes")
    return duration.time


def written_instant(instant: datetime, zone: ZoneInfo) -> str:
    """Return the instant as a test writes it: without an offset, unless the local time comes twice."""
    local = instant.astimezone(zone)
    plain = local.replace(tzinfo=None)
    if resolve_local(zone, plain) != instant:
        return local.isoformat(sep=" ")
    return plain.isoformat(sep=" ", timespec="auto" if plain.second or plain.microsecond else "minutes")


def written_span(span: timedelta) -> str:
    """Return the time as a test writes it; parts of seconds are dropped."""
    return f"-{Duration(-span)}" if span < timedelta(0) else str(Duration(span))
