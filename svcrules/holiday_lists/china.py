"""Mainland China: days off and make-up working days as the State Council announces them each year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from itertools import zip_longest

from svcrules.holiday_lists.made import Made, MissingPackageError, Years, check_years
from svcrules.language.holidays import HolidayList
from svcrules.language.model import Title
from svcrules.time.calendar import Weekday

_PACKAGE = "chinesecalendar"


def china(years: Years) -> Made:
    """
    Return the list of the years.

    The notices do not say as which weekday a make-up day is worked. Here it is that of the working day that was
    bridged: the first make-up day of a festival goes with its first bridged day, and so on; Monday where there is none.
    """
    try:
        import chinese_calendar
    except ImportError:
        raise MissingPackageError(_PACKAGE) from None
    package, known = f"{_PACKAGE} {version(_PACKAGE)}", chinese_calendar.holidays
    check_years(years, Years(min(known).year, max(known).year), package)
    off: dict[date, Title | None] = {}
    bridged: dict[tuple[int, str], list[date]] = defaultdict(list)
    made_up: dict[tuple[int, str], list[date]] = defaultdict(list)
    for day in _days(years):
        is_off, festival = chinese_calendar.get_holiday_detail(day)
        if festival is None:
            continue  # an ordinary working day or weekend
        if is_off:
            off[day] = Title(festival, chinese_calendar.Holiday(festival).chinese)
        else:
            made_up[day.year, festival].append(day)
        if chinese_calendar.is_in_lieu(day):
            bridged[day.year, festival].append(day)
    working = {
        day: Weekday(instead.weekday()) if instead else Weekday.MONDAY
        for festival, days in made_up.items()
        for day, instead in zip_longest(days, bridged[festival][: len(days)])
    }
    holidays = HolidayList(date(years.first, 1, 1), date(years.last, 12, 31), off, dict(sorted(working.items())))
    return Made(
        holidays,
        (
            f"Mainland China {years}, by the notices of the State Council; from {package}.",
            "The notices do not say as which weekday a make-up day is worked. Here it is that of the day that was",
            "bridged: the first make-up day of a festival goes with its first bridged day; Monday where there is none.",
        ),
    )


def _days(years: Years) -> Iterator[date]:
    day = date(years.first, 1, 1)
    while day.year <= years.last:
        yield day
        day += timedelta(days=1)
