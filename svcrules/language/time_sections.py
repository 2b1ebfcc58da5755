"""The sections about time, and what they say of each other: clocks without a limit, steps that are never due."""

from __future__ import annotations

from collections.abc import Mapping as Map

from svcrules.language.clocks import read_clocks
from svcrules.language.closing import read_closing
from svcrules.language.context import Context, declared_in
from svcrules.language.document import Mapping
from svcrules.language.duties import clock_of, read_duties, timed_duties
from svcrules.language.ladders import read_escalation
from svcrules.language.limits import read_time_limits
from svcrules.language.model import Table
from svcrules.language.timed import Clock, Duty, Ladder, Limit, PolicyCalendar, Timing


def read_timing(whole: Mapping, calendars: Map[str, PolicyCalendar], context: Context) -> Timing:
    """Return the part of the policy that is about time; all results of tables are fields in `context` by now."""
    context.clocks = declared_in(whole.get("clocks"))
    clocks = read_clocks(whole.get("clocks"), context)
    limits = read_time_limits(whole.get("time_limits"), context)
    duties = read_duties(whole.get("duties"), context)
    if context.clocks is not None:
        _check_names(duties, context.clocks, context)
        context.clocks |= timed_duties(whole.get("duties"))
    ladders = read_escalation(whole.get("escalation"), context)
    closing = read_closing(whole.get("closing"), context)
    if not context.shape.broken(("time_limits",)) and not context.shape.broken(("clocks",)):
        _check_limits(clocks, limits, ladders, context)
    of_duties = {duty.id: clock_of(duty) for duty in duties if duty.limit is not None}
    return Timing(calendars, clocks | of_duties, limits, ladders, duties, closing)


def _check_names(duties: tuple[Duty, ...], clocks: frozenset[str], context: Context) -> None:
    for duty in duties:
        if duty.id in clocks and duty.span is not None:
            message = f"duty `{duty.id}` has the name of a clock"
            context.report("SR310", message, duty.span, "rename one of them: steps name both in `breach of ...`")


def _check_limits(
    clocks: Map[str, Clock], limits: Map[str, Table[Limit | None]], ladders: tuple[Ladder, ...], context: Context
) -> None:
    """Report clocks without a limit: at the steps that hang on them, or at the clock where there are none."""
    unlimited = {name: clock for name, clock in clocks.items() if name not in limits}
    waiting: set[str] = set()
    for step in (step for ladder in ladders for step in ladder.steps):
        clock = step.at.clock if step.at is not None else None
        if clock in unlimited and clock is not None and step.span is not None:
            waiting.add(clock)
            message = f"step `{step.id}` is never due: no rule of `time_limits` is for the clock `{clock}`"
            context.report("SR408", message, step.span, f"add a rule for `{clock}` to `time_limits`")
    for name, clock_ in unlimited.items():
        if name not in waiting and clock_.span is not None:
            message = f"no rule of `time_limits` is for the clock `{name}`"
            context.report("SR407", message, clock_.span, "add one, or delete the clock")
