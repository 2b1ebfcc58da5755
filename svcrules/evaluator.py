"""The evaluator: a policy, ready to decide about events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from svcrules.decide import decide
from svcrules.decision import Decision
from svcrules.evaluators.program import Program
from svcrules.events import Event
from svcrules.language.model import Policy

if TYPE_CHECKING:
    from svcrules.explain import Explanation, WhyNot


class Evaluator:
    """
    Decides about events by one policy.

    Events are `Event` values or mappings with the same attributes, as JSON gives them. All methods raise
    `EventError` if the event is malformed or does not fit the policy. An evaluator is never changed by deciding: it can
    be shared between threads.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._program = Program(policy)

    def decide(self, event: Event | Mapping[str, Any]) -> Decision:
        """Return the decision on the event."""
        return decide(self._program, _event(event))

    def explain(self, event: Event | Mapping[str, Any]) -> Explanation:
        """Return the decision on the event with every table passed and every rule that matched."""
        from svcrules.explain import explain  # most callers only decide

        return explain(self._program, _event(event))

    def why_not(self, event: Event | Mapping[str, Any], rule: str) -> WhyNot:
        """
        Return each test of the rule with its outcome and the value that it met.

        Raises `UnknownRule` if the policy has no rule of this id.
        """
        from svcrules.explain import why_not

        return why_not(self._program, _event(event), rule)


def _event(event: Event | Mapping[str, Any]) -> Event:
    return event if isinstance(event, Event) else Event.from_dict(dict(event))
