"""Lists of holidays that other packages know: read back as they were made, and equal to other sources."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from svcrules import resources
from svcrules.holiday_lists.as_yaml import as_yaml
from svcrules.holiday_lists.china import china
from svcrules.holiday_lists.country import country
from svcrules.holiday_lists.made import Made, MissingPackageError, UnknownHolidaysError, Years
from svcrules.language.context import Context
from svcrules.language.holidays import HolidayList, read_holidays
from svcrules.language.model import Title
from svcrules.language.schema import check_shape
from svcrules.language.source import read_document
from svcrules.time.calendar import Weekday

_BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared"
_FOLDER = Path(os.environ.get("SVCRULES_SHARED", _BESIDE_THE_CHECKOUT)) / "vectors"
needs_vectors = pytest.mark.skipif(
    not _FOLDER.is_dir(), reason=f"no vectors in {_FOLDER}; SVCRULES_SHARED names another folder"
)


def read_back(text: str) -> dict[str, HolidayList]:
    document, findings = read_document(text.encode(), "holidays.yaml")
    assert document is not None
    shape = check_shape(document, "policy")
    context = Context(shape)
    lists = read_holidays(document.get("holidays"), context)
    assert (findings, shape.findings, context.findings) == ([], (), [])
    return lists


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(china(Years(2004, 2026)), id="china"),
        pytest.param(country("DE", "BY", Years(2025, 2027)), id="with names only in one language"),
        pytest.param(country("HK", None, Years(2026, 2026)), id="with titles"),
        pytest.param(country("CN", None, Years(2026, 2026)), id="with titles to be quoted"),
        pytest.param(country("HU", None, Years(2025, 2026)), id="with make-up days"),
        pytest.param(country("CH", "ZH", Years(2026, 2026)), id="with names in several languages"),
        pytest.param(Made(HolidayList(date(2026, 1, 1), date(2026, 12, 31), {}, {}), ()), id="with nothing"),
        pytest.param(
            Made(
                HolidayList(
                    date(2026, 1, 1),
                    date(2026, 12, 31),
                    {
                        date(2026, 5, day): Title(title, title)
                        for day, title in enumerate(
                            ["true", "No", "1. Mai", "a: b", "a, b", "{x}", "- x", 'say "x"', "x # y", "x ", "'x'"], 1
                        )
                    },
                    {date(2026, 6, 1): Weekday.SUNDAY},
                ),
                ("a remark", "another: remark"),
            ),
            id="with odd titles",
        ),
    ],
)
def test_a_list_reads_back_as_it_was_made(made: Made) -> None:
    assert read_back(as_yaml(made, "some_days")) == {"some_days": made.holidays}


def test_china() -> None:
    made = china(Years(2026, 2026)).holidays
    assert (made.first, made.last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert made.off[date(2026, 10, 1)] == Title("National Day", "国庆节")
    # The second make-up day of the festival goes with the second day bridged: Wednesday, 7 October.
    assert {day: weekday for day, weekday in made.working.items() if day.month > 8} == {
        date(2026, 9, 20): Weekday.TUESDAY,
        date(2026, 10, 10): Weekday.WEDNESDAY,
    }


def test_a_make_up_day_without_a_bridged_one_is_a_monday() -> None:
    # It goes with a day of the next year, which the package does not say.
    assert china(Years(2011, 2011)).holidays.working[date(2011, 12, 31)] == Weekday.MONDAY


@needs_vectors
@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_china_agrees_with_another_source(year: int) -> None:
    expected = json.loads((_FOLDER / "china_calendar_2024_2026.json").read_text(encoding="utf-8"))["years"][str(year)]
    made = china(Years(year, year)).holidays
    assert [str(day) for day in made.off] == expected["holidays"]
    assert {str(day): title and title.en for day, title in made.off.items()} == expected["holiday_names"]
    assert [str(day) for day in made.working] == expected["makeup_working_days"]
    bridged = {date.fromisoformat(day).weekday() for day in expected["in_lieu_days_off"]}
    assert set(made.working.values()) <= bridged


def _days(vector: dict[str, Any]) -> Iterator[date]:
    day = date.fromisoformat(vector.get("start") or vector["date"])
    last = date.fromisoformat(vector.get("end_inclusive") or vector["date"])
    while day <= last:
        yield day
        day += timedelta(days=1)


def _vectors() -> Iterator[dict[str, Any]]:
    path = _FOLDER / "china.jsonl"
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines() if path.is_file() else ())


@needs_vectors
@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["id"]) for vector in _vectors()])
def test_china_agrees_with_vectors(vector: dict[str, Any]) -> None:
    days = list(_days(vector))
    made = china(Years(days[0].year, days[-1].year)).holidays
    worked = [day in made.working or (day.weekday() < 5 and day not in made.off) for day in days]
    assert (worked[0] if vector["kind"] == "workday" else sum(worked)) == vector["expected"]


@pytest.mark.parametrize("name", resources.policy_names())
def test_policies_have_the_list_of_china(name: str) -> None:
    text = (resources.policies_folder() / name / "calendars.yaml").read_text(encoding="utf-8")
    made = yaml.load(as_yaml(china(Years(2024, 2026)), "china"), Loader=yaml.BaseLoader)
    assert yaml.load(text, Loader=yaml.BaseLoader)["holidays"] == made["holidays"]


def test_a_country_with_titles_in_one_language_has_them_as_comments() -> None:
    made = country("DE", "BY", Years(2026, 2026))
    assert "      - 2026-10-03 # German Unity Day\n" in as_yaml(made, "de_by")


def test_titles_in_both_languages() -> None:
    made = country("HK", None, Years(2026, 2026))
    assert made.holidays.off[date(2026, 10, 1)] == Title("National Day", "国庆日")


def test_make_up_days_of_a_country() -> None:
    made = country("HU", None, Years(2026, 2026))
    assert made.holidays.working == {date(2026, 1, 10): Weekday.MONDAY, date(2026, 8, 8): Weekday.MONDAY}
    assert made.remarks[1:] == ("As which weekday a make-up day is worked is not known; Monday stands for it here.",)


@pytest.mark.parametrize("package", ["chinese_calendar", "holidays"])
def test_a_package_is_missing(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=r'is not installed: pip install "svcrules\[calendars\]"$'):
        china(Years(2026, 2026)) if package == "chinese_calendar" else country("DE", None, Years(2026, 2026))


def test_years_that_are_not_known() -> None:
    with pytest.raises(
        UnknownHolidaysError, match=r"^chinesecalendar [0-9.]+ knows the years 2004-20[0-9]{2}, not 2003-2026;"
    ):
        china(Years(2003, 2026))
    with pytest.raises(UnknownHolidaysError, match=r"^holidays [0-9.]+ knows the years 1991-[0-9]{4}, not 1990;"):
        country("DE", None, Years(1990, 1990))
