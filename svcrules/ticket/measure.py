"""Measure: a clock of a ticket as a decision shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from svcrules.decision import ClockDecision
from svcrules.evaluators.verdict import LimitChoice
from svcrules.ticket.clocks import Measured, opening_of_window
from svcrules.time.clock import Run, verdict
from svcrules.time.writing import written


def measure(name: str, measured: Measured, choice: LimitChoice, now: datetime, zone: ZoneInfo) -> ClockDecision:
    """
    Return the clock with its limit as it stands at `now`, which is not before it came into its state; instants are
    written in the zone.
    """
    known = measured.shown
    if known is None or known[0] is not zone:
        shown = _measured(name, measured, choice, now, zone)
        measured.shown = zone, shown
        return shown
    # What has ended stays as it is.
    return known[1]._replace(**_at(measured, choice, now)) if measured.run.is_live else known[1]


def _measured(name: str, measured: Measured, choice: LimitChoice, now: datetime, zone: ZoneInfo) -> ClockDecision:
    run, limit, calendar, deadline = measured.run, choice.limit, choice.allowance.calendar, measured.due
    opens = opening_of_window(measured)
    return ClockDecision(
        clock=name,
        state=run.state,
        rule=choice.reason.rule,
        limit=str(limit.within),
        calendar=limit.calendar,
        started=written(run.started, zone),
        ended=None if run.is_live else written(run.since, zone),
        not_before=written(opens, zone) if opens is not None else None,
        due=written(deadline, zone) if deadline is not None else None,
        warnings=tuple((percent, written(at, zone)) for percent, at in measured.warnings if at is not None),
        pauses=tuple((written(begins, zone), written(ends, zone) if ends else None) for begins, ends in _pauses(run)),
        beyond_calendar=deadline is not None and not calendar.covered(deadline),
        **_at(measured, choice, now),
    )


class _Changing(TypedDict):
    verdict: str | None
    used: float
    left: float | None


def _at(measured: Measured, choice: LimitChoice, now: datetime) -> _Changing:
    """Return what passes with time."""
    run, total = measured.run, measured.budget
    spent = measured.used(now, choice.allowance.calendar) if now > run.started else _NONE
    return {
        "verdict": verdict(run, measured.due, now),
        "used": _seconds(spent.total_seconds()),
        "left": _seconds((total - spent).total_seconds()) if total is not None else None,
    }


def _pauses(run: Run) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield the times since the start in which the clock did not run, and will again or has."""
    for earlier, later in zip(run.stretches, run.stretches[1:], strict=False):
        if earlier.end is not None and earlier.end < later.start:
            yield earlier.end, later.start
    last = run.stretches[-1].end
    if last is not None and (run.state == "paused" or last < run.since):
        yield last, None if run.is_live else run.since


_NONE = timedelta(0)


def _seconds(seconds: float) -> float:
    return int(seconds) if seconds == int(seconds) else seconds
