"""Calendars: opening hours of a week, days off and other exceptions, and the arithmetic of working time on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from svcrules.time.days import WorkingDays
from svcrules.time.hours import ALL_DAY, Hours
from svcrules.time.steps import Step, steps
from svcrules.time.timeline import Timeline
from svcrules.time.zone import DAY_MINUTES, MICROSECOND, LocalDays, Opening, midnight, resolve_local


class Weekday(IntEnum):
    """The numbers of date.weekday."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


ALWAYS: Mapping[Weekday, tuple[Hours, ...]] = dict.fromkeys(Weekday, ALL_DAY)


class Boundary(StrEnum):
    """
    Which of two instants with the same working time before them is meant: the closing or the opening after it.

    So a budget that runs out as the office closes at 18:00 is due then (`closing`), or at 09:00 the next day.
    """

    CLOSING = "closing"
    OPENING = "opening"


class DayEnd(StrEnum):
    """When a working day that is counted ends: with its last opening, or at the time of day of the start."""

    CLOSING = "closing"
    SAME_TIME = "same_time"


@dataclass(frozen=True)
class Calendar:
    """
    Opening hours in the local time of a zone.

    The hours that begin on a date are, in this order: none on a day off (a day off beats a shift); those of its shift,
    or of the weekday that its shift names; those of the week. Breaks are then taken out, by the clock of their date,
    also from hours that began the day before. Hours belong to the date on which they begin: a night shift into a day
    off is worked to its end, and one that begins on a day off is not. Overlapping hours count once.

    Hours become instants by the rule of resolve_local at both ends: an opening across a change of the clock is as long
    as it is, and 24 hours of a day are 23 or 25 then. A date that a zone skipped has no hours.

    Instants that are passed are aware; those returned are in UTC. Where no such instant lies in the years 1 to 9999,
    for example because the calendar has no openings left, an operation raises OverflowError.

    Days that are not in `week` are closed. `yearly_days_off` are months and days. The dated part (days off, shifts,
    breaks) is known from `first_day` to `last_day`; None: without bound.
    """

    zone: ZoneInfo
    week: Mapping[Weekday, tuple[Hours, ...]] = field(hash=False)
    days_off: frozenset[date] = frozenset()
    yearly_days_off: frozenset[tuple[int, int]] = frozenset()
    shifts: Mapping[date, Weekday | tuple[Hours, ...]] = field(default_factory=dict, hash=False)
    breaks: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict, hash=False)
    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        written = [*self.week.values(), *self.breaks.values()]
        written += [shift for shift in self.shifts.values() if not isinstance(shift, Weekday)]
        for hours in (hours for several in written for hours in several):
            if not 0 <= hours.opens < DAY_MINUTES or not hours.opens < hours.closes <= hours.opens + DAY_MINUTES:
                raise ValueError(f"not hours of a day: {tuple(hours)}")

    def __getstate__(self) -> dict[str, object]:
        # What is computed from the fields stays behind.
        return {each.name: getattr(self, each.name) for each in fields(self)}

    # Working time

    def add(self, start: datetime, working: timedelta, boundary: Boundary = Boundary.CLOSING) -> datetime:
        """Return the instant at which so much time has been worked since `start`; for none at all, `start` itself."""
        if not working and boundary is Boundary.CLOSING:
            return start.astimezone(UTC)
        return self.instant(self._timeline.worked(start) + _not_negative(working), boundary)

    def worked(self, instant: datetime) -> timedelta:
        """Return the time worked before the instant; only differences of it mean something."""
        return self._timeline.worked(instant)

    def instant(self, worked: timedelta, boundary: Boundary = Boundary.CLOSING) -> datetime:
        """Return the first instant before which so much has been worked; with OPENING the last, where work goes on."""
        if boundary is Boundary.OPENING:
            return self._timeline.last_instant(worked)
        return self._timeline.first_instant(worked)

    def subtract(self, start: datetime, working: timedelta, boundary: Boundary = Boundary.OPENING) -> datetime:
        """Return the instant from which so much time is worked until `start`; for none at all, `start` itself."""
        worked = self._timeline.worked(start) - _not_negative(working)
        if boundary is Boundary.CLOSING:
            return self._timeline.first_instant(worked)
        return self._timeline.last_instant(worked) if working else start.astimezone(UTC)

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the time worked from `start` to `end`; negative where `end` comes first."""
        return self._timeline.worked(end) - self._timeline.worked(start)

    # Openings

    @cached_property
    def has_openings(self) -> bool:
        """Whether the calendar is ever open."""
        # Each month and day falls on each weekday in some year, so only days off on all of them can close a week.
        weekly = any(self.week.values()) and len(self.yearly_days_off) < _DAYS_OF_LEAP_YEAR
        return weekly or any(self._openings_on(day.toordinal()) for day in self.shifts)

    def is_open(self, instant: datetime) -> bool:
        return self._timeline.is_open(instant)

    def next_opening(self, instant: datetime) -> datetime | None:
        """Return the first instant, at or after the one given, at which the calendar opens; None: it never does."""
        before, horizon = instant.astimezone(UTC) - MICROSECOND, self._horizon(instant)
        return next((opens for opens, _ in self.periods(before, horizon) if opens > before), None)

    def next_closing(self, instant: datetime) -> datetime | None:
        """Return the first instant, at or after the one given, at which the calendar closes; None: it never does."""
        before, horizon = instant.astimezone(UTC) - MICROSECOND, self._horizon(instant)
        return next((closes for _, closes in self.periods(before, horizon) if closes < horizon), None)

    def periods(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the openings between two instants, each with its end, cut off at both instants."""
        return self._timeline.periods(start, end)

    # Days

    def is_day_off(self, day: date) -> bool:
        yearly = self.yearly_days_off
        return day in self.days_off or (bool(yearly) and (day.month, day.day) in yearly)

    def is_working_day(self, day: date) -> bool:
        """Say whether an opening begins on the day."""
        return bool(self._openings_on(day.toordinal()))

    def count_working_days(self, first: date, last: date) -> int:
        """Return the number of working days from `first` to `last`, both counted; negative where `last` is earlier."""
        if last < first:
            return -self.count_working_days(last, first)
        return self._days.through(last) - self._days.before(first)

    def add_working_days(
        self,
        start: datetime,
        count: int,
        day_end: DayEnd = DayEnd.CLOSING,
        boundary: Boundary = Boundary.CLOSING,
    ) -> datetime:
        """
        Return when the working day ends that comes `count` working days after the day of `start`, or before it.

        The day of `start` is its date in the zone, and is not counted itself, working day or not. With SAME_TIME the
        result may lie in closed time. Boundary OPENING moves a result in closed time to the next opening.

        No working days end at `start` with SAME_TIME; with CLOSING, on the first working day that ends after `start`.
        """
        end = self._end_of_days(start, count, day_end)
        return self.add(end, _NONE, boundary) if boundary is Boundary.OPENING else end

    def _end_of_days(self, start: datetime, count: int, day_end: DayEnd) -> datetime:
        local = start.astimezone(self.zone)
        today = local.date()
        if day_end is DayEnd.SAME_TIME:
            if not count:
                return start
            return resolve_local(self.zone, datetime.combine(self._day_after(today, count), local.time()))
        end = self._closing_of(self._day_after(today, count))
        if count or end > start:
            return end
        return self._closing_of(self._day_after(today, 1))

    def _day_after(self, day: date, count: int) -> date:
        """Return the working day that comes `count` after the day; for 0 the day itself, or the next working day."""
        if count > 0:
            return self._days.with_before(self._days.through(day) + count - 1)
        return self._days.with_before(self._days.before(day) + count)

    def _closing_of(self, working_day: date) -> datetime:
        closing = self._closings.get(working_day)
        if closing is None:
            last = max(closes for _, closes in self._openings_on(working_day.toordinal()))
            if len(self._closings) >= _MOST_CLOSINGS:
                self._closings.clear()
            closing = self._closings[working_day] = _ORDINAL_1 + last - timedelta(days=1)
        return closing

    @cached_property
    def _closings(self) -> dict[date, datetime]:
        """The closings of working days that were asked for."""
        return {}

    # What is known

    def covered(self, instant: datetime) -> bool:
        """Say whether the instant lies in the days that the dated part covers, or at their end."""
        first, end = self._coverage
        return (first is None or first <= instant) and (end is None or instant <= end)

    def steps(self, start: datetime, end: datetime) -> Iterator[Step]:
        """Yield what lies between two instants, in order and without gaps: openings, breaks, closed time, days off."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        return steps(start, end, self.periods(start, end), self.zone, self.is_day_off)

    # Computed from the fields

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline(self._openings_on, self._dated, self._origin)

    @cached_property
    def _days(self) -> WorkingDays:
        return WorkingDays(lambda ordinal: bool(self._openings_on(ordinal)), self._dated, self._origin)

    @cached_property
    def _local_days(self) -> LocalDays:
        return LocalDays(self.zone)

    @cached_property
    def _dated(self) -> frozenset[int]:
        """The years with dated exceptions, and their neighbours, into which hours and breaks may reach."""
        years = {day.year for days in (self.days_off, self.shifts, self.breaks) for day in days}
        return frozenset(year + more for year in years for more in (-1, 0, 1))

    @property
    def _origin(self) -> int:
        return min(max(self._dated, default=_USUAL_YEAR), MAXYEAR)

    def _horizon(self, instant: datetime) -> datetime:
        """Return an instant after which nothing happens for the first time."""
        # After the last date all is weekly, but for days off of a year: 29 February falls on each weekday in 40 years.
        year = max(instant.year, max(self._dated, default=MINYEAR)) + 41
        return datetime(min(year, MAXYEAR), 12, 28, tzinfo=UTC)

    @cached_property
    def _coverage(self) -> tuple[datetime | None, datetime | None]:
        first, last = self.first_day, self.last_day
        return (
            midnight(self.zone, first) if first is not None else None,
            midnight(self.zone, last + timedelta(days=1)) if last is not None else None,
        )

    def _openings_on(self, ordinal: int) -> list[Opening]:
        """Return the openings that begin on the day, as LocalDays does."""
        hours = self._hours_on(date.fromordinal(ordinal))
        return self._local_days.openings(ordinal, hours) if hours else []

    def _hours_on(self, day: date) -> tuple[Hours, ...]:
        if self.is_day_off(day):
            return ()
        shift = self.shifts.get(day)
        if shift is None:
            shift = self._week[day.weekday()]
        elif isinstance(shift, Weekday):
            shift = self._week[shift]
        for begins, ends in self._breaks.get(day.toordinal(), ()):
            shift = _without(shift, begins, ends)
        return shift

    @cached_property
    def _week(self) -> list[tuple[Hours, ...]]:
        return [self.week.get(day, ()) for day in Weekday]

    @cached_property
    def _breaks(self) -> dict[int, list[tuple[int, int]]]:
        """The breaks, in minutes of each day (by ordinal) that they can touch: their own and both neighbours."""
        touching: dict[int, list[tuple[int, int]]] = {}
        for day, hours in self.breaks.items():
            for away in (-1, 0, 1):
                shifted = [(opens - away * DAY_MINUTES, closes - away * DAY_MINUTES) for opens, closes in hours]
                touching.setdefault(day.toordinal() + away, []).extend(shifted)
        return touching


_NONE = timedelta(0)
_DAYS_OF_LEAP_YEAR = 366
_MOST_CLOSINGS = 10_000
# Where totals begin to count for a calendar without dates: near the years that tickets are from.
_USUAL_YEAR = 2025
_ORDINAL_1 = datetime.min.replace(tzinfo=UTC)


def _without(hours: tuple[Hours, ...], begins: int, ends: int) -> tuple[Hours, ...]:
    """Return the hours without the minutes from `begins` to `ends`."""
    left = ((Hours(opens, min(closes, begins)), Hours(max(opens, ends), closes)) for opens, closes in hours)
    return tuple(part for parts in left for part in parts if part.opens < part.closes)


def _not_negative(working: timedelta) -> timedelta:
    if working.days < 0:
        raise ValueError("a negative working time")
    return working
