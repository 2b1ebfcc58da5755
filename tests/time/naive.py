"""Working time read from its definition, minute by minute; for zones with offsets in whole minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from svcrules.time.calendar import Calendar, Weekday
from svcrules.time.hours import Hours

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class MinuteWalk:
    """What a calendar is in each minute of the days from `first` to `last`, of which it knows no others."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self.calendar = calendar
        self.start = datetime.combine(first, time.min, UTC)
        self.open = bytearray(((last - first).days + 1) * 1440)
        self._breaks = {
            day.toordinal() * 1440 + minute
            for day, breaks in calendar.breaks.items()
            for hours in breaks
            for minute in range(*hours)
        }
        day = first - 3 * DAY
        while day <= last + 3 * DAY:
            for opens, closes in self.openings(day):
                begins, ends = max(self._minute(opens), 0), min(self._minute(closes), len(self.open))
                if begins < ends:
                    self.open[begins:ends] = b"\x01" * (ends - begins)
            day += DAY

    def openings(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the openings that begin on the day, in UTC."""
        if self._instant(day, 0) == self._instant(day + DAY, 0):
            return  # no such day in the zone
        for hours in self._hours(day):
            midnight = day.toordinal() * 1440
            kept: Sequence[int] = range(*hours)
            if not self._breaks.isdisjoint(range(midnight + hours.opens, midnight + hours.closes)):
                kept = [minute for minute in kept if midnight + minute not in self._breaks]
            # Each run of minutes that no break interrupts is an opening of its own.
            ends = []
            if isinstance(kept, list):
                ends = [index for index, (one, next_) in enumerate(pairwise(kept), 1) if next_ > one + 1]
            for begin, end in pairwise([0, *ends, len(kept)] if kept else []):
                opens, closes = self._instant(day, kept[begin]), self._instant(day, kept[end - 1] + 1)
                if opens < closes:
                    yield opens, closes

    def worked(self, start: datetime, end: datetime) -> int:
        """Return the minutes worked between two instants in whole minutes."""
        return sum(self.open[self._minute(start) : self._minute(end)])

    def add(self, start: datetime, minutes: int) -> datetime:
        at = self._minute(start)
        while minutes:
            minutes -= self.open[at]
            at += 1
        return self.start + at * MINUTE

    def subtract(self, start: datetime, minutes: int) -> datetime:
        at = self._minute(start)
        while minutes:
            at -= 1
            minutes -= self.open[at]
        return self.start + at * MINUTE

    def next_opening(self, instant: datetime) -> datetime | None:
        return self._next(b"\x00\x01", instant)

    def next_closing(self, instant: datetime) -> datetime | None:
        return self._next(b"\x01\x00", instant)

    def _next(self, change: bytes, instant: datetime) -> datetime | None:
        before = self.open.find(change, self._minute(instant) - 1)
        return self.start + (before + 1) * MINUTE if before >= 0 else None

    def _hours(self, day: date) -> tuple[Hours, ...]:
        calendar = self.calendar
        if day in calendar.days_off or (day.month, day.day) in calendar.yearly_days_off:
            return ()
        shift = calendar.shifts.get(day, Weekday(day.weekday()))
        return calendar.week.get(shift, ()) if isinstance(shift, Weekday) else shift

    def _instant(self, day: date, minute: int) -> datetime:
        local = datetime.combine(day, time.min) + minute * MINUTE
        return local.replace(tzinfo=self.calendar.zone).astimezone(UTC)

    def _minute(self, instant: datetime) -> int:
        return (instant - self.start) // MINUTE
