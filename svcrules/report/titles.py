"""The titles that a policy gives to its things, in one language; where it gives none, their names."""

from __future__ import annotations

from collections.abc import Mapping

from svcrules.language.model import Policy, Title
from svcrules.language.timed import Step
from svcrules.report.language import Language
from svcrules.time.calendar import ALWAYS

_EVENTS = {
    "created": Title("Created", "受理"),
    "updated": Title("Updated", "更新"),
    "assigned": Title("Assigned", "派单"),
    "responded": Title("Responded", "已回复"),
    "handling_started": Title("Handling started", "开始处理"),
    "waiting_for_customer": Title("Waiting for the customer", "等待客户"),
    "customer_replied": Title("Customer replied", "客户已答复"),
    "resolved": Title("Resolved", "已解决"),
    "reopened": Title("Reopened", "重新打开"),
    "closed": Title("Closed", "结案"),
    "cancelled": Title("Cancelled", "已取消"),
}


class Titles:
    def __init__(self, policy: Policy, language: Language) -> None:
        self._policy = policy
        self._language = language
        timing = policy.timing
        self._duties = {duty.id: duty.title for duty in timing.duties}
        self._rules = {rule.id: rule for table in timing.limits.values() for rule in table.rules}
        self.steps: Mapping[str, Step] = {
            f"{ladder.id}.{step.id}": step for ladder in timing.ladders for step in ladder.steps
        }

    def _of(self, title: Title | None, name: str) -> str:
        return self._language.of(title) if title is not None else name

    def event(self, type_: str) -> str:
        return self._of(self._policy.event_types.get(type_) or _EVENTS.get(type_), type_)

    def field(self, name: str) -> str:
        field = self._policy.fields.get(name)
        return self._of(field.title if field is not None else None, name)

    def level(self, name: str) -> str:
        """Return the level of priority, and what it is called, if it is."""
        title = self._policy.priority.values.get(name) if self._policy.priority is not None else None
        return f"{name} ({self._language.of(title)})" if title is not None else name

    def team(self, name: str) -> str:
        """Return the title of the team; a person has only a name."""
        team = self._policy.teams.get(name)
        return self._of(team.title if team is not None else None, name)

    def is_duty(self, name: str) -> bool:
        return name in self._duties

    def duty(self, name: str) -> str:
        return self._of(self._duties.get(name), name)

    def clock(self, name: str) -> str:
        if name in self._duties:
            return self.duty(name)
        clock = self._policy.timing.clocks.get(name)
        return self._of(clock.title if clock is not None else None, name)

    def calendar(self, name: str) -> str:
        calendar = self._policy.timing.calendars.get(name)
        return self._of(calendar.title if calendar is not None else None, name)

    def is_always_open(self, calendar: str) -> bool:
        named = self._policy.timing.calendars[calendar].calendar
        return named.week == ALWAYS and not (named.days_off or named.yearly_days_off or named.shifts or named.breaks)

    def step(self, name: str) -> str:
        """Return the title of the step `LADDER.STEP`."""
        step = self.steps.get(name)
        return self._of(step.title if step is not None else None, name)

    def rule(self, name: str) -> str | None:
        """Return the title of a rule of `time_limits`, or of a duty."""
        rule = self._rules.get(name)
        title = rule.title if rule is not None else self._duties.get(name)
        return self._language.of(title) if title is not None else None

    def policy(self) -> str:
        return self._language.of(self._policy.title)
