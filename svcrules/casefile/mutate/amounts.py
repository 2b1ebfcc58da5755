"""Amounts that are a little more or less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TypeVar

from svcrules.time.duration import Duration

T = TypeVar("T")

_HOUR, _MINUTE, _SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def other_durations(duration: Duration) -> Iterator[Duration]:
    """Yield the duration with one of its smallest unit more, and with one less, if something is left."""
    if duration.working_days:
        yield Duration(working_days=duration.working_days + 1)
        if duration.working_days > 1:
            yield Duration(working_days=duration.working_days - 1)
    elif duration.time:
        unit = next(unit for unit in (_HOUR, _MINUTE, _SECOND) if not duration.time % unit)
        yield Duration(duration.time + unit)
        if duration.time > unit:
            yield Duration(duration.time - unit)


def other_percent(percent: int) -> int:
    return percent + 1 if percent < 99 else percent - 1


def shifted(value: float | str, by: int) -> float | str:
    """Return the number so much larger, or the date so many days later."""
    if isinstance(value, str):
        return (date.fromisoformat(value) + timedelta(by)).isoformat()
    return value + by


def next_of(values: Sequence[T], value: T) -> T | None:
    """Return the value after this one in the list, the first after the last; None where there is no other."""
    if len(values) < 2 or value not in values:
        return None
    return values[(values.index(value) + 1) % len(values)]


def without(values: tuple[T, ...], index: int) -> tuple[T, ...]:
    return (*values[:index], *values[index + 1 :])


def with_(values: tuple[T, ...], index: int, value: T) -> tuple[T, ...]:
    return (*values[:index], value, *values[index + 1 :])
