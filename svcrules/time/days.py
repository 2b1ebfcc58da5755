"""Working days as a scale: how many lie before a date, and which date has so many before it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date

from svcrules.time.years import Years


class WorkingDays:
    """The working days of a calendar; `is_working` tells by ordinal, `dated` and `origin` are as in Timeline."""

    def __init__(self, is_working: Callable[[int], bool], dated: frozenset[int], origin: int) -> None:
        self._is_working = is_working
        # The value of a year: its working days, as days since its first of January.
        self._years: Years[int, list[int]] = Years(self._build, dated, origin, 0)

    def before(self, day: date) -> int:
        """Return how many working days lie before the day; only differences of it mean something."""
        before, days = self._years[day.year]
        return before + bisect_left(days, _day_of_year(day))

    def through(self, day: date) -> int:
        """Return how many working days lie before the end of the day."""
        before, days = self._years[day.year]
        return before + bisect_right(days, _day_of_year(day))

    def with_before(self, count: int) -> date:
        """Return the working day that has so many before it."""
        number = self._years.passing(count)
        before, days = self._years[number]
        return date.fromordinal(date(number, 1, 1).toordinal() + days[count - before])

    def _build(self, number: int) -> tuple[int, list[int]]:
        first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
        days = [ordinal - first for ordinal in range(first, last + 1) if self._is_working(ordinal)]
        return len(days), days


def _day_of_year(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal()
