"""The account of a limit in working days: which days are counted, and what pauses add to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from svcrules.outlook.account import Account, Stage
from svcrules.report.due.hours import Hours
from svcrules.report.due.sayings import FOLDED_FROM, HELD, Line, Sayings
from svcrules.report.language import Language, days_between, moment, short_day, span


class Days:
    def __init__(self, account: Account, say: Sayings, hours: Hours, language: Language) -> None:
        self._account = account
        self._say = say
        self._hours = hours
        self._language = language
        self._calendar = account.allowance.calendar
        self._zone = self._calendar.zone

    def lines(self) -> Iterator[Line]:
        pick, days = self._language.pick, self._account.days
        started = self._say.local(self._account.run.started)
        yield Line(started, pick("day of the start, not counted", "起始日，不计入"))
        index, previous = 0, started.date()
        while index < len(days):
            yield from self._between(previous, days[index])
            count = self._run_of_days(index)
            shown = count if count >= FOLDED_FROM else 1
            yield self._counted(index, shown)
            previous = days[index + shown - 1]
            index += shown
        yield from self._added()

    def _run_of_days(self, index: int) -> int:
        """Return how many working days follow each other there with nothing but weekly closing between them."""
        days, count = self._account.days, 1
        while index + count < len(days) - 1:
            before, day = days[index + count - 1], days[index + count]
            skipped = range(before.toordinal() + 1, day.toordinal())
            if any(self._calendar.is_day_off(date.fromordinal(number)) for number in skipped):
                break
            if day in self._calendar.shifts or before in self._calendar.shifts:
                break
            count += 1
        return count

    def _counted(self, index: int, count: int) -> Line:
        pick, days = self._language.pick, self._account.days
        day, of = days[index], len(days)
        at = datetime.combine(day, datetime.min.time(), self._zone)
        if count > 1:
            until = short_day(days[index + count - 1], self._language)
            text = pick(
                f"working days {index + 1} to {index + count} of {of}, until {until}",
                f"第{index + 1}至{index + count}个工作日（共{of}个），至{until}",
            )
            return Line(at, text, timed=False)
        text = pick(f"working day {index + 1} of {of}", f"第{index + 1}个工作日（共{of}个）")
        shift = self._calendar.shifts.get(day)
        if shift is not None:
            text += self._say.make_up(shift)
        end = self._account.end_of_days
        if index + 1 == of and end is not None:
            until = moment(self._say.local(end), self._language, day)
            text += pick(f", ends {until}", f"，{until}止")
        return Line(at, text, timed=False)

    def _between(self, before: date, day: date) -> Iterator[Line]:
        """Yield the days off and the closed days between two working days."""
        skipped = [date.fromordinal(number) for number in range(before.toordinal() + 1, day.toordinal())]
        for off, group in groupby(skipped, key=self._calendar.is_day_off):
            several = list(group)
            days = days_between(several[0], several[-1], self._language)
            at = datetime.combine(several[0], datetime.min.time(), self._zone)
            one = len(several) == 1
            what = (
                self._language.pick("day off" if one else "days off", "休息日")
                if off
                else self._language.pick("closed", "不上班")
            )
            shown = days if not one else ""
            titles = self._say.holidays(several[0], several[-1]) if off else ""
            text = f"{what}{self._language.pick(': ', '：') if shown else ''}{shown}{titles}"
            yield Line(at, text, timed=False)

    def _added(self) -> Iterator[Line]:
        """Yield what pauses add to the working days: when they held the clock, and what makes up for it."""
        pick, account = self._language.pick, self._account
        held = [stage for stage in account.stages if stage.part in HELD]
        yield from (Line(self._say.local(stage.start), self._say.stage(stage)) for stage in held)
        end = account.end_of_days
        if not held or end is None or account.due is None or account.due <= end:
            return
        made_up = [self._after(stage, end) for stage in account.stages if stage.end > end and stage.part not in HELD]
        time = span(sum((stage.worked for stage in made_up), timedelta()), self._language)
        text = pick(
            f"the working days are over; {time} of them passed while the clock did not run, and are made up",
            f"工作日已满；其中{time}时钟未走，顺延补足",
        )
        yield Line(self._say.local(end), text)
        yield from self._hours.lines(made_up)

    def _after(self, stage: Stage, instant: datetime) -> Stage:
        """Return what of the stage comes after the instant."""
        if stage.start >= instant:
            return stage
        worked = self._calendar.working_between(instant, stage.end)
        return stage._replace(start=instant, worked=worked)
