"""Opening hours as they are written."""

from __future__ import annotations

import pytest

from svcrules.time.hours import Hours, parse_hours
from svcrules.time.text import Unreadable

_NO_HOURS = "write two times, such as `08:30-12:00`"


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:30-12:00", Hours(510, 720)),
        ("00:00-24:00", Hours(0, 1440)),
        ("18:00-24:00", Hours(1080, 1440)),
        ("22:00-06:00", Hours(1320, 1800)),
    ],
)
def test_hours(text: str, hours: Hours) -> None:
    assert parse_hours(text) == hours
    assert str(hours) == text


def test_midnight_ends_the_day_before() -> None:
    assert parse_hours("18:00-00:00") == parse_hours("18:00-24:00")


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("8:30-12:00", "`8:30-12:00` is not a stretch of hours", _NO_HOURS),
        ("08:30", "`08:30` is not a stretch of hours", _NO_HOURS),
        ("08:30-12:60", "`08:30-12:60` holds a time that no clock shows", "write times from 00:00 to 24:00"),
        ("08:30-24:01", "`08:30-24:01` holds a time that no clock shows", "write times from 00:00 to 24:00"),
        ("24:00-08:30", "`24:00-08:30` holds a time that no clock shows", "write times from 00:00 to 24:00"),
        ("08:30-08:30", "`08:30-08:30` begins and ends at the same time", "write `00:00-24:00` for the whole day"),
    ],
)
def test_what_are_no_hours(text: str, message: str, advice: str) -> None:
    assert parse_hours(text) == Unreadable(message, advice)
