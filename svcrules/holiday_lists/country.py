"""Public holidays of countries and their parts."""

from __future__ import annotations

from datetime import date
from functools import partial
from importlib.metadata import version

from svcrules.diagnostics import listing, shorten
from svcrules.holiday_lists.made import Made, MissingPackageError, UnknownHolidaysError, Years, check_years
from svcrules.language.holidays import HolidayList
from svcrules.language.model import Title
from svcrules.time.calendar import Weekday

_PACKAGE = "holidays"
_CHINESE = "zh_CN"


def country(code: str, subdivision: str | None, years: Years) -> Made:
    """Return the list of the country with the ISO 3166 code, and of a part of it if one is named."""
    try:
        import holidays
    except ImportError:
        raise MissingPackageError(_PACKAGE) from None
    known = holidays.list_supported_countries()
    if code not in known:
        advice = "write its ISO 3166 code of two letters, such as `DE`"
        raise UnknownHolidaysError(f"no country `{shorten(code)}`: {advice}")
    if subdivision is not None and subdivision not in known[code]:
        parts = f"its parts are {listing(known[code], 60)}" if known[code] else "it has none"
        raise UnknownHolidaysError(f"`{code}` has no part `{shorten(subdivision)}`: {parts}")
    of_years = partial(holidays.country_holidays, code, subdivision, range(years.first, years.last + 1), expand=False)
    probe = holidays.country_holidays(code, subdivision)
    check_years(years, Years(probe.start_year, probe.end_year), f"{_PACKAGE} {version(_PACKAGE)}")
    languages = probe.supported_languages
    english = next((language for language in languages if language.startswith("en")), None)
    found = of_years(language=english)
    names = {day: " ".join(name.split()) for day, name in sorted(found.items())}
    off: dict[date, Title | None] = dict.fromkeys(names)
    if english and _CHINESE in languages:
        chinese = of_years(language=_CHINESE)
        off = {day: Title(name, " ".join(chinese[day].split())) for day, name in names.items()}
    working = [day for day in sorted(found.weekend_workdays) if years.first <= day.year <= years.last]
    remarks = [f"{code}{f'-{subdivision}' if subdivision else ''} {years}, from {_PACKAGE} {version(_PACKAGE)}."]
    if working:
        remarks.append("As which weekday a make-up day is worked is not known; Monday stands for it here.")
    first, last = date(years.first, 1, 1), date(years.last, 12, 31)
    return Made(HolidayList(first, last, off, dict.fromkeys(working, Weekday.MONDAY)), tuple(remarks), names)
