"""Calendars as data: calendars.yaml says what is open when; what lists without end would cost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from svcrules.language.load import Loaded, read_policy
from svcrules.language.model import Title
from svcrules.language.timed import PolicyCalendar
from svcrules.time.calendar import Boundary
from tests.samples import policy_text

# The base loader leaves dates and times as they are written.
CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("calendars.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
FIELDS = {"kind": {"one_of": ["repair"]}}


def loaded(sections: dict[str, Any]) -> Loaded:
    return read_policy([("policy.yaml", policy_text(fields=FIELDS, **sections))])


def calendars(sections: dict[str, Any]) -> dict[str, PolicyCalendar]:
    policy = loaded(sections).policy
    assert policy is not None
    return dict(policy.timing.calendars)


def open_on(day: date, calendar: PolicyCalendar) -> str:
    """Return the hours of the day as the calendar's own clock shows them, with blanks between."""
    zone = calendar.calendar.zone
    midnight = datetime.combine(day, datetime.min.time(), zone)
    periods = calendar.calendar.periods(midnight, midnight + timedelta(days=1))
    return " ".join(
        f"{opens.astimezone(zone):%H:%M}-{closes.astimezone(zone):%H:%M}".replace("-00:00", "-24:00")
        for opens, closes in periods
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_open(case: dict[str, Any]) -> None:
    read = calendars({key: case[key] for key in ("holidays", "calendars") if key in case})
    assert list(read) == list(case["calendars"])
    for name, days in case["open"].items():
        assert {day: open_on(date.fromisoformat(day), read[name]) for day in days} == days
    for name, stretch in case.get("known", {}).items():
        calendar = read[name].calendar
        assert [str(calendar.first_day or "null"), str(calendar.last_day or "null")] == stretch


def test_the_other_keys() -> None:
    read = calendars(
        {
            "calendars": {
                "office": {
                    "title": {"en": "Office hours", "zh": "办公时间"},
                    "note": "As the staff handbook has them.",
                    "hours": "always",
                    "boundary": "opening",
                    "timezone": "Europe/Berlin",
                },
                "plain": {"hours": "always"},
            }
        }
    )
    office, plain = read["office"], read["plain"]
    assert (office.name, office.title, office.note) == (
        "office",
        Title("Office hours", "办公时间"),
        "As the staff handbook has them.",
    )
    assert (office.boundary, office.calendar.zone) == (Boundary.OPENING, ZoneInfo("Europe/Berlin"))
    assert (plain.title, plain.note) == (None, None)
    assert (plain.boundary, plain.calendar.zone) == (Boundary.CLOSING, ZoneInfo("Asia/Shanghai"))


def test_the_order_of_keys_does_not_change_the_digest() -> None:
    off = {"2026-10-01": {"en": "National Day", "zh": "国庆节"}, "2026-10-02": {"en": "National Day", "zh": "国庆节"}}
    stretch = {"from": "2026-01-01", "to": "2026-12-31"}
    first, second, third = (
        loaded({"holidays": {"china": {**stretch, "off": days}}, "calendars": {"office": office}}).policy
        for days, office in (
            (off, {"hours": "always", "holidays": "china"}),
            (dict(reversed(off.items())), {"holidays": "china", "hours": "always"}),
            (off, {"hours": "always", "holidays": "china", "boundary": "opening"}),
        )
    )
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.digest == second.digest != third.digest


def test_a_long_list_in_many_calendars_is_refused() -> None:
    days = [str(date(2000, 1, 1) + timedelta(days=more)) for more in range(10_000)]
    found = loaded(
        {
            "holidays": {"long": {"from": "2000-01-01", "to": "2030-12-31", "off": days}},
            "calendars": {f"desk_{number:03}": {"hours": "always", "holidays": "long"} for number in range(500)},
        }
    )
    assert found.policy is None
    assert [(finding.code, finding.message, finding.help) for finding in found.findings] == [
        (
            "SR206",
            "the calendars have more than 120,000 holidays together",
            "shorten the lists, or name them in fewer calendars",
        )
    ]
    span = found.findings[0].span
    assert span is not None
    assert span.source.lines[span.line - 1][span.column - 1 : span.end_column - 1] == '"desk_012"'


def test_more_hours_than_a_day_has() -> None:
    found = loaded({"calendars": {"office": {"hours": {"mon": ["09:00-10:00"] * 25}}}})
    assert [(finding.code, finding.message) for finding in found.findings] == [
        ("SR206", "`mon` must have at most 24 entries")
    ]
