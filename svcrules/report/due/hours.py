"""The account of working time: which hours were used, and what was closed between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from svcrules.outlook.account import Account, Part, Stage
from svcrules.report.due.sayings import FOLDED_FROM, HELD, Line, Sayings
from svcrules.report.language import Language, days_between, moment, short_day, span, time_of_day


class Hours:
    def __init__(self, account: Account, say: Sayings, language: Language) -> None:
        self._account = account
        self._say = say
        self._language = language

    def lines(self, stages: Sequence[Stage]) -> Iterator[Line]:
        days = [list(group) for _, group in groupby(stages, key=self._day_of_stage)]
        index = 0
        while index < len(days):
            equal = self._equal_from(days, index)
            if equal >= FOLDED_FROM:
                yield self._folded(days[index : index + equal])
            else:
                equal = 1
                yield from self._of_day(days[index])
            index += equal

    def _day_of_stage(self, stage: Stage) -> date:
        return self._say.local(stage.start).date()

    def _equal_from(self, days: list[list[Stage]], index: int) -> int:
        """Return how many days from there on are equal: used to the end by the same hours, nothing else in between."""
        count = 0
        pattern = self._pattern(days[index])
        busy = {self._say.local(mark.at).date() for mark in self._account.marks}
        while pattern is not None and index + count < len(days):
            day = days[index + count]
            if self._pattern(day) != pattern or self._day_of_stage(day[0]) in busy:
                break
            count += 1
        # The last day is where the limit runs out.
        return count - 1 if index + count == len(days) else count

    def _pattern(self, day: list[Stage]) -> tuple[tuple[str, str], ...] | None:
        if any(stage.part in (*HELD, Part.DAY_OFF) for stage in day):
            return None
        return (
            tuple(
                (time_of_day(self._say.local(stage.start)), time_of_day(self._say.local(stage.end)))
                for stage in day
                if stage.part is Part.OPEN
            )
            or None
        )

    def _folded(self, days: list[list[Stage]]) -> Line:
        pick = self._language.pick
        last = days[-1][-1]
        time = span(sum((stage.worked for day in days for stage in day), timedelta()), self._language)
        until = short_day(self._day_of_stage(days[-1][0]), self._language)
        text = pick(
            f"{len(days)} days with the same hours, until {until}: {time} used",
            f"至{until}共{len(days)}天，时段相同：用{time}",
        )
        return Line(self._say.local(days[0][0].start), text + self._say.so_far(last), timed=False)

    def _of_day(self, stages: list[Stage]) -> Iterator[Line]:
        for part, group in groupby(stages, key=lambda stage: stage.part in (Part.CLOSED, Part.DAY_OFF)):
            several = list(group)
            if part:
                yield from self._closed(several)
            else:
                yield from (Line(self._say.local(stage.start), self._say.stage(stage)) for stage in several)

    def _closed(self, stages: list[Stage]) -> Iterator[Line]:
        for stage in stages:
            start, end = self._say.local(stage.start), self._say.local(stage.end)
            pick = self._language.pick
            if stage.part is Part.DAY_OFF:
                last = self._say.local(stage.end - timedelta(microseconds=1)).date()
                days = days_between(start.date(), last, self._language)
                what = pick("day off", "休息日") if start.date() == last else pick("days off", "休息日")
                yield Line(
                    start, f"{what}{pick(': ', '：')}{days}{self._say.holidays(start.date(), last)}", timed=False
                )
            else:
                until = moment(end, self._language, start.date())
                yield Line(start, pick(f"closed until {until}", f"非工作时间，至{until}"))
