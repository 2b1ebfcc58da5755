"""Limits of clocks and duties with one change."""

from __future__ import annotations

from collections.abc import Iterator

from svcrules.casefile.mutate.amounts import other_durations, other_percent, with_, without
from svcrules.language.model import Policy
from svcrules.language.timed import Limit
from svcrules.time.calendar import DayEnd


def changed_limits(limit: Limit, policy: Policy) -> Iterator[tuple[str, Limit]]:
    """Yield the limit with each single change, and what was changed."""
    for within in other_durations(limit.within):
        yield f"within {limit.within} -> {within}", limit._replace(within=within)
    calendar = other_calendar(limit.calendar, policy)
    if calendar is not None:
        yield f"calendar {limit.calendar} -> {calendar}", limit._replace(calendar=calendar)
    if limit.within.working_days:
        day_end = DayEnd.SAME_TIME if limit.day_end is DayEnd.CLOSING else DayEnd.CLOSING
        yield f"day_end {limit.day_end} -> {day_end}", limit._replace(day_end=day_end)
    for index, percent in enumerate(limit.warn_at):
        yield f"warn_at {percent}% removed", limit._replace(warn_at=without(limit.warn_at, index))
        other = other_percent(percent)
        if other not in limit.warn_at:
            yield f"warn_at {percent}% -> {other}%", limit._replace(warn_at=with_(limit.warn_at, index, other))
    if limit.not_before is not None:
        yield "not_before removed", limit._replace(not_before=None)
        for not_before in other_durations(limit.not_before):
            yield f"not_before {limit.not_before} -> {not_before}", limit._replace(not_before=not_before)


def other_calendar(name: str, policy: Policy) -> str | None:
    """Return the first calendar that counts otherwise."""
    calendars = policy.timing.calendars
    this = calendars[name]
    return next(
        (
            other.name
            for other in calendars.values()
            if (other.calendar, other.boundary) != (this.calendar, this.boundary)
        ),
        None,
    )
