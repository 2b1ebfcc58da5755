"""The walk that explains a deadline: which openings were used, and what was skipped between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from svcrules.time.zone import midnight


class StepKind(StrEnum):
    """
    What a stretch of time is to a calendar.

    BREAK is the time between two openings of one day, DAY_OFF what is closed on a day off, CLOSED all other closed
    time: nights, weekends.
    """

    OPEN = "open"
    BREAK = "break"
    CLOSED = "closed"
    DAY_OFF = "day_off"


@dataclass(frozen=True, slots=True)
class Step:
    """A half-open stretch of time, in UTC; days off in a row are one step."""

    kind: StepKind
    start: datetime
    end: datetime

    @property
    def worked(self) -> timedelta:
        return self.end - self.start if self.kind is StepKind.OPEN else timedelta(0)


def steps(
    start: datetime,
    end: datetime,
    openings: Iterable[tuple[datetime, datetime]],
    zone: ZoneInfo,
    is_day_off: Callable[[date], bool],
) -> Iterator[Step]:
    """Yield steps from `start` to `end` without gaps; `openings` are those between the two, in order."""
    at, worked = start, False
    for opens, closes in openings:
        yield from _closed(at, opens, zone, is_day_off, between=worked)
        yield Step(StepKind.OPEN, opens, closes)
        at, worked = closes, True
    yield from _closed(at, end, zone, is_day_off, between=False)


def _closed(
    start: datetime, end: datetime, zone: ZoneInfo, is_day_off: Callable[[date], bool], *, between: bool
) -> Iterator[Step]:
    """Yield the steps of a closed stretch, which lies between two openings or not."""
    if start >= end:
        return
    day = start.astimezone(zone).date()
    if between and day == end.astimezone(zone).date() and not is_day_off(day):
        yield Step(StepKind.BREAK, start, end)
        return
    at, held = start, None
    while at < end:
        kind = StepKind.DAY_OFF if is_day_off(day) else StepKind.CLOSED
        day = date.fromordinal(day.toordinal() + 1)
        # A midnight that comes twice, or on a date that the zone skipped, is no progress.
        until = min(max(at, midnight(zone, day)), end)
        if held is not None and held.kind is kind:
            held = Step(kind, held.start, until)
        elif at < until:
            if held is not None:
                yield held
            held = Step(kind, at, until)
        at = until
    if held is not None:
        yield held
