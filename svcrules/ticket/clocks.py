"""The clocks of a ticket: what an event does to each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from svcrules.decision import ClockDecision, Reason
from svcrules.evaluators.program import Plan, Program
from svcrules.evaluators.ticket import Ticket
from svcrules.evaluators.verdict import LimitChoice
from svcrules.language.timed import Clock, OnLimitChange, OnReopen
from svcrules.state import Entry
from svcrules.time.calendar import Calendar
from svcrules.time.clock import ClockState, Run, Spending, begun, ended, paused, reached, reopened, resumed, used

Figure = TypeVar("Figure")


class Measured:
    """
    A clock of a ticket; it means the same for ever.

    `choice` is the limit in force since `since`; both are None where it has none. `budget` is the working time that it
    may use, `due` its deadline (see `Spending.due`), `breach` when the limit is used up (see `Spending.reached`),
    `warnings` when each share is at which somebody is warned. They are None where there is no limit, or where they lie
    beyond the year 9999. `before` is the same clock with the same limit as it was.
    """

    __slots__ = ("_spending", "breach", "budget", "choice", "due", "run", "shown", "since", "warnings")

    def __init__(
        self, run: Run, choice: LimitChoice | None, since: datetime | None, before: Measured | None = None
    ) -> None:
        self.run = run
        self.choice = choice
        self.since = since
        self._spending: Spending | None = None
        # What `measure` made of it, with the zone: most events leave most clocks as they are.
        self.shown: tuple[ZoneInfo, ClockDecision] | None = None
        self.budget: timedelta | None = None
        self.due: datetime | None = None
        self.breach: datetime | None = None
        self.warnings: tuple[tuple[int, datetime | None], ...] = ()
        if choice is not None:
            self._reckon(run, choice, before._spending if before is not None else None)

    def _reckon(self, run: Run, choice: LimitChoice, known: Spending | None) -> None:
        percents = choice.limit.warn_at
        try:
            self._spending = spending = Spending(run, choice.allowance, known)
        except OverflowError:
            self.warnings = tuple((percent, None) for percent in percents)
            return
        self.budget = spending.budget
        try:
            self.breach = spending.reached()
            self.due = self.breach if self.breach is not None else spending.due()
            self.warnings = tuple([(percent, spending.reached(percent)) for percent in percents])
        except OverflowError:
            # Some of it may lie before the year 9999.
            self.breach, self.due = self.share_used(100), _known(spending.due)
            self.warnings = tuple((percent, self.share_used(percent)) for percent in percents)

    def used(self, now: datetime, calendar: Calendar) -> timedelta:
        """Return the working time used until now."""
        return self._spending.used(now) if self._spending is not None else used(self.run, calendar, now)

    def share_used(self, percent: int) -> datetime | None:
        """Return when so much of the limit is used, None where there is none."""
        spending = self._spending
        return _known(lambda: spending.reached(percent)) if spending is not None else None


def _known(figure: Callable[[], Figure | None]) -> Figure | None:
    try:
        return figure()
    except OverflowError:
        return None


Held = Mapping[str, frozenset[int]]
"""The pauses that have begun and not ended, by clock and number, whether the clock runs or not."""

_NO_PAUSES: frozenset[int] = frozenset()


def held_after(plan: Plan, held: Held, entry: Entry) -> Held:
    """
    Return the pauses after the event.

    What opens a case again, or begins a clock anew, ends those that were left, before it begins one itself.
    """
    if entry.type == "reopened":
        held = {}
    if not plan.holding:
        return held
    after = dict(held)
    for name, clock in plan.holding.items():
        if entry.type in clock.restarts:
            after.pop(name, None)
        for number, pause in enumerate(clock.pauses):
            if entry.type in pause.ends:
                after[name] = after.get(name, _NO_PAUSES) - {number}
            if entry.type in pause.begins:
                after[name] = after.get(name, _NO_PAUSES) | {number}
    return after


def clocks_after(
    program: Program,
    plan: Plan,
    clocks: Mapping[str, Measured],
    held: Held,
    entry: Entry,
    ticket: Ticket,
    limits: Mapping[str, LimitChoice],
) -> Mapping[str, Measured]:
    """
    Return the clocks after the event; those that have not started are not among them.

    Where the event changes nothing, they are the very mapping of before.
    """
    measured = dict(clocks)
    owed = _owed(program, plan, entry, ticket)
    specs = program.policy.timing.clocks
    for name, old in clocks.items():
        choice = limits.get(name)
        # Other clocks can only have another limit than before.
        if name not in plan.clocks and choice is not old.choice and old.run.is_live and not specs[name].duty:
            measured[name] = _limited(specs[name], old, old.run, choice, entry.time)
    for name, clock in plan.clocks.items():
        before = measured.get(name)
        if clock.duty:
            new = _after_duty(clock, before, entry, owed.get(name))
        else:
            new = _after_clock(clock, before, held.get(name, _NO_PAUSES), entry, limits.get(name))
        if new is not None:
            measured[name] = new
    if len(measured) == len(clocks) and all(measured[name] is old for name, old in clocks.items()):
        return clocks
    return measured


def _after_clock(
    clock: Clock,
    old: Measured | None,
    pauses: frozenset[int],
    entry: Entry,
    choice: LimitChoice | None,
) -> Measured | None:
    at = entry.time
    if old is None:
        return _measured(_begun(at, None, pauses), choice, at) if entry.type in clock.starts else None
    run = _run_after(clock, old, pauses, entry)
    if run.number != old.run.number:
        return _measured(run, choice, at)
    if not run.is_live:
        return _with_run(old, run)
    return _limited(clock, old, run, choice, at)


def _run_after(clock: Clock, old: Measured, pauses: frozenset[int], entry: Entry) -> Run:
    run, at, type_ = old.run, entry.time, entry.type
    if type_ in clock.restarts and run.state is not ClockState.CANCELLED:
        return _begun(at, run, pauses)
    if not run.is_live:
        return _run_reopened(clock, run, at, pauses) if type_ == "reopened" else run
    if type_ == "cancelled":
        return ended(run, at, ClockState.CANCELLED)
    stops = not _too_early(old, at) if type_ in clock.stops else type_ == "closed" and type_ not in clock.starts
    return ended(run, at, ClockState.STOPPED) if stops else _run_held(run, at, pauses)


def _run_held(run: Run, at: datetime, pauses: frozenset[int]) -> Run:
    """Return the live clock as these pauses hold it, and no others."""
    if pauses == run.pauses:
        return run
    for pause in sorted(pauses - run.pauses):
        run = paused(run, at, pause)
    for pause in sorted(run.pauses - pauses):
        run = resumed(run, at, pause)
    return run


def _begun(at: datetime, before: Run | None, pauses: frozenset[int]) -> Run:
    return _run_held(begun(at, before), at, pauses)


def _run_reopened(clock: Clock, run: Run, at: datetime, pauses: frozenset[int]) -> Run:
    match clock.on_reopen:
        case OnReopen.RESUME:
            return _run_held(reopened(run, at), at, pauses)
        case OnReopen.RESTART:
            return _begun(at, run, pauses)
    return run


def _too_early(old: Measured, at: datetime) -> bool:
    """Say whether the window for the stop has not opened yet."""
    opens = opening_of_window(old)
    return opens is not None and at < opens


def opening_of_window(measured: Measured) -> datetime | None:
    """Return the instant before which stops of the clock do not count, if there is one."""
    if measured.choice is None or measured.choice.limit.not_before is None:
        return None
    allowance = measured.choice.allowance._replace(within=measured.choice.limit.not_before)
    return reached(begun(measured.run.started), allowance)


def _limited(clock: Clock, old: Measured, run: Run, choice: LimitChoice | None, at: datetime) -> Measured:
    """Return the live clock with its limit, which may have changed."""
    if choice is not None and old.choice is not None and choice.limit == old.choice.limit:
        return _with_run(old, run) if choice == old.choice else Measured(run, choice, old.since, old)
    if choice is None and old.choice is None:
        return _with_run(old, run)
    match clock.on_limit_change:
        case OnLimitChange.KEEP if old.choice is not None:
            return _with_run(old, run)
        case OnLimitChange.RESTART if choice is not None:
            return _measured(_begun(at, run, run.pauses), choice, at)
    return _measured(run, choice, at)


def _with_run(old: Measured, run: Run) -> Measured:
    return old if run is old.run else Measured(run, old.choice, old.since, old)


def _measured(run: Run, choice: LimitChoice | None, at: datetime) -> Measured:
    return Measured(run, choice, at if choice is not None else None)


def _owed(program: Program, plan: Plan, entry: Entry, ticket: Ticket) -> dict[str, LimitChoice]:
    """Return the limits of the duties with a clock that the event brings."""
    owed = {}
    for duty, when in plan.duties:
        if duty.limit is not None and when.holds(ticket):
            reason = Reason("duties", duty.id, str(duty.limit.within), when.because(ticket), duty.cites)
            owed[duty.id] = LimitChoice(duty.limit, program.allowance(duty.limit), reason)
    return owed


def _after_duty(clock: Clock, old: Measured | None, entry: Entry, owed: LimitChoice | None) -> Measured | None:
    live = old is not None and old.run.is_live
    if owed is not None and not live:
        return Measured(begun(entry.time, old.run if old else None), owed, entry.time)
    if old is not None and live and entry.type in clock.stops and not _too_early(old, entry.time):
        return _with_run(old, ended(old.run, entry.time, ClockState.STOPPED))
    return old
