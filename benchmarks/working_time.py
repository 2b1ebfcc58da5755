"""
Working time per call: svcrules beside a plain minute walk and two published libraries, on the same inputs.

    pip install businesstimedelta business-duration
    python benchmarks/working_time.py [--count 200] [--seed 1]

The answers are compared first. Office hours Monday to Friday 09:00 to 17:00 in UTC without holidays: what all of them
can express. Libraries that are not installed are left out; business-duration only takes differences.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
import random
import time as clock
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from svcrules.time.calendar import Calendar, Weekday
from svcrules.time.hours import Hours

Add = Callable[[datetime, timedelta], datetime]
Between = Callable[[datetime, datetime], timedelta]

OPENS, CLOSES = 9, 17
MINUTE = timedelta(minutes=1)
# Spans of working time: a working day has 8 hours, a year 261 days.
SPANS = {"4 h": 240, "5 days": 5 * 480, "1 year": 261 * 480, "10 years": 2610 * 480}


def ours() -> tuple[Add, Between]:
    hours = (Hours(OPENS * 60, CLOSES * 60),)
    calendar = Calendar(ZoneInfo("UTC"), {day: hours for day in Weekday if day < Weekday.SATURDAY})
    return calendar.add, calendar.working_between


def minute_walk() -> tuple[Add, Between]:
    def is_open(at: datetime) -> bool:
        return at.weekday() < 5 and OPENS <= at.hour < CLOSES

    def add(start: datetime, working: timedelta) -> datetime:
        at, left = start, working // MINUTE
        while left:
            left -= is_open(at)
            at += MINUTE
        return at

    def between(start: datetime, end: datetime) -> timedelta:
        at, worked = start, 0
        while at < end:
            worked += is_open(at)
            at += MINUTE
        return worked * MINUTE

    return add, between


def with_businesstimedelta() -> tuple[Add, Between]:
    import businesstimedelta
    import pytz  # which it needs

    rule = businesstimedelta.WorkDayRule(
        start_time=time(OPENS), end_time=time(CLOSES), working_days=[0, 1, 2, 3, 4], tz=pytz.utc
    )
    rules = businesstimedelta.Rules([rule])

    def add(start: datetime, working: timedelta) -> datetime:
        result: datetime = start + businesstimedelta.BusinessTimeDelta(rules, timedelta=working)
        return result

    def between(start: datetime, end: datetime) -> timedelta:
        result: timedelta = rules.difference(start, end).timedelta
        return result

    return add, between


def with_business_duration() -> tuple[None, Between]:
    import pandas
    from business_duration import businessDuration

    def between(start: datetime, end: datetime) -> timedelta:
        naive = [pandas.Timestamp(each.replace(tzinfo=None)) for each in (start, end)]
        minutes = businessDuration(*naive, starttime=time(OPENS), endtime=time(CLOSES), unit="min")
        return round(minutes) * MINUTE

    return None, between


CONTESTANTS: dict[str, Callable[[], tuple[Add | None, Between]]] = {
    "svcrules": ours,
    "minute walk": minute_walk,
    "businesstimedelta": with_businesstimedelta,
    "business-duration": with_business_duration,
}


def installed() -> Iterator[tuple[str, Add | None, Between]]:
    for name, make in CONTESTANTS.items():
        try:
            add, between = make()
        except ImportError as error:
            print(f"left out: {name} ({error})")
            continue
        yield name, add, between


def inputs(count: int, minutes: int, seed: int) -> list[tuple[datetime, timedelta]]:
    """Return starts in office hours, and budgets of up to `minutes` that do not run out at closing time."""
    chosen, pairs = random.Random(seed), []
    while len(pairs) < count:
        start = datetime(2024, 1, 1, tzinfo=UTC) + chosen.randrange(366 * 1440) * MINUTE
        budget = chosen.randrange(minutes // 2, minutes)
        if (
            start.weekday() < 5
            and OPENS <= start.hour < CLOSES
            and (start.hour * 60 + start.minute + budget - 60) % 480
        ):
            pairs.append((start, budget * MINUTE))
    return pairs


def per_call(function: Callable[..., Any], pairs: list[tuple[Any, Any]], rounds: int = 3) -> float:
    """Return the microseconds of a call in the fastest round: what else the machine does only ever adds."""
    best = float("inf")
    for _ in range(rounds):
        begin = clock.perf_counter()
        for pair in pairs:
            function(*pair)
        best = min(best, clock.perf_counter() - begin)
    return best / len(pairs) * 1e6


def version(name: str) -> str:
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[1])
    parser.add_argument("--count", type=int, default=200, help="inputs of each span")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    contestants = list(installed())
    print(f"Python {platform.python_version()}; " + ", ".join(version(name) for name, _, _ in contestants))
    ours_add, ours_between = ours()
    for span, minutes in SPANS.items():
        pairs = inputs(options.count, minutes, options.seed)
        ends = [(start, ours_add(start, budget)) for start, budget in pairs]
        # More rounds for what takes microseconds, so that one of them is undisturbed.
        base = per_call(ours_add, pairs, 200), per_call(ours_between, ends, 200)
        for name, add, between in contestants:
            mine = name == "svcrules"
            # Those that walk take milliseconds for a year: a few inputs say enough of them.
            few = slice(3 if minutes > 10_000 else 20)
            for (start, budget), (_, due) in zip(pairs[few], ends[few], strict=True):
                assert between(start, due) == budget, (name, start, due)
                assert add is None or add(start, budget) == due, (name, start, budget)
            report(span, name, "add", base[0] if mine else add and per_call(add, pairs[few]), base[0])
            report(span, name, "between", base[1] if mine else per_call(between, ends[few]), base[1])


def report(span: str, name: str, operation: str, microseconds: float | None, base: float) -> None:
    if microseconds is not None:
        print(f"{span:>8}  {operation:<8}{name:<20}{microseconds:>14,.2f} us{microseconds / base:>12,.1f} x")


if __name__ == "__main__":
    main()
