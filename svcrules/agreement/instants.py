"""Instants at which something changes: openings and closings, days off, changes of the clock, deadlines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from svcrules.agreement.play import Outcome
from svcrules.language.model import Policy
from svcrules.time.calendar import Calendar
from svcrules.time.zone import midnight

_USUAL = date(2026, 3, 2)
_MOST_DAYS = 24
_WEEK = timedelta(days=7)
_BESIDE = (timedelta(0), timedelta(0), timedelta(seconds=-1), timedelta(seconds=1), timedelta(microseconds=1))
_MINUTES = (0, 1, 29, 30, 60, 239, 240, 480, 1439, 1440, 2880, 7 * 1440, 30 * 1440)
_SPANS = tuple(timedelta(minutes=minutes) for minutes in _MINUTES)


class Instants:
    """The instants of a policy's calendars, from which histories begin."""

    def __init__(self, policy: Policy) -> None:
        self._zone = ZoneInfo(policy.timezone)
        self._calendars = [each.calendar for each in policy.timing.calendars.values()]
        begins = {instant for calendar in self._calendars for instant in _of_calendar(calendar)}
        begins.update(_of_days(self._zone, (_USUAL, _USUAL + timedelta(days=5))))
        self._begins = sorted(begins)

    def first(self, random: Random) -> datetime:
        return random.choice(self._begins) + random.choice(_BESIDE)

    def next(self, last: Callable[[], Outcome], latest: datetime, random: Random) -> datetime:
        """Return an instant for what comes after the last outcome: mostly a deadline or an opening, or beside one."""
        kind = random.random()
        if kind < 0.5:
            ahead = [each for each in _ahead(last()) if each >= latest]
            if ahead:
                return max(latest, random.choice(ahead) + random.choice(_BESIDE))
        elif kind < 0.65 and self._calendars:
            calendar = random.choice(self._calendars)
            changes = [each for opening in calendar.periods(latest, latest + _WEEK) for each in opening]
            return max(latest, random.choice(changes or [latest]) + random.choice(_BESIDE))
        return latest + random.choice(_SPANS) + random.choice((timedelta(0), timedelta(seconds=1)))


def _ahead(outcome: Outcome) -> Iterator[datetime]:
    """Yield the instants that the last decision names, and when something falls due next."""
    if outcome.next_due is not None:
        yield outcome.next_due
    if outcome.decisions:
        for clock in outcome.decisions[-1].clocks:
            named = (clock.due, clock.not_before, *(at for _, at in clock.warnings))
            yield from (datetime.fromisoformat(each).astimezone(UTC) for each in named if each is not None)


def _of_calendar(calendar: Calendar) -> Iterator[datetime]:
    days = list(_days(calendar))
    yield from _of_days(calendar.zone, days)
    for day in days:
        begins = midnight(calendar.zone, day)
        for opens, closes in calendar.periods(begins, begins + timedelta(days=1)):
            yield from (opens, closes, opens + (closes - opens) / 2)


def _of_days(zone: ZoneInfo, days: Iterator[date] | list[date] | tuple[date, ...]) -> Iterator[datetime]:
    for day in days:
        begins = midnight(zone, day)
        yield from (begins, begins + timedelta(hours=2), begins + timedelta(hours=9, minutes=15))


def _days(calendar: Calendar) -> Iterator[date]:
    """Yield a week, the days around exceptions and bounds of what is known, and those on which clocks change."""
    dated = sorted({*calendar.days_off, *calendar.shifts})
    apart = max(1, len(dated) // _MOST_DAYS)
    bounds = [day for day in (calendar.first_day, calendar.last_day) if day is not None]
    for day in (*dated[::apart], *bounds):
        yield from (day - timedelta(days=1), day, day + timedelta(days=1))
    usual = dated[len(dated) // 2] if dated else _USUAL
    yield from (usual + timedelta(days=more) for more in range(7))
    new_year = date(usual.year, 1, 1)
    year = [midnight(calendar.zone, new_year + timedelta(days=more)) for more in range(366)]
    for before, after in pairwise(year):
        if after - before != timedelta(days=1):
            yield before.astimezone(calendar.zone).date()
