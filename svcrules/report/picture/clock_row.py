"""The row of a clock: its bar, closed hours behind it, warnings, deadline, breach and end; and what it comes to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime

from svcrules.decision import ClockDecision
from svcrules.evaluators.program import Program
from svcrules.outlook.simulation import Simulation
from svcrules.report.language import Language, moment, short_day, time_of_day
from svcrules.report.picture import marks
from svcrules.report.picture.axis import Axis
from svcrules.report.picture.bars import Bar, End, Look, bars, ends
from svcrules.report.picture.row import Row
from svcrules.report.picture.svg import boxes, label, text_width, with_tooltip
from svcrules.report.speaker import Speaker
from svcrules.report.titles import Titles
from svcrules.report.wrapping import wrapped
from svcrules.time.clock import Verdict

_HEIGHT = 42.0
_BAR = 13.0
_TO_BAR = 14.0
_NAME_COLUMNS = 34
_LEAST_BETWEEN_WARNINGS = 34.0
_LOOKS = {Look.RUNNING: ("idle", "used"), Look.LATE: ("late-idle", "late")}


class ClockRows:
    """Draws clocks of a simulation on the axis."""

    def __init__(self, simulation: Simulation, program: Program, language: Language, axis: Axis) -> None:
        self._simulation = simulation
        self._program = program
        self._language = language
        self._axis = axis
        self._titles = Titles(program.policy, language)
        self._speaker = Speaker(self._titles, language, program.zone)

    def row(self, clock: ClockDecision, top: float, left: float) -> Row:
        name = list(wrapped(self._titles.clock(clock.clock), _NAME_COLUMNS))
        bottom = top + max(_HEIGHT, 16.0 * len(name) + 18)
        drawn = [label(left, top + 16 + 14 * index, line, "name") for index, line in enumerate(name)]
        drawn.append(label(left, top + 16 + 14 * len(name), self._limit(clock), "small"))
        behind = [boxes(self._closed(clock, top, bottom), "closed")]
        shown = bars(self._simulation, clock.clock)
        drawn += (self._bar(clock, bar, top + _TO_BAR) for bar in shown)
        drawn += self._warnings(clock, top + _TO_BAR + _BAR + 2)
        drawn += self._due(clock, top + _TO_BAR)
        ended = ends(self._simulation, clock.clock)
        drawn += (self._end(end, top + _TO_BAR + _BAR / 2) for end in ended)
        right = self._axis.right
        for index, (text, class_) in enumerate(self._outcome(clock)):
            drawn.append(label(self._axis.right + 12, top + 18 + 15 * index, text, class_))
            right = max(right, self._axis.right + 12 + text_width(text, 11))
        return Row(behind, drawn, bottom, right)

    def _limit(self, clock: ClockDecision) -> str:
        return f"{self._speaker.limit(clock)} · {self._titles.calendar(clock.calendar)}"

    def _closed(self, clock: ClockDecision, top: float, bottom: float) -> Iterator[tuple[float, float, float, float]]:
        axis, at = self._axis, self._axis.start
        calendar = self._program.policy.timing.calendars[clock.calendar].calendar
        for opens, closes in (*calendar.periods(axis.start, axis.end), (axis.end, axis.end)):
            if at < opens:
                yield axis.x(at), top + 1, axis.x(opens) - axis.x(at), bottom - top - 2
            at = closes

    def _bar(self, clock: ClockDecision, bar: Bar, top: float) -> str:
        """Return the bar, with the working hours in it darker."""
        axis = self._axis

        def box(start: datetime, end: datetime) -> tuple[float, float, float, float]:
            # What is short can still be seen.
            return axis.x(start), top, max(axis.x(end) - axis.x(start), 0.7), _BAR

        if bar.look is Look.PAUSED:
            return with_tooltip(boxes([box(bar.start, bar.end)], "paused"), self._tooltip(clock, bar))
        idle, used = _LOOKS[bar.look]
        calendar = self._program.policy.timing.calendars[clock.calendar].calendar
        worked = (box(opens, closes) for opens, closes in calendar.periods(bar.start, bar.end))
        shown = boxes([box(bar.start, bar.end)], idle) + boxes(worked, used)
        return with_tooltip(shown, self._tooltip(clock, bar))

    def _tooltip(self, clock: ClockDecision, bar: Bar) -> str:
        pick = self._language.pick
        look = {
            Look.RUNNING: pick("running", "计时中"),
            Look.LATE: pick("late", "超时"),
            Look.PAUSED: pick("paused", "暂停"),
        }[bar.look]
        start, end = self._moment(bar.start), self._moment(bar.end)
        return f"{self._titles.clock(clock.clock)}{pick(': ', '：')}{look}{pick(', ', '，')}{start} – {end}"

    def _moment(self, at: datetime) -> str:
        """Return the instant with its day, if the axis has several of them, and its year where it is another."""
        local, start = at.astimezone(self._axis.zone), self._axis.start.astimezone(self._axis.zone).date()
        if local.date() == start and self._axis.is_daily:
            return f"{short_day(start, self._language)} {time_of_day(local)}"
        return moment(local, self._language, start)

    def _warnings(self, clock: ClockDecision, y: float) -> Iterator[str]:
        pick, title = self._language.pick, self._titles.clock(clock.clock)
        following = math.inf
        for percent, at in reversed(list(self._warned(clock))):
            x = self._axis.x(at)
            shown = marks.triangle(x, y, "warning")
            if following - x >= _LEAST_BETWEEN_WARNINGS:
                shown += label(x + 6, y + 8, f"{percent}%", "small")
            following = x
            used = pick(f"{title}: {percent}% used, ", f"{title}：已用{percent}%，")
            yield with_tooltip(shown, used + self._moment(at))

    def _warned(self, clock: ClockDecision) -> Iterator[tuple[int, datetime]]:
        """Yield the warnings that were given."""
        for decision in self._simulation.decisions:
            for action in decision.actions:
                if action.do == "warn" and action.clock == clock.clock and action.percent and action.due:
                    yield action.percent, datetime.fromisoformat(action.due)

    def _due(self, clock: ClockDecision, top: float) -> Iterator[str]:
        if clock.due is not None:
            due = datetime.fromisoformat(clock.due)
            if due <= self._axis.end:
                text = self._language.pick("due ", "到期：") + self._moment(due)
                yield with_tooltip(marks.flag(self._axis.x(due), top - 5, top + _BAR + 3), text)
        for decision in self._simulation.decisions:
            for action in decision.actions:
                if action.do == "breach" and action.clock == clock.clock and action.due:
                    at = datetime.fromisoformat(action.due)
                    text = self._language.pick("breach ", "超时：") + self._moment(at)
                    yield with_tooltip(marks.cross(self._axis.x(at), top + _BAR / 2), text)

    def _end(self, end: End, y: float) -> str:
        pick, x = self._language.pick, self._axis.x(end.at)
        if end.verdict is Verdict.MET:
            shown, text = marks.circle(x, y, "met-mark", 6), pick("stopped in time ", "按时停止：")
        elif end.verdict is Verdict.BREACHED:
            shown, text = marks.circle(x, y, "breach-mark", 6), pick("stopped late ", "超时停止：")
        else:
            shown, text = marks.circle(x, y, "end-mark", 5), pick("ended or begun anew ", "终止或重新开始：")
        return with_tooltip(shown, text + self._moment(end.at))

    def _outcome(self, clock: ClockDecision) -> Iterator[tuple[str, str]]:
        pick = self._language.pick
        if clock.due is not None:
            yield pick("due ", "到期 ") + self._moment(datetime.fromisoformat(clock.due)), "strong"
        class_ = {"met": "good", "breached": "bad"}.get(clock.verdict or "", "quiet")
        parts = (self._speaker.verdict(clock), self._speaker.left(clock))
        yield pick(", ", "，").join(part for part in parts if part is not None), class_
