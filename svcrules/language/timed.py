"""The part of a policy that is about time, as meant: calendars, clocks, limits, ladders, duties, closing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from svcrules.diagnostics import Span
from svcrules.language.model import Condition, Owner, Table, Title
from svcrules.time.calendar import Boundary, Calendar, DayEnd
from svcrules.time.duration import Duration

_NO_TITLES: Mapping[date, Title] = {}


class PolicyCalendar(NamedTuple):
    """`boundary` says when a budget is due that ends exactly at closing time; `titles` are those of days off."""

    name: str
    calendar: Calendar
    boundary: Boundary = Boundary.CLOSING
    title: Title | None = None
    note: str | None = None
    titles: Mapping[date, Title] = _NO_TITLES


class OnReopen(StrEnum):
    """What `reopened` does to a clock that has ended."""

    STAY = "stay"
    RESUME = "resume"
    RESTART = "restart"


class OnLimitChange(StrEnum):
    RECOMPUTE = "recompute"
    KEEP = "keep"
    RESTART = "restart"


class Pause(NamedTuple):
    """The event types that begin a pause, and those that end it."""

    begins: tuple[str, ...]
    ends: tuple[str, ...]


class Clock(NamedTuple):
    """
    What starts, stops and pauses the time that is measured.

    The clock of a duty (`duty`) begins anew with each event of `starts` once it has ended; `closed` and `cancelled` do
    not end it.
    """

    name: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    pauses: tuple[Pause, ...] = ()
    restarts: tuple[str, ...] = ()
    on_reopen: OnReopen = OnReopen.STAY
    on_limit_change: OnLimitChange = OnLimitChange.RECOMPUTE
    title: Title | None = None
    note: str | None = None
    cites: tuple[str, ...] = ()
    duty: bool = False
    span: Span | None = None


class Limit(NamedTuple):
    """How long a clock may run; `warn_at` are percentages, rising, from 1 to 99."""

    within: Duration
    calendar: str
    day_end: DayEnd = DayEnd.CLOSING
    warn_at: tuple[int, ...] = ()
    not_before: Duration | None = None


class Hinge(StrEnum):
    """What the due time of a step hangs on."""

    START = "start"
    PERCENT = "percent"
    BREACH = "breach"


class Moment(NamedTuple):
    """
    When a step is due: `offset` after the hinge, or before it.

    `clock` is given for PERCENT and BREACH, `percent` (1 to 99) for PERCENT, which has no offset.
    """

    hinge: Hinge
    clock: str | None = None
    percent: int = 0
    offset: Duration = Duration()
    before: bool = False


class Step(NamedTuple):
    """
    A step of a ladder: due at a moment (`at`), or fired by events (`upon`); the other is None or empty.

    It fires `up_to` times in all, `repeat` apart. `calendar` is None where the clock's own counts, or none is needed.
    """

    id: str
    at: Moment | None
    upon: tuple[str, ...]
    when: Condition | None = None
    to: Owner | None = None
    kind: str | None = None
    notify: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    repeat: Duration | None = None
    up_to: int = 1
    calendar: str | None = None
    title: Title | None = None
    note: str | None = None
    cites: tuple[str, ...] = ()
    span: Span | None = None


class Ladder(NamedTuple):
    """Steps that are taken while `when` holds; `when` is an empty `All` where the ladder is for every case."""

    id: str
    when: Condition
    steps: tuple[Step, ...]
    title: Title | None = None
    note: str | None = None
    cites: tuple[str, ...] = ()
    span: Span | None = None


class Duty(NamedTuple):
    """
    What is owed after an event of `upon`.

    At most one of `limit` and `keep` is given: with `limit` there is a clock of the duty's id, which the events of
    `done_by` stop; with `keep` a record is kept so long, or deleted by then (`at_most`).
    """

    id: str
    title: Title
    upon: tuple[str, ...]
    when: Condition
    by: str | None = None
    limit: Limit | None = None
    done_by: tuple[str, ...] = ()
    keep: Duration | None = None
    at_most: bool = False
    note: str | None = None
    cites: tuple[str, ...] = ()
    span: Span | None = None


class ClosingRule(NamedTuple):
    """What must hold before a case may close: a condition, events that must have happened since it was last opened."""

    id: str
    title: Title
    when: Condition
    needs: Condition | None = None
    after: tuple[str, ...] = ()
    refuse: bool = True
    note: str | None = None
    cites: tuple[str, ...] = ()
    span: Span | None = None


class Timing(NamedTuple):
    """`clocks` holds those of duties as well; `limits` a table for each clock that has rules, its default None."""

    calendars: Mapping[str, PolicyCalendar]
    clocks: Mapping[str, Clock]
    limits: Mapping[str, Table[Limit | None]]
    ladders: tuple[Ladder, ...]
    duties: tuple[Duty, ...]
    closing: tuple[ClosingRule, ...]
