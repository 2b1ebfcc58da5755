"""Rules of calendars that are worth naming, one case each."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from svcrules.time.calendar import ALWAYS, Boundary, Calendar, DayEnd, Weekday
from svcrules.time.hours import ALL_DAY, Hours

_MONDAY_TO_FRIDAY = [day for day in Weekday if day < Weekday.SATURDAY]
_OFFICE = dict.fromkeys(_MONDAY_TO_FRIDAY, (Hours(8 * 60 + 30, 12 * 60), Hours(13 * 60 + 30, 17 * 60 + 30)))
_NIGHT = dict.fromkeys(_MONDAY_TO_FRIDAY, (Hours(22 * 60, 30 * 60),))
_BERLIN, _NEW_YORK, _SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")

# The National Day holiday of 2026, with the Saturday that is worked for it.
GAS_OFFICE = Calendar(
    _SHANGHAI,
    _OFFICE,
    days_off=frozenset(date(2026, 10, day) for day in range(1, 8)),
    shifts={date(2026, 10, 10): Weekday.THURSDAY},
    first_day=date(2024, 1, 1),
    last_day=date(2026, 12, 31),
)


def _at(text: str, zone: ZoneInfo = _SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def _hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("start", "hours", "boundary", "due"),
    [
        ("2026-09-30 09:30", 8, Boundary.CLOSING, "2026-10-08 10:00"),
        ("2026-09-30 09:30", 2.5, Boundary.CLOSING, "2026-09-30 12:00"),
        ("2026-09-30 09:30", 2.5, Boundary.OPENING, "2026-09-30 13:30"),
        ("2026-09-30 09:30", 6.5, Boundary.OPENING, "2026-10-08 08:30"),
        ("2026-10-09 17:00", 1, Boundary.CLOSING, "2026-10-10 09:00"),
        ("2026-10-03 12:00", 0, Boundary.CLOSING, "2026-10-03 12:00"),
        ("2026-10-03 12:00", 0, Boundary.OPENING, "2026-10-08 08:30"),
    ],
)
def test_add(start: str, hours: float, boundary: Boundary, due: str) -> None:
    assert GAS_OFFICE.add(_at(start), _hours(hours), boundary) == _at(due)


@pytest.mark.parametrize(
    ("end", "hours", "boundary", "start"),
    [
        ("2026-10-08 10:00", 8, Boundary.OPENING, "2026-09-30 09:30"),
        ("2026-10-08 10:00", 1.5, Boundary.OPENING, "2026-10-08 08:30"),
        ("2026-10-08 10:00", 1.5, Boundary.CLOSING, "2026-09-30 17:30"),
        ("2026-10-03 12:00", 0, Boundary.OPENING, "2026-10-03 12:00"),
        ("2026-10-03 12:00", 0, Boundary.CLOSING, "2026-09-30 17:30"),
    ],
)
def test_subtract(end: str, hours: float, boundary: Boundary, start: str) -> None:
    assert GAS_OFFICE.subtract(_at(end), _hours(hours), boundary) == _at(start)


@pytest.mark.parametrize(
    ("start", "count", "day_end", "boundary", "end"),
    [
        ("2026-09-28 09:30", 5, DayEnd.CLOSING, Boundary.CLOSING, "2026-10-10 17:30"),
        ("2026-09-28 09:30", 5, DayEnd.CLOSING, Boundary.OPENING, "2026-10-12 08:30"),
        ("2026-09-28 09:30", 5, DayEnd.SAME_TIME, Boundary.CLOSING, "2026-10-10 09:30"),
        ("2026-09-28 20:00", 1, DayEnd.SAME_TIME, Boundary.CLOSING, "2026-09-29 20:00"),
        ("2026-09-28 20:00", 1, DayEnd.SAME_TIME, Boundary.OPENING, "2026-09-30 08:30"),
        ("2026-10-03 20:00", 1, DayEnd.CLOSING, Boundary.CLOSING, "2026-10-08 17:30"),
        ("2026-10-08 09:00", -1, DayEnd.CLOSING, Boundary.CLOSING, "2026-09-30 17:30"),
        ("2026-09-28 09:30", 0, DayEnd.CLOSING, Boundary.CLOSING, "2026-09-28 17:30"),
        ("2026-09-30 20:00", 0, DayEnd.CLOSING, Boundary.CLOSING, "2026-10-08 17:30"),
        ("2026-10-03 20:00", 0, DayEnd.CLOSING, Boundary.CLOSING, "2026-10-08 17:30"),
        ("2026-10-03 20:00", 0, DayEnd.SAME_TIME, Boundary.CLOSING, "2026-10-03 20:00"),
    ],
)
def test_add_working_days(start: str, count: int, day_end: DayEnd, boundary: Boundary, end: str) -> None:
    assert GAS_OFFICE.add_working_days(_at(start), count, day_end, boundary) == _at(end)


def test_count_working_days() -> None:
    first, last = date(2026, 9, 28), date(2026, 10, 11)
    assert GAS_OFFICE.count_working_days(first, last) == 6
    assert GAS_OFFICE.count_working_days(last, first) == -6
    assert GAS_OFFICE.count_working_days(first, first) == 1


def test_a_day_off_beats_a_shift() -> None:
    day = date(2026, 10, 10)
    both = Calendar(_SHANGHAI, _OFFICE, days_off=frozenset({day}), shifts={day: Weekday.MONDAY})
    assert not both.is_working_day(day)


def test_a_night_shift_is_worked_into_a_day_off_and_not_begun_on_one() -> None:
    calendar = Calendar(_BERLIN, _NIGHT, days_off=frozenset({date(2026, 5, 1)}))
    start = _at("2026-04-30 12:00", _BERLIN)
    assert calendar.add(start, _hours(8)) == _at("2026-05-01 06:00", _BERLIN)
    assert calendar.add(start, _hours(9)) == _at("2026-05-04 23:00", _BERLIN)
    assert calendar.add_working_days(start, 0) == _at("2026-05-01 06:00", _BERLIN)


def test_breaks_go_by_the_clock_of_their_date() -> None:
    calendar = Calendar(_BERLIN, _NIGHT, breaks={date(2026, 4, 28): (Hours(60, 120), Hours(23 * 60, 25 * 60))})
    monday = _at("2026-04-27 12:00", _BERLIN)
    opens = [
        opens.astimezone(_BERLIN).strftime("%d %H:%M") for opens, _ in calendar.periods(monday, monday + _hours(48))
    ]
    assert opens == ["27 22:00", "28 02:00", "28 22:00", "29 01:00"]
    assert not Calendar(_BERLIN, ALWAYS, breaks={date(2026, 4, 28): ALL_DAY}).is_working_day(date(2026, 4, 28))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Sydney", date(2026, 4, 5), 25),
        ("Australia/Sydney", date(2026, 10, 4), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Sao_Paulo", date(2015, 10, 18), 23),
        ("Asia/Kathmandu", date(1986, 1, 1), 23.75),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Apia", date(2011, 12, 31), 24),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(zone: str, day: date, hours: float) -> None:
    one_day = Calendar(ZoneInfo(zone), {}, shifts={day: ALL_DAY})
    around = datetime(day.year, day.month, day.day, tzinfo=UTC) - _hours(48)
    assert one_day.working_between(around, around + _hours(120)) == _hours(hours)
    assert one_day.is_working_day(day) == one_day.has_openings == (hours > 0)


@pytest.mark.parametrize(
    ("day", "hours", "opening"),
    [
        # 02:00 to 03:00 is skipped: read with the offset before, 02:30 is 03:30.
        (date(2026, 3, 8), Hours(90, 150), ("01:30-0500", "03:30-0400")),
        (date(2026, 3, 8), Hours(135, 165), ("03:15-0400", "03:45-0400")),
        (date(2026, 3, 8), Hours(150, 195), None),
        # 01:00 to 02:00 comes twice: the first is meant.
        (date(2026, 11, 1), Hours(30, 90), ("00:30-0400", "01:30-0400")),
        (date(2026, 11, 1), Hours(90, 180), ("01:30-0400", "03:00-0500")),
    ],
)
def test_hours_that_begin_or_end_in_a_change_of_the_clock(
    day: date, hours: Hours, opening: tuple[str, str] | None
) -> None:
    calendar = Calendar(_NEW_YORK, {}, shifts={day: (hours,)})
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    periods = [
        tuple(each.astimezone(_NEW_YORK).strftime("%H:%M%z") for each in period)
        for period in calendar.periods(start, start + _hours(48))
    ]
    assert periods == ([opening] if opening else [])


def test_openings_and_closings() -> None:
    monday = _at("2026-09-28 09:30")
    assert GAS_OFFICE.next_opening(monday) == _at("2026-09-28 13:30")
    assert GAS_OFFICE.next_opening(_at("2026-09-28 13:30")) == _at("2026-09-28 13:30")
    assert GAS_OFFICE.next_closing(monday) == _at("2026-09-28 12:00")
    assert GAS_OFFICE.next_closing(_at("2026-09-28 12:00")) == _at("2026-09-28 12:00")
    assert not GAS_OFFICE.is_open(_at("2026-09-28 12:00"))
    assert list(GAS_OFFICE.periods(monday, monday)) == []


def test_always_neither_opens_nor_closes() -> None:
    always = Calendar(_BERLIN, ALWAYS)
    assert always.next_opening(_at("2026-09-28 09:30")) is None
    assert always.next_closing(_at("2026-09-28 09:30")) is None
    assert always.has_openings


@pytest.mark.parametrize(
    "calendar",
    [
        Calendar(_BERLIN, {}),
        Calendar(_BERLIN, {Weekday.MONDAY: ()}),
        Calendar(_BERLIN, {}, days_off=frozenset({date(2026, 1, 1)}), shifts={date(2026, 1, 1): ALL_DAY}),
        Calendar(_BERLIN, {}, shifts={date(2026, 1, 1): Weekday.MONDAY}),
        Calendar(
            _BERLIN,
            ALWAYS,
            yearly_days_off=frozenset((day.month, day.day) for day in map(date.fromordinal, range(1, 1462))),
        ),
    ],
)
def test_a_calendar_without_openings_is_told_and_not_searched_for_ever(calendar: Calendar) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert not calendar.has_openings
    assert calendar.next_opening(start) is None
    with pytest.raises(OverflowError, match=r"^the calendar has no such instant in the years 1 to 9999$"):
        calendar.add(start, _hours(1))
    with pytest.raises(OverflowError, match=r"^the calendar has no such instant in the years 1 to 9999$"):
        calendar.add_working_days(start, 1)


def test_centuries() -> None:
    plain = Calendar(_BERLIN, _OFFICE)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    # 400 years have 20,871 weeks.
    later = start.replace(year=6026)
    assert plain.working_between(start.replace(year=5626), later) == 20_871 * _hours(37.5)
    assert plain.add(start, plain.working_between(start, later)) == _at("6025-12-31 17:30", _BERLIN)
    assert plain.count_working_days(date(1, 1, 1), date(400, 12, 31)) == 20_871 * 5


@pytest.mark.parametrize("key", ["UTC", "Asia/Shanghai", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe"])
def test_years_that_share_their_openings_are_alike(key: str) -> None:
    """A day off on a closed day changes nothing, but the years around it are computed by themselves."""
    week = {Weekday.MONDAY: (Hours(60, 150), Hours(600, 1500)), Weekday.SATURDAY: ALL_DAY}
    plain = Calendar(ZoneInfo(key), week)
    for year in (1796, 1797, *range(2099, 2109)):
        sunday = next(day for day in (date(year, 6, 1 + more) for more in range(7)) if day.weekday() == 6)
        dated = Calendar(ZoneInfo(key), week, days_off=frozenset({sunday}))
        start = datetime(year, 1, 1, tzinfo=UTC)
        for hours in (1, 90, 2000):
            assert dated.add(start, _hours(hours)) == plain.add(start, _hours(hours))
        assert dated.add_working_days(start, 60) == plain.add_working_days(start, 60)


def test_what_the_dated_part_covers() -> None:
    assert GAS_OFFICE.covered(_at("2024-01-01 00:00"))
    assert not GAS_OFFICE.covered(_at("2023-12-31 23:59"))
    assert GAS_OFFICE.covered(_at("2027-01-01 00:00"))
    assert not GAS_OFFICE.covered(_at("2027-01-01 00:01"))
    assert Calendar(_BERLIN, ALWAYS).covered(_at("2027-01-01 00:00"))


def test_steps() -> None:
    start = _at("2026-09-30 09:30")
    steps = [
        f"{step.kind} {step.start:%d %H:%M} {step.end:%d %H:%M} {step.worked}"
        for step in GAS_OFFICE.steps(start, GAS_OFFICE.add(start, _hours(8)))
    ]
    assert steps == [
        "open 30 01:30 30 04:00 2:30:00",
        "break 30 04:00 30 05:30 0:00:00",
        "open 30 05:30 30 09:30 4:00:00",
        "closed 30 09:30 30 16:00 0:00:00",
        "day_off 30 16:00 07 16:00 0:00:00",
        "closed 07 16:00 08 00:30 0:00:00",
        "open 08 00:30 08 02:00 1:30:00",
    ]


def test_exact_to_the_microsecond() -> None:
    start = _at("2026-09-30 17:29:59.999999")
    assert GAS_OFFICE.add(start, timedelta(microseconds=2)) == _at("2026-10-08 08:30:00.000001")


def test_misuse_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^a negative working time$"):
        GAS_OFFICE.add(_at("2026-09-30 09:30"), _hours(-1))
    with pytest.raises(ValueError, match=r"^an instant needs an offset or a zone$"):
        GAS_OFFICE.add(datetime(2026, 9, 30), _hours(1))  # noqa: DTZ001
    with pytest.raises(ValueError, match=r"^not hours of a day: \(600, 540\)$"):
        Calendar(_BERLIN, {Weekday.MONDAY: (Hours(600, 540),)})


def test_a_calendar_is_a_value() -> None:
    other = Calendar(
        _SHANGHAI,
        _OFFICE,
        GAS_OFFICE.days_off,
        shifts=GAS_OFFICE.shifts,
        first_day=date(2024, 1, 1),
        last_day=date(2026, 12, 31),
    )
    GAS_OFFICE.add(_at("2026-09-30 09:30"), _hours(1))
    assert other == GAS_OFFICE
    assert hash(other) == hash(GAS_OFFICE)
    assert pickle.loads(pickle.dumps(GAS_OFFICE)) == GAS_OFFICE
