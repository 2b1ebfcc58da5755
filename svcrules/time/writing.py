"""Instants as decisions write them: RFC 3339, in the offset of a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_DAY_SECONDS = 86_400
_MOST_DAYS = 4_096


def written(instant: datetime, zone: ZoneInfo) -> str:
    """Return the instant as RFC 3339 in the offset of the zone; in UTC where that has seconds, as it once had."""
    since = instant - _EPOCH
    day = _days(zone).get(since.days) or _day(zone, since.days)
    if since.microseconds or day.offset is None:
        return _plainly(instant, zone)
    seconds = since.seconds + day.offset
    if seconds >= _DAY_SECONDS:
        return day.next_date + _TIMES[seconds - _DAY_SECONDS] + day.suffix
    if seconds < 0:
        return day.date_before + _TIMES[seconds + _DAY_SECONDS] + day.suffix
    return day.date + _TIMES[seconds] + day.suffix


def _plainly(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    offset = local.utcoffset()
    if offset is None or offset.seconds % 60:
        return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return local.isoformat()


class _Day(NamedTuple):
    """A day of UTC in a zone: its offset, None where it changes or cannot be written, and the dates around it."""

    offset: int | None
    suffix: str
    date_before: str
    date: str
    next_date: str


@cache
def _days(zone: ZoneInfo) -> dict[int, _Day]:
    """The days of a zone that were asked for, by their number since 1970."""
    return {}


def _day(zone: ZoneInfo, number: int) -> _Day:
    days = _days(zone)
    if len(days) >= _MOST_DAYS:
        days.clear()
    day = days[number] = _read_day(zone, number)
    return day


def _read_day(zone: ZoneInfo, number: int) -> _Day:
    ordinal = _EPOCH.toordinal() + number
    if not 1 < ordinal < date.max.toordinal():
        return _Day(None, "", "", "", "")
    begins = _EPOCH + timedelta(number)
    local, later = (instant.astimezone(zone) for instant in (begins, begins + timedelta(1)))
    offset = local.utcoffset()
    # No zone changes its clock twice within one day, so between two equal offsets there is no other.
    if offset is None or offset != later.utcoffset() or offset.seconds % 60:
        return _Day(None, "", "", "", "")
    dates = (date.fromordinal(ordinal + more).isoformat() for more in (-1, 0, 1))
    return _Day(offset // timedelta(seconds=1), local.isoformat()[len("2026-10-01T00:00:00") :], *dates)


class _Times(dict[int, str]):
    """The time of day by seconds, made when it is first asked for."""

    def __missing__(self, seconds: int) -> str:
        minutes, second = divmod(seconds, 60)
        text = self[seconds] = f"T{minutes // 60:02}:{minutes % 60:02}:{second:02}"
        return text


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMES = _Times()
