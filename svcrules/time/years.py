"""Values by year with running totals: what makes working time and working days cheap over any span."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Callable, Container
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Generic, TypeVar

# Zone data name no change of a clock before 1835 and no single one after 2087 (Morocco); later years follow a rule.
FIRST_LISTED, LAST_LISTED = 1800, 2100

Amount = TypeVar("Amount", int, timedelta)
Value = TypeVar("Value")


class Years(dict[int, tuple[Amount, Value]], Generic[Amount, Value]):
    """
    Each year's value, made when first asked for, behind what the years before it add up to.

    Totals count from the year `origin`, one near those that will be asked for. `build` gives what a year adds, and its
    value, relative to its beginning. Years without dated exceptions (`dated`) in which the zone follows a rule are of
    14 kinds, and years of a kind share their value: a span of centuries costs little time and memory.

    Threads may share it: growing puts new lists in the place of old ones, and equal values in the place of values.
    It is a dict since that is the fastest way to a year that is known.
    """

    def __init__(
        self, build: Callable[[int], tuple[Amount, Value]], dated: Container[int], origin: int, zero: Amount
    ) -> None:
        super().__init__()
        self._build: Callable[[int], tuple[Amount, Value]] = build
        self._dated = dated
        self._kinds: dict[tuple[bool, bool, int], tuple[Amount, Value]] = {}
        # The first known year; the totals before it, before each later one, and after the last one.
        self._line: tuple[int, list[Amount]] = origin, [zero]

    def __missing__(self, year: int) -> tuple[Amount, Value]:
        self._grow(year)
        return self[year]

    def reaching(self, amount: Amount) -> int:
        """Return the year in which the total reaches the amount: below it at the start, not below it at the end."""
        first, before = self._line
        while before[-1] < amount or before[0] >= amount:
            first, before = self._grow_towards(later=before[-1] < amount)
        return first + bisect_left(before, amount) - 1

    def passing(self, amount: Amount) -> int:
        """Return the year in which the total passes the amount: not above it at the start, above it at the end."""
        first, before = self._line
        while before[-1] <= amount or before[0] > amount:
            first, before = self._grow_towards(later=before[-1] <= amount)
        return first + bisect_right(before, amount) - 1

    def _grow_towards(self, *, later: bool) -> tuple[int, list[Amount]]:
        first, before = self._line
        self._grow(first + len(before) - 1 if later else first - 1)
        return self._line

    def _grow(self, year: int) -> None:
        if not MINYEAR <= year <= MAXYEAR:
            raise OverflowError(f"the calendar has no such instant in the years {MINYEAR} to {MAXYEAR}")
        first, before = self._line
        before = before.copy()
        for later in range(first + len(before) - 1, year + 1):
            total, value = self._built(later)
            self[later] = before[-1], value
            before.append(before[-1] + total)
        for earlier in range(first - 1, year - 1, -1):
            total, value = self._built(earlier)
            before.insert(0, before[0] - total)
            self[earlier] = before[0], value
        self._line = min(first, year), before

    def _built(self, year: int) -> tuple[Amount, Value]:
        regular = (MINYEAR < year < FIRST_LISTED or LAST_LISTED < year < MAXYEAR) and year not in self._dated
        if not regular:
            return self._build(year)
        kind = (year < FIRST_LISTED, isleap(year), date(year, 1, 1).weekday())
        built = self._kinds.get(kind)
        if built is None:
            built = self._kinds[kind] = self._build(year)
        return built
