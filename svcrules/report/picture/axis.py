"""The time axis: plain linear time, with ticks at full days or hours of a zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from svcrules.report.language import Language, short_day, time_of_day, weekday
from svcrules.time.zone import midnight, resolve_local

_LEAST_BETWEEN = 46.0
"""Between two ticks with labels, in pixels."""
_HOURLY_UP_TO = timedelta(days=3)
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
_DAYS = (1, 2, 7, 14, 28, 56, 112)


class Tick(NamedTuple):
    """`upper` and `lower` are its two lines of text; a tick without any is only a line."""

    at: datetime
    upper: str
    lower: str
    strong: bool


class Axis(NamedTuple):
    """From `start` at `left` to `end` at `left + width`."""

    start: datetime
    end: datetime
    left: float
    width: float
    zone: ZoneInfo
    step: timedelta

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def is_daily(self) -> bool:
        return self.step >= timedelta(days=1)

    def x(self, at: datetime) -> float:
        """Return where the instant is; one beyond the ends is at the end."""
        share = (at - self.start) / (self.end - self.start)
        return self.left + self.width * min(max(share, 0.0), 1.0)

    def ticks(self, language: Language) -> Iterator[Tick]:
        yield from self._days(language) if self.is_daily else self._hours(language)

    def _days(self, language: Language) -> Iterator[Tick]:
        every = self.step.days
        day, last = self.start.astimezone(self.zone).date(), self.end.astimezone(self.zone).date()
        first = day
        while day <= last:
            at = midnight(self.zone, day)
            # Weeks begin on Monday.
            shown = not (day.toordinal() - 1) % every if every >= 7 else not (day - first).days % every
            if self.start <= at < self.end and (shown or every < 7):
                monday = day.weekday() == 0
                upper, lower = (weekday(day, language), _day_of_month(day, language)) if shown else ("", "")
                yield Tick(at, upper, lower, monday)
            day = date.fromordinal(day.toordinal() + 1)

    def _hours(self, language: Language) -> Iterator[Tick]:
        at, shown = self.start, None
        while at < self.end:
            local = at.astimezone(self.zone)
            new = local.date() != shown
            yield Tick(at, short_day(local.date(), language) if new else "", time_of_day(local), new)
            shown = local.date()
            at += self.step


def _day_of_month(day: date, language: Language) -> str:
    return f"{day.month}/{day.day}" if language is Language.ZH else short_day(day, language).split(" ", 1)[1]


def axis(start: datetime, end: datetime, left: float, width: float, zone: ZoneInfo) -> Axis:
    """Return the axis that holds both instants, with room around them, and has full hours or days at its ends."""
    if end - start <= _HOURLY_UP_TO:
        return _hourly(start, end, left, width, zone)
    first = midnight(zone, start.astimezone(zone).date())
    last = midnight(zone, (end.astimezone(zone) + timedelta(days=1)).date())
    days = (last - first) / timedelta(days=1)
    every = next((count for count in _DAYS if width * count / days >= _LEAST_BETWEEN), _DAYS[-1])
    return Axis(first, last, left, width, zone, timedelta(days=every))


def _hourly(start: datetime, end: datetime, left: float, width: float, zone: ZoneInfo) -> Axis:
    length = max(end - start, timedelta(minutes=5))
    minutes = next(
        (each for each in _MINUTES if width * timedelta(minutes=each) / length >= _LEAST_BETWEEN), _MINUTES[-1]
    )
    step = timedelta(minutes=minutes)
    local = start.astimezone(zone)
    since_midnight = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    first = resolve_local(zone, (local.replace(microsecond=0) - since_midnight % step).replace(tzinfo=None))
    last = first + step * -(-(start + length - first) // step)
    if last - end < step / 4:
        last += step
    return Axis(first, last, left, width, zone, step)
