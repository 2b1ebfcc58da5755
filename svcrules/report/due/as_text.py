"""The account of a deadline for reading: limit, start, each stretch of time, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from svcrules.evaluators.program import Program
from svcrules.evaluators.verdict import LimitChoice
from svcrules.outlook.account import Account, Change, Mark
from svcrules.report.characters import columns
from svcrules.report.due.days import Days
from svcrules.report.due.hours import Hours
from svcrules.report.due.sayings import Line, Sayings
from svcrules.report.language import Language, limit, long_day, moment, short_day, span, time_of_day
from svcrules.report.titles import Titles
from svcrules.report.wrapping import padded, wrapped

_WIDTH = 109
_BEGINS = (Change.STARTED, Change.RESTARTED)


def as_text(account: Account, program: Program, ticket: str, language: Language) -> str:
    return "\n".join(line.rstrip() for line in _Story(account, program, ticket, language).lines()) + "\n"


class _Story:
    def __init__(self, account: Account, program: Program, ticket: str, language: Language) -> None:
        self._account = account
        self._ticket = ticket
        self._policy = program.policy
        self._language = language
        self._titles = Titles(program.policy, language)
        self._calendar = account.allowance.calendar
        self._zone = self._calendar.zone
        self._say = Sayings(account, program, language)
        self._hours = Hours(account, self._say, language)

    def lines(self) -> Iterator[str]:
        yield from self._heading()
        yield ""
        lines = self._body()
        days = [self._day(line.at.date()) for line in lines]
        room = max(map(columns, days), default=0)
        times = max((len(time_of_day(line.at)) for line in lines if line.timed), default=5)
        shown = ""
        for (at, text, timed), day in zip(lines, days, strict=True):
            margin = f"{padded(day if day != shown else '', room)}  {time_of_day(at) if timed else '':<{times}}  "
            for line in wrapped(text, _WIDTH - room - times - 4):
                yield margin + line
                margin = " " * (room + times + 4)
            shown = day
        yield ""
        yield from wrapped(self._end(), _WIDTH)

    def _day(self, day: date) -> str:
        """Return the day, with its year where that is not the year of the start."""
        started = self._say.local(self._account.run.started).date()
        return (short_day if day.year == started.year else long_day)(day, self._language)

    def _heading(self) -> Iterator[str]:
        account, pick = self._account, self._language.pick
        clock = self._titles.clock(account.clock)
        name = "" if clock == account.clock else pick(f" ({account.clock})", f"（{account.clock}）")
        said = pick(
            f"{clock}{name}, ticket {self._ticket}, policy {self._policy.name} {self._policy.version}",
            f"{clock}{name}，工单 {self._ticket}，策略 {self._policy.name} {self._policy.version}",
        )
        yield from wrapped(said, _WIDTH)
        yield ""
        yield from self._labelled(pick("limit", "时限"), self._limit(account.choice))
        clauses = [
            self._policy.clauses[cited] for cited in account.choice.reason.cites if cited in self._policy.clauses
        ]
        for clause in clauses:
            yield from self._labelled(
                pick("clause", "条款"), f"{clause.id}{pick(': ', '：')}{self._language.of(clause.statement)}"
            )
        start = moment(account.run.started.astimezone(self._zone), self._language)
        yield from self._labelled(pick("start", "开始"), f"{start}{pick(', ', '，')}{self._begun()}")
        not_before = account.choice.limit.not_before
        if not_before is not None:
            time = limit(not_before, self._language)
            yield from self._labelled(
                pick("window", "窗口"), pick(f"a stop before {time} does not count", f"{time}之前的停止无效")
            )

    def _limit(self, choice: LimitChoice) -> str:
        pick, rule = self._language.pick, choice.reason.rule
        title = self._titles.rule(rule)
        shown = f"{rule}{pick(': ', '：')}{title}" if title is not None else rule
        within, calendar = limit(choice.limit.within, self._language), self._titles.calendar(choice.limit.calendar)
        return pick(f"{within}, {calendar}, by rule {shown}", f"{within}，{calendar}，依规则 {shown}")

    def _begun(self) -> str:
        first = next((mark for mark in self._account.marks if mark.change in _BEGINS), None)
        return self._titles.event(first.event) if first is not None else ""

    def _labelled(self, label: str, text: str) -> Iterator[str]:
        for line in wrapped(text, _WIDTH - 9):
            yield f"{padded(label, 7)}  {line}"
            label = ""

    def _body(self) -> list[Line]:
        marks = [Line(self._say.local(mark.at), self._mark(mark)) for mark in self._account.marks if _tells(mark)]
        steps = self._steps()
        # What an event does stands before the stretch that begins with it.
        marked = [(line.at, 0, line) for line in marks] + [(line.at, 1, line) for line in steps]
        return [line for _, _, line in sorted(marked, key=lambda each: (each[0], each[1]))]

    def _mark(self, mark: Mark) -> str:
        pick, event = self._language.pick, self._titles.event(mark.event)
        said = {
            Change.PAUSED: pick("pause begins", "开始暂停"),
            Change.RESUMED: pick("pause ends", "结束暂停"),
            Change.STOPPED: pick(
                "the clock stops; what follows is how it would have gone on", "时钟停止；以下为未停止时的情形"
            ),
            Change.CANCELLED: pick("the clock is cancelled", "时钟取消"),
            Change.REOPENED: pick("the clock goes on", "时钟继续"),
            Change.LIMITED: pick("a new limit", "时限变更"),
        }[mark.change]
        if mark.change is Change.STOPPED and not self._goes_on_after(mark):
            said = pick("the clock stops", "时钟停止")
        if mark.change is Change.LIMITED:
            now = self._limit(mark.after) if mark.after is not None else pick("none", "无")
            said += f"{pick(': ', '：')}{now}"
            if mark.before is not None:
                old = limit(mark.before.limit.within, self._language)
                said += pick(f", instead of {old}", f"，原为{old}")
        return f"{event}{pick(': ', '：')}{said}"

    def _goes_on_after(self, mark: Mark) -> bool:
        """Say whether the account goes on after the clock has stopped for good."""
        due, stopped = self._account.due, self._account.run.stretches[-1].end
        return due is not None and stopped is not None and stopped == mark.at and mark.at < due

    def _end(self) -> str:
        pick, account = self._language.pick, self._account
        if account.due is None:
            left = span(account.total - account.used, self._language)
            return pick(
                f"No deadline while a pause holds the clock: {left} of working time are left.",
                f"暂停期间没有到期时间：剩余{left}工作时间。",
            )
        due = self._say.local(account.due)
        text = f"{long_day(due.date(), self._language)} {time_of_day(due)}"
        said = pick(f"Due {text}", f"到期：{text}")
        if not self._calendar.covered(account.due):
            said += pick(" (beyond the days for which holidays are known)", "（超出已知节假日的日期范围）")
        return said + pick(".", "。")

    def _steps(self) -> Iterator[Line]:
        if self._account.days:
            return Days(self._account, self._say, self._hours, self._language).lines()
        return self._hours.lines(self._account.stages)


def _tells(mark: Mark) -> bool:
    """Say whether the mark is more than the start, which the heading tells."""
    return mark.change not in _BEGINS
