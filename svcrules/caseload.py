"""Caseload: the tickets of a stream of events, in memory: their states, what is counted over them, what falls due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from svcrules.counting import Counters
from svcrules.decision import Decision
from svcrules.evaluator import Evaluator
from svcrules.events import Event
from svcrules.state import State

if TYPE_CHECKING:
    from svcrules.explain import Explanation, WhyNot


class Caseload:
    """
    Decides about the events of many tickets by one policy, and keeps their states.

    Methods raise `EventError` where an event does not fit the policy; nothing of it is kept then. With `timed`, it is
    known at any time which tickets something falls due for. `counters` are its own where none are given.
    """

    def __init__(self, evaluator: Evaluator, *, timed: bool = False, counters: Counters | None = None) -> None:
        self._evaluator = evaluator
        self._counters = counters or Counters(evaluator.program)
        self._states: dict[str, State] = {}
        self._timed = timed
        self._waiting: list[tuple[datetime, str]] = []

    def state(self, ticket: str) -> State | None:
        return self._states.get(ticket)

    def decide(self, event: Event) -> Decision:
        state, decision = self._evaluator.apply(self._states.get(event.subject), event, self._counters.count(event))
        self._keep(state)
        return decision

    def explain(self, event: Event) -> Explanation:
        explanation = self._evaluator.explain(event, self._states.get(event.subject), self._counters.count(event))
        self._keep(explanation.state)
        return explanation

    def why_not(self, event: Event, rule: str) -> WhyNot:
        """Raises `UnknownRule`, too."""
        answer = self._evaluator.why_not(event, rule, self._states.get(event.subject), self._counters.count(event))
        self._keep(answer.state)
        return answer

    def due(self, until: datetime, *, inclusive: bool) -> Iterator[Decision]:
        """Yield what falls due for any ticket before `until`, or at it, in order of time, of a timed caseload."""
        until = until.astimezone(UTC)
        while self._waiting and (self._waiting[0][0] < until or (inclusive and self._waiting[0][0] == until)):
            instant, ticket = heappop(self._waiting)
            state, decisions = self._evaluator.advance(self._states[ticket], instant)
            yield from decisions
            if decisions:
                self._keep(state)

    def _keep(self, state: State) -> None:
        self._states[state.ticket] = state
        if self._timed:
            due = self._evaluator.next_due(state)
            if due is not None:
                heappush(self._waiting, (due, state.ticket))
