"""What is said of single stretches of time in the account of a deadline."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from svcrules.evaluators.program import Program
from svcrules.outlook.account import Account, Part, Stage
from svcrules.report.language import Language, moment, span
from svcrules.time.calendar import Weekday

HELD = (Part.PAUSED, Part.ENDED)
"""Stretches in which a clock does not run."""
FOLDED_FROM = 6
"""As many equal days in a row are one line."""


class Line(NamedTuple):
    """A line of the account: its instant, in the zone of the calendar, and what it says; of a whole day no time."""

    at: datetime
    text: str
    timed: bool = True


class Sayings:
    def __init__(self, account: Account, program: Program, language: Language) -> None:
        self._account = account
        self._language = language
        self._named = program.policy.timing.calendars[account.choice.limit.calendar]
        self._calendar = account.allowance.calendar
        self._zone = self._calendar.zone

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)

    def stage(self, stage: Stage) -> str:
        pick = self._language.pick
        start, end = self.local(stage.start), self.local(stage.end)
        until = moment(end, self._language, start.date())
        time = span(stage.worked, self._language)
        match stage.part:
            case Part.OPEN:
                return (
                    pick(f"{time} used until {until}", f"至{until}，用{time}") + self.so_far(stage) + self.shift(start)
                )
            case Part.BREAK:
                return pick(f"break until {until}", f"休息至{until}")
            case Part.PAUSED:
                return pick(
                    f"paused until {until}: {time} of working time do not count",
                    f"暂停至{until}：其间{time}工作时间不计",
                )
        return pick(
            f"ended until {until}: {time} of working time do not count", f"停止至{until}：其间{time}工作时间不计"
        )

    def so_far(self, stage: Stage) -> str:
        used, total = span(stage.used, self._language), span(self._account.total, self._language)
        return self._language.pick(f" ({used} of {total})", f"（累计{used}/{total}）")

    def shift(self, start: datetime) -> str:
        """Return that the day is worked instead of another."""
        shift = self._calendar.shifts.get(start.date())
        first = not any(
            self.local(stage.start).date() == start.date()
            and self.local(stage.start) < start
            and stage.part is Part.OPEN
            for stage in self._account.stages
        )
        if shift is None or not first:
            return ""
        return self.make_up(shift)

    def make_up(self, shift: object) -> str:
        if isinstance(shift, Weekday):
            return self._language.pick(", a make-up working day", "，调休上班日")
        return self._language.pick(", a day with hours of its own", "，当日另有工作时间")

    def holidays(self, first: date, last: date) -> str:
        days = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
        titles = dict.fromkeys(self._language.of(title) for day in days if (title := self._named.titles.get(day)))
        if not titles:
            return ""
        named = self._language.pick(", ", "、").join(titles)
        return self._language.pick(f" ({named})", f"（{named}）")
