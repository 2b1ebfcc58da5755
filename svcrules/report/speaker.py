"""What decisions and clocks say, in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from svcrules.decision import Action, ClockDecision, Decision, Fired, Violation
from svcrules.report.language import Language, limit, long_day, moment, span
from svcrules.report.titles import Titles
from svcrules.time.duration import Duration, parse_duration


class Said(NamedTuple):
    """A thing that happens: what kind of thing, in a word, and what it is."""

    label: str
    text: str


class Speaker:
    """Says what a decision brings, thing by thing, and how clocks stand."""

    def __init__(self, titles: Titles, language: Language, zone: ZoneInfo) -> None:
        self._titles = titles
        self._language = language
        self._zone = zone

    def says(self, decision: Decision, before: Decision | None, event_before: Decision | None) -> Iterator[Said]:
        """
        Yield what happens, and what is new.

        `before` is the decision before this one, `event_before` the last on an event.
        """
        if decision.event is not None:
            yield Said(self._language.pick("event", "事件"), self._titles.event(decision.type))
            yield from self._violations(decision, event_before)
            yield from self._case(decision, before)
        told: set[str] = set()
        for fired in decision.fired:
            yield self._fired(fired, decision, told)
        yield from self._clocks(decision, before, told)

    def _violations(self, decision: Decision, event_before: Decision | None) -> Iterator[Said]:
        pick = self._language.pick
        refused = {action.rule for action in decision.actions if action.do in ("refuse", "refuse_closing")}
        known = event_before.violations if event_before is not None else ()
        for violation in decision.violations:
            if violation.rule in refused:
                yield Said(pick("refused", "拒绝"), self._violation(violation))
            elif violation not in known:
                yield Said(pick("remark", "注意"), self._violation(violation))

    def _violation(self, violation: Violation) -> str:
        title = self._language.of(violation.title) if violation.title is not None else violation.rule
        missing = [*map(self._titles.field, violation.fields), *map(self._titles.event, violation.events)]
        if not missing or violation.table not in ("intake.required", "closing"):
            return title
        return title + self._language.pick("; not there: ", "；尚无：") + self._list(missing)

    def _case(self, decision: Decision, before: Decision | None) -> Iterator[Said]:
        pick = self._language.pick
        if decision.priority is not None and (before is None or before.priority != decision.priority):
            yield Said(pick("priority", "优先级"), self._titles.level(decision.priority))
        told = [action for action in decision.actions if action.due is None]
        for action in told:
            if action.do == "assign" and action.to is not None:
                text = self._titles.team(action.to)
                if action.owner is not None and action.owner != action.to:
                    owner = self._titles.team(action.owner)
                    text += pick(f"; {owner} answers for it", f"；责任方：{owner}")
                yield Said(pick("assign", "分派"), text)
        heard = [self._titles.team(action.to) for action in told if action.do == "notify" and action.to is not None]
        if heard:
            yield Said(pick("notify", "通知"), self._list(heard))

    def _fired(self, fired: Fired, decision: Decision, told: set[str]) -> Said:
        """Return what has fired; the names of clocks whose state this says go to `told`."""
        pick, name = self._language.pick, fired.name
        step, _, number = name.partition(" #")
        if step in self._titles.steps:
            actions = [each for each in decision.actions if each.due is not None and each.rule == step]
            return Said(pick("step", "升级"), self._step(step, number, actions))
        if self._titles.is_duty(name):
            return Said(pick("duty", "职责"), self._duty(name, decision))
        clock_name, _, what = name.rpartition(" ")
        told.add(clock_name)
        text = self._titles.clock(clock_name)
        clock = next((each for each in decision.clocks if each.clock == clock_name), None)
        if what == "breach":
            return Said(pick("breach", "超时"), text + pick(": the limit is used up", "：时限已用尽"))
        at = datetime.fromisoformat(decision.as_of).astimezone(self._zone)
        state = f"{pick(', ', '，')}{self.state(clock, at)}" if clock is not None else ""
        return Said(pick("warning", "预警"), text + pick(f": {what} used", f"：已用{what}") + state)

    def fired(self, fired: Fired, decision: Decision) -> str:
        """Return what has fired, in words."""
        return self._fired(fired, decision, set()).text

    def _step(self, name: str, number: str, actions: list[Action]) -> str:
        pick = self._language.pick
        text = self._titles.step(name) + (f" #{number}" if number else "")
        to = next((each.to for each in actions if each.do == "escalate"), None)
        heard = [self._titles.team(each.to) for each in actions if each.do == "notify" and each.to is not None]
        tasks = [each.task for each in actions if each.do == "perform" and each.task is not None]
        if to is not None:
            text += f" → {self._titles.team(to)}"
        if heard:
            text += pick("; notify ", "；通知") + self._list(heard)
        if tasks:
            text += pick("; do ", "；执行 ") + self._list(tasks)
        return text

    def _duty(self, name: str, decision: Decision) -> str:
        pick, text = self._language.pick, self._titles.duty(name)
        action = next(
            (each for each in decision.actions if each.rule == name and each.do in ("duty", "keep", "delete")), None
        )
        if action is None:
            return text
        if action.to is not None:
            text += f" → {self._titles.team(action.to)}"
        if action.until is not None:
            until = datetime.fromisoformat(action.until).astimezone(self._zone)
            day = long_day(until.date(), self._language)
            at = moment(until, self._language, datetime.fromisoformat(decision.as_of).astimezone(self._zone).date())
            text += {
                "keep": pick(f", until {day}", f"，至{day}"),
                "delete": pick(f", delete by {day}", f"，最迟于{day}删除"),
                "duty": pick(f", by {at}", f"，{at}前完成"),
            }[action.do]
        return text

    def _clocks(self, decision: Decision, before: Decision | None, told: set[str]) -> Iterator[Said]:
        old = {clock.clock: clock for clock in before.clocks} if before is not None else {}
        at = datetime.fromisoformat(decision.as_of).astimezone(self._zone)
        for clock in decision.clocks:
            known = old.get(clock.clock)
            new = known is None or _stands(known) != _stands(clock)
            owed = self._titles.is_duty(clock.clock) and any(each.name == clock.clock for each in decision.fired)
            if new and not owed and clock.clock not in told:
                text = f"{self._titles.clock(clock.clock)}{self._language.pick(': ', '：')}{self.state(clock, at)}"
                yield Said(self._language.pick("clock", "时钟"), text)
        now = {clock.clock for clock in decision.clocks}
        for name in old:
            if name not in now:
                none = self._language.pick(": no limit any more", "：不再有时限")
                yield Said(self._language.pick("clock", "时钟"), self._titles.clock(name) + none)

    def state(self, clock: ClockDecision, at: datetime) -> str:
        """Return the state of the clock, when it is due, and the working time left or exceeded."""
        pick = self._language.pick
        parts = [self.verdict(clock)]
        if clock.due is not None and clock.ended is None:
            due = datetime.fromisoformat(clock.due).astimezone(self._zone)
            shown = moment(due, self._language, at.date())
            parts.append(pick(f"due {shown}", f"{shown}到期"))
        left = self.left(clock)
        if left is not None:
            parts.append(left)
        if clock.beyond_calendar:
            parts.append(pick("beyond the holidays known", "超出已知节假日范围"))
        return pick(", ", "，").join(parts)

    def limit(self, clock: ClockDecision) -> str:
        within = parse_duration(clock.limit)
        assert isinstance(within, Duration)
        return limit(within, self._language, self._titles.is_always_open(clock.calendar))

    def left(self, clock: ClockDecision) -> str | None:
        """Return the working time left, or by how much the limit is exceeded; None where there is nothing to say."""
        if clock.left is None or clock.state == "cancelled" or (clock.left == 0 and clock.verdict == "breached"):
            return None
        always = self._titles.is_always_open(clock.calendar)
        time = span(timedelta(seconds=abs(clock.left)), self._language, in_days=always)
        if clock.left < 0:
            return self._language.pick(f"{time} over", f"超出{time}")
        return self._language.pick(f"{time} left", f"剩余{time}")

    def verdict(self, clock: ClockDecision) -> str:
        state = {
            "running": self._language.pick("running", "计时中"),
            "paused": self._language.pick("paused", "暂停"),
            "stopped": self._language.pick("stopped", "已停止"),
            "cancelled": self._language.pick("cancelled", "已取消"),
        }[clock.state]
        verdict = {
            "met": self._language.pick("met", "按时"),
            "breached": self._language.pick("breached", "超时"),
        }.get(clock.verdict or "")
        if verdict is None:
            return state
        paused = clock.state == "paused"
        return f"{state}{self._language.pick(', ', '，')}{verdict}" if paused else verdict

    def _list(self, texts: Sequence[str]) -> str:
        return self._language.pick(", ", "、").join(texts)


def _stands(clock: ClockDecision) -> tuple[str | None, ...]:
    """Return what of a clock only events change."""
    return clock.state, clock.due, clock.started, clock.ended, clock.limit, clock.verdict if clock.ended else None
