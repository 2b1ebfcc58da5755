"""The evaluator: a policy, ready to decide about events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from svcrules.decide import NO_COUNTS
from svcrules.decision import Decision
from svcrules.engines import EngineName, engine_of, replay
from svcrules.evaluators.program import Program
from svcrules.events import Event
from svcrules.language.model import Policy
from svcrules.state import State

if TYPE_CHECKING:
    from svcrules.counting import Counters
    from svcrules.explain import Explanation, WhyNot


class Evaluator:
    """
    Decides about events by one policy.

    Events are `Event` values or mappings with the same attributes, as JSON gives them. All methods raise
    `EventError` if an event is malformed or does not fit the policy, and `StateError` if a state does not. An evaluator
    is never changed by deciding: it can be shared between threads.

    `engine` is `program`, `reference` or `rete`; all decide the same. `rete` raises `EngineError` where durable-rules
    is not installed or the policy is beyond its limits. Explanations always come from the program. Without
    `reasons`, decisions of the program say what is to be done and not why: `reasons` and the facts of violations are
    empty. `known` is the program of a similar policy, from which this one can be made faster.
    """

    def __init__(
        self,
        policy: Policy,
        engine: EngineName = "program",
        *,
        reasons: bool = True,
        known: Program | None = None,
    ) -> None:
        self.policy = policy
        self.program = Program(policy, known, reasons=reasons)
        self._engine = engine_of(engine, self.program)

    def decide(self, event: Event | Mapping[str, Any]) -> Decision:
        """Return the decision on the event as the first of its ticket."""
        return self._engine.decide(None, _event(event), NO_COUNTS)[1]

    def apply(
        self, state: State | None, event: Event | Mapping[str, Any], counts: Mapping[str, int] = NO_COUNTS
    ) -> tuple[State, Decision]:
        """
        Return the new state of the ticket and the decision on the event; `state` is None for its first event.

        An event that comes in late counts at its own time; one that is known already changes nothing. `counts` are the
        values of counting fields, as `Counters` gives them.
        """
        return self._engine.decide(state, _event(event), counts)

    def advance(self, state: State, now: datetime) -> tuple[State, tuple[Decision, ...]]:
        """Return the state and what falls due until `now`: one decision for each instant, dated at it."""
        return self._engine.advance(state, now)

    def next_due(self, state: State) -> datetime | None:
        """Return when something falls due next that has not been answered yet; None: never."""
        return self._engine.next_due(state)

    def replay(
        self,
        events: Iterable[Event | Mapping[str, Any]],
        until: datetime | None = None,
        state: State | None = None,
        counters: Counters | None = None,
    ) -> Iterator[tuple[State, Decision]]:
        """
        Yield the decisions on the events of one ticket, sorted by time, and on what falls due between them and until
        `until`; each with the state after it.
        """
        read = (_event(event) for event in events)
        counted = ((event, counters.count(event) if counters is not None else NO_COUNTS) for event in read)
        return replay(self._engine, state, counted, until)

    def explain(
        self,
        event: Event | Mapping[str, Any],
        state: State | None = None,
        counts: Mapping[str, int] = NO_COUNTS,
    ) -> Explanation:
        """Return the decision on the event with every table passed and every rule that matched."""
        from svcrules.explain import explain  # most callers only decide

        return explain(self.program, state, _event(event), counts)

    def why_not(
        self,
        event: Event | Mapping[str, Any],
        rule: str,
        state: State | None = None,
        counts: Mapping[str, int] = NO_COUNTS,
    ) -> WhyNot:
        """
        Return each test of the rule with its outcome and the value that it met.

        Raises `UnknownRule` if the policy has no rule of this id.
        """
        from svcrules.explain import why_not

        return why_not(self.program, state, _event(event), counts, rule)


def _event(event: Event | Mapping[str, Any]) -> Event:
    return event if isinstance(event, Event) else Event.from_dict(dict(event))
