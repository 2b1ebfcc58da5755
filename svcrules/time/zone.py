"""Local time of a zone as instants, across changes of its clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
MICROSECOND = timedelta(microseconds=1)
Opening = tuple[timedelta, timedelta]
# Days whose offset is kept at hand: a year with its margins.
_KEPT = 400
FIRST_ORDINAL, LAST_ORDINAL = date.min.toordinal(), date.max.toordinal()


def resolve_local(zone: ZoneInfo, local: datetime) -> datetime:
    """
    Return the instant, in UTC, at which clocks in the zone show `local` (naive).

    The rule of RFC 5545, section 3.3.5: of a time that comes twice the first; a time that is skipped is read with the
    offset before the change, so that 02:30 in a gap from 02:00 to 03:00 is the instant that clocks show as 03:30.
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def midnight(zone: ZoneInfo, day: date) -> datetime:
    """Return the instant, in UTC, at which the day begins in the zone."""
    return resolve_local(zone, datetime.combine(day, time.min))


class LocalDays:
    """
    Hours of local days as instants: as time since the midnight of ordinal 0 in UTC (see date.toordinal).

    Made for runs of days: it asks the zone once a day, and again only on days when the clock changes.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._offsets: dict[int, timedelta] = {}

    def openings(self, ordinal: int, hours: Sequence[tuple[int, int]]) -> list[Opening]:
        """Return the hours, in minutes of the day, as instants by the rule of resolve_local; none in a skipped day."""
        offset = self._offset(ordinal)
        if offset == self._offset(ordinal + 1) and all(closes < DAY_MINUTES for _, closes in hours):
            midnight = timedelta(ordinal) - offset
            return [(midnight + _minutes(opens), midnight + _minutes(closes)) for opens, closes in hours]
        if self._instant(ordinal, 0) >= self._instant(ordinal + 1, 0):
            return []  # Samoa went from 29 to 31 December 2011.
        instants = [(self._instant(ordinal, opens), self._instant(ordinal, closes)) for opens, closes in hours]
        # A change of the clock can swallow hours: both ends at the same instant, or the end first.
        return [(opens, closes) for opens, closes in instants if opens < closes]

    def _instant(self, ordinal: int, minute: int) -> timedelta:
        ordinal, minute = ordinal + minute // DAY_MINUTES, minute % DAY_MINUTES
        offset = self._offset(ordinal)
        # No zone changes its clock twice within one day, so between two equal offsets there is no other.
        if minute and offset != self._offset(ordinal + 1):
            offset = self._offset_at(ordinal, minute)
        return timedelta(ordinal) + _minutes(minute) - offset

    def _offset(self, ordinal: int) -> timedelta:
        offset = self._offsets.get(ordinal)
        if offset is None:
            if len(self._offsets) > _KEPT:
                self._offsets.clear()
            offset = self._offsets[ordinal] = self._offset_at(ordinal, 0)
        return offset

    def _offset_at(self, ordinal: int, minute: int) -> timedelta:
        # The days before and after the years 1 to 9999 have the offset of their neighbours.
        local = datetime.fromordinal(min(max(ordinal, FIRST_ORDINAL), LAST_ORDINAL))
        offset = self._zone.utcoffset(local + _minutes(minute) if minute else local)
        assert offset is not None
        return offset


@cache
def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
