"""Working time as other projects' test suites have it; where the vectors are is said in CONTRIBUTING.md."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svcrules.time.calendar import Boundary, Calendar, DayEnd, Weekday
from svcrules.time.hours import Hours, parse_hours
from svcrules.time.zone import resolve_local

Vector = dict[str, Any]

_BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared"
_FOLDER = Path(os.environ.get("SVCRULES_SHARED", _BESIDE_THE_CHECKOUT)) / "vectors"
_DAYS = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), Weekday, strict=True))
_WINDOW = timedelta(days=30)


def _hours(spans: list[list[str]]) -> tuple[Hours, ...]:
    hours = [parse_hours(f"{opens}-{closes}") for opens, closes in spans]
    return tuple(each for each in hours if isinstance(each, Hours))


def _by_date(written: dict[str, list[list[str]]]) -> dict[date, tuple[Hours, ...]]:
    return {date.fromisoformat(day): _hours(spans) for day, spans in written.items()}


def _calendar(written: Vector) -> Calendar:
    return Calendar(
        ZoneInfo(written["timezone"]),
        {_DAYS[day]: _hours(spans) for day, spans in written["week"].items()},
        days_off=frozenset(date.fromisoformat(day) for day in written["holidays"] if len(day) > 5),
        yearly_days_off=frozenset((int(day[:2]), int(day[3:])) for day in written["holidays"] if len(day) == 5),
        shifts=_by_date(written["shifts"]),
        breaks=_by_date(written.get("breaks", {})),
    )


def _at(vector: Vector, key: str) -> datetime:
    return datetime.fromisoformat(vector[key])


def _add(calendar: Calendar, vector: Vector) -> datetime:
    boundary = Boundary.OPENING if vector.get("boundary") == "far" else Boundary.CLOSING
    return calendar.add(_at(vector, "start"), timedelta(seconds=vector["seconds"]), boundary)


def _subtract(calendar: Calendar, vector: Vector) -> datetime:
    boundary = Boundary.CLOSING if vector.get("boundary") == "far" else Boundary.OPENING
    return calendar.subtract(_at(vector, "start"), timedelta(seconds=vector["seconds"]), boundary)


def _difference(calendar: Calendar, vector: Vector) -> float:
    seconds = calendar.working_between(_at(vector, "start"), _at(vector, "end")).total_seconds()
    if vector.get("reversed") == "zero":
        seconds = max(seconds, 0)
    unit = {None: 0, "minute": 60, "hour": 3600}[vector.get("truncated_to")]
    return seconds if not unit else int(seconds / unit) * unit


def _add_days(calendar: Calendar, vector: Vector) -> datetime:
    day_end = DayEnd.CLOSING if vector.get("end_of_working_day") else DayEnd.SAME_TIME
    end = calendar.add_working_days(_at(vector, "start"), vector["days"], day_end)
    if not vector.get("roll"):
        return end
    nothing = timedelta(0)
    if vector["days"] < 0:
        return calendar.subtract(end, nothing, Boundary.CLOSING)
    return calendar.add(end, nothing, Boundary.OPENING)


def _opening(calendar: Calendar, vector: Vector) -> tuple[datetime, datetime]:
    """Return the opening that holds the instant, or the next one."""
    at = _at(vector, "at")
    return next(period for period in calendar.periods(at - _WINDOW, at + _WINDOW) if period[1] > at)


def _periods(calendar: Calendar, vector: Vector) -> list[list[str]]:
    """Return as many openings from the origin on as the vector has, written as the vector has them."""
    origin = _at(vector, "origin")
    periods = calendar.periods(origin, origin + 12 * _WINDOW)
    return [
        [opens.strftime("%Y-%m-%dT%H:%M:%SZ"), closes.strftime("%Y-%m-%dT%H:%M:%SZ")]
        for (opens, closes), _ in zip(periods, vector["expected"], strict=False)
    ]


def _count(calendar: Calendar, vector: Vector) -> int:
    return calendar.count_working_days(date.fromisoformat(vector["start"]), date.fromisoformat(vector["end_inclusive"]))


_ANSWERS: dict[str, Callable[[Calendar, Vector], object]] = {
    "add": _add,
    "sub": _subtract,
    "diff": _difference,
    "add_days": _add_days,
    "workday": lambda calendar, vector: calendar.is_working_day(date.fromisoformat(vector["date"])),
    "holiday": lambda calendar, vector: calendar.is_day_off(date.fromisoformat(vector["date"])),
    "count_workdays": _count,
    "active": lambda calendar, vector: calendar.is_open(_at(vector, "at")),
    "periods": _periods,
    "period_start": lambda calendar, vector: _opening(calendar, vector)[0],
    "period_end": lambda calendar, vector: _opening(calendar, vector)[1],
    "next_open": lambda calendar, vector: calendar.next_opening(_at(vector, "at")),
    "next_close": lambda calendar, vector: calendar.next_closing(_at(vector, "at")),
}


def _answer(vector: Vector) -> object:
    if vector["kind"] == "resolve_local":
        return resolve_local(ZoneInfo(vector["timezone"]), _at(vector, "local"))
    return _ANSWERS[vector["kind"]](_calendar(vector["calendar"]), vector)


def _expected(vector: Vector) -> object:
    if vector["kind"] == "diff":
        return vector["expected_seconds"]
    expected = vector["expected"]
    return datetime.fromisoformat(expected) if isinstance(expected, str) else expected


def _vectors() -> Iterator[Vector]:
    for path in sorted(_FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            vector = json.loads(line)
            # Left out: `interval` (days of months and years) and `rotation`, which no calendar of a policy has, and
            # kinds that are about clocks and routes.
            if vector["kind"] in {*_ANSWERS, "resolve_local"}:
                yield vector


@pytest.mark.skipif(not _FOLDER.is_dir(), reason=f"no vectors in {_FOLDER}; SVCRULES_SHARED names another folder")
@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["id"]) for vector in _vectors()])
def test_a_vector_agrees(vector: Vector) -> None:
    assert _answer(vector) == _expected(vector)
