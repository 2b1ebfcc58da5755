"""The upper part of a picture: heading, ticks of the axis, days off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from svcrules.evaluators.program import Program
from svcrules.language.model import Title
from svcrules.outlook.simulation import Simulation
from svcrules.report.language import Language, moment
from svcrules.report.picture.axis import Axis
from svcrules.report.picture.svg import element, label, number, text_width
from svcrules.time.zone import midnight

AXIS_AT = 116.0
"""Where the rows begin."""


def heading(simulation: Simulation, language: Language, title: Title | None) -> str:
    if title is not None:
        return language.of(title)
    return language.pick(f"Ticket {simulation.ticket}", f"工单 {simulation.ticket}")


def subheading(simulation: Simulation, program: Program, language: Language) -> str:
    policy, zone = program.policy, program.zone
    begins = simulation.start.astimezone(zone)
    start, end = moment(begins, language), moment(simulation.end.astimezone(zone), language, begins.date())
    titled = language.of(policy.title)
    return language.pick(
        f"Ticket {simulation.ticket} · {titled}, policy {policy.name} {policy.version} · {start} to {end}"
        f" ({policy.timezone}) · what falls due if nobody does more",
        f"工单 {simulation.ticket} · {titled}，策略 {policy.name} {policy.version} · {start}至{end}"
        f"（{policy.timezone}） · 此后无人处理时将到期的事项",
    )


def ticks(axis: Axis, language: Language, bottom: float) -> Iterator[str]:
    """Yield the lines down to `bottom` and their texts above the rows."""
    following = axis.right
    for tick in reversed(list(axis.ticks(language))):
        x = axis.x(tick.at)
        down = f"M{number(x)} {number(AXIS_AT)}V{number(bottom)}"
        yield element("path", d=down, class_="week" if tick.strong else "day")
        upper, lower = ("quiet", "strong") if axis.is_daily else ("strong", "quiet")
        # A day of which only its last hour is shown has no room for its name.
        if tick.upper and x + 3 + text_width(tick.upper, 11) < following:
            yield label(x + 3, AXIS_AT - 19, tick.upper, upper)
            following = x
        if tick.lower:
            yield label(x + 3, AXIS_AT - 6, tick.lower, lower)
    for y in (AXIS_AT, bottom):
        yield element("path", d=f"M{number(axis.left)} {number(y)}H{number(axis.right)}", class_="line")


def days_off(axis: Axis, simulation: Simulation, program: Program, language: Language) -> Iterator[str]:
    """Yield bands for the days off of the calendars in use, with their titles above the axis."""
    if not axis.is_daily:
        return
    titles = _titles(simulation, program)
    first, last = axis.start.astimezone(axis.zone).date(), axis.end.astimezone(axis.zone).date()
    days = [date.fromordinal(each) for each in range(first.toordinal(), last.toordinal())]
    for title, group in groupby(days, key=titles.get):
        if title is None:
            continue
        several = list(group)
        left = axis.x(midnight(axis.zone, several[0]))
        right = axis.x(midnight(axis.zone, several[-1] + timedelta(days=1)))
        name = language.of(title)
        yield element("rect", x=left, y=AXIS_AT - 45, width=right - left, height=14, class_="off")
        if text_width(name, 10) < right - left:
            yield label((left + right) / 2, AXIS_AT - 34.5, name, "off-name", text_anchor="middle")


def _titles(simulation: Simulation, program: Program) -> dict[date, Title]:
    calendars = program.policy.timing.calendars
    used = dict.fromkeys(clock.calendar for clock in simulation.clocks)
    return {day: title for name in used for day, title in calendars[name].titles.items()}
