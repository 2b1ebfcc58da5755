"""Measure: a clock of a ticket as a decision shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from svcrules.decision import ClockDecision
from svcrules.evaluators.verdict import LimitChoice
from svcrules.ticket.clocks import Measured, opening_of_window
from svcrules.time.clock import Run, verdict
from svcrules.time.writing import written


def measure(name: str, measured: Measured, choice: LimitChoice, now: datetime, zone: ZoneInfo) -> ClockDecision:
    """Return the clock with its limit as it stands at `now`; instants are written in the zone."""
    run, limit, calendar = measured.run, choice.limit, choice.allowance.calendar
    deadline, total = measured.due, measured.budget
    spent = measured.used(now, calendar) if now > run.started else _NONE
    opens = opening_of_window(measured)
    return ClockDecision(
        clock=name,
        state=run.state,
        verdict=verdict(run, deadline, now),
        rule=choice.reason.rule,
        limit=str(limit.within),
        calendar=limit.calendar,
        started=written(run.started, zone),
        ended=None if run.is_live else written(run.since, zone),
        not_before=written(opens, zone) if opens is not None else None,
        due=written(deadline, zone) if deadline is not None else None,
        warnings=tuple((percent, written(at, zone)) for percent, at in measured.warnings if at is not None),
        pauses=tuple((written(begins, zone), written(ends, zone) if ends else None) for begins, ends in _pauses(run)),
        used=_seconds(spent.total_seconds()),
        left=_seconds((total - spent).total_seconds()) if total is not None else None,
        beyond_calendar=deadline is not None and not calendar.covered(deadline),
    )


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
