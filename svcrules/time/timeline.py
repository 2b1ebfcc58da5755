"""Working time as a scale: how much has been worked before an instant, and the instant at which so much has been."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from svcrules.time.years import Years
from svcrules.time.zone import FIRST_ORDINAL, LAST_ORDINAL, MICROSECOND, Opening

# Openings that touch a year of UTC begin at most two local days before it, and a local day is at most one day off.
_MARGIN = 3

_NONE = timedelta(0)


class _Year:
    """
    The openings in a year of UTC, as time from its beginning; the openings are disjoint and do not touch.

    Before each opening, `worked` of the year was working time and `closed` was not. An empty opening before the year
    stands first, so that each instant of the year has one at or before it.
    """

    __slots__ = ("closed", "closes", "opens", "worked")

    def __init__(self, openings: list[Opening]) -> None:
        self.opens, self.closes = [-MICROSECOND], [-MICROSECOND]
        self.worked, self.closed = [_NONE], [-MICROSECOND]
        worked = _NONE
        for opens, closes in openings:
            self.opens.append(opens)
            self.closes.append(closes)
            self.worked.append(worked)
            self.closed.append(opens - worked)
            worked += closes - opens


class Timeline:
    """
    The openings of a calendar, one after the other.

    `openings` gives those that begin on a local day, by ordinal, as LocalDays does; `dated` are the years whose days
    differ from the weekly pattern, and their neighbours.
    """

    def __init__(self, openings: Callable[[int], list[Opening]], dated: frozenset[int], origin: int) -> None:
        self._openings = openings
        self._years: Years[timedelta, _Year] = Years(self._build, dated, origin, _NONE)

    # The arithmetic is on timedelta throughout: exact to the microsecond, and faster than on whole numbers, which would
    # have to be made from instants first and into instants at the end.

    def worked(self, instant: datetime) -> timedelta:
        """Return the working time before the instant; only differences of it mean something."""
        if instant.tzinfo is not UTC:
            instant = _utc(instant)
        number = instant.year
        before, year = self._years[number]
        at = instant - _BEGINNINGS[number]
        place = bisect_right(year.opens, at) - 1
        closes = year.closes[place]
        return before + ((at if at < closes else closes) - year.closed[place])

    def first_instant(self, worked: timedelta) -> datetime:
        """Return the earliest instant before which so much has been worked: in or at the end of an opening."""
        number = self._years.reaching(worked)
        before, year = self._years[number]
        within = worked - before
        return _BEGINNINGS[number] + (within + year.closed[bisect_left(year.worked, within) - 1])

    def last_instant(self, worked: timedelta) -> datetime:
        """Return the latest instant before which so much has been worked: in or at the beginning of an opening."""
        number = self._years.passing(worked)
        before, year = self._years[number]
        within = worked - before
        return _BEGINNINGS[number] + (within + year.closed[bisect_right(year.worked, within) - 1])

    def is_open(self, instant: datetime) -> bool:
        instant = _utc(instant)
        _, year = self._years[instant.year]
        at = instant - _BEGINNINGS[instant.year]
        return at < year.closes[bisect_right(year.opens, at) - 1]

    def periods(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the openings between two instants in order, cut off at both; what touches is one opening."""
        held: tuple[datetime, datetime] | None = None
        for opens, closes in self._parts(_utc(start), _utc(end)):
            if held is not None and held[1] == opens:
                held = held[0], closes
                continue
            if held is not None:
                yield held
            held = opens, closes
        if held is not None:
            yield held

    def _parts(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the openings between the instants, cut at the ends of years as well."""
        for number in range(start.year, end.year + 1) if start < end else ():
            _, year = self._years[number]
            begins = max(start - _BEGINNINGS[number], _NONE)
            ends = min(end - _BEGINNINGS[number], _length(number))
            for place in range(bisect_right(year.closes, begins), bisect_left(year.opens, ends)):
                opens, closes = max(begins, year.opens[place]), min(ends, year.closes[place])
                yield _BEGINNINGS[number] + opens, _BEGINNINGS[number] + closes

    def _build(self, number: int) -> tuple[timedelta, _Year]:
        first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
        openings: list[Opening] = []
        for ordinal in range(max(first - _MARGIN, FIRST_ORDINAL), min(last + _MARGIN, LAST_ORDINAL) + 1):
            openings += self._openings(ordinal)
        begins, length = timedelta(first), _length(number)
        within = [(max(opens - begins, _NONE), min(closes - begins, length)) for opens, closes in openings]
        joined = _joined(sorted(opening for opening in within if opening[0] < opening[1]))
        return sum((closes - opens for opens, closes in joined), _NONE), _Year(joined)


def _joined(openings: list[Opening]) -> list[Opening]:
    """Return the openings, which are in order, with those joined that overlap or touch."""
    joined: list[Opening] = []
    for opens, closes in openings:
        if joined and opens <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(closes, joined[-1][1])
        else:
            joined.append((opens, closes))
    return joined


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset or a zone")
    return instant.astimezone(UTC)


class _Beginnings(dict[int, datetime]):
    """The first instant of each year, made when it is first asked for: all 9,999 would take every start their time."""

    def __missing__(self, year: int) -> datetime:
        begins = self[year] = datetime(max(year, 1), 1, 1, tzinfo=UTC)
        return begins


_BEGINNINGS = _Beginnings()


def _length(year: int) -> timedelta:
    return timedelta(366 if isleap(year) else 365)
