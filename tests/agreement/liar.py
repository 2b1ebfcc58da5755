"""Engines that are wrong in chosen ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from svcrules.agreement.session import Ready
from svcrules.decision import Decision
from svcrules.engines import Engine, EngineName, engine_of
from svcrules.evaluators.program import Program
from svcrules.events import Event
from svcrules.language.model import Policy
from svcrules.state import State

Lie = Callable[[Decision], Decision]


def honest(decision: Decision) -> Decision:
    return decision


class Liar(NamedTuple):
    """Decides as another engine does, and says something else."""

    engine: Engine
    lie: Lie = honest
    due: Callable[[datetime | None], datetime | None] = lambda due: due

    def decide(self, state: State | None, event: Event, counts: Mapping[str, int]) -> tuple[State, Decision]:
        after, decision = self.engine.decide(state, event, counts)
        return after, self.lie(decision)

    def advance(self, state: State, now: datetime) -> tuple[State, tuple[Decision, ...]]:
        after, decisions = self.engine.advance(state, now)
        return after, tuple(map(self.lie, decisions))

    def next_due(self, state: State) -> datetime | None:
        return self.due(self.engine.next_due(state))


def prepared(policy: Policy, lie: Lie) -> Ready:
    """Return the program, and a liar in the place of the reference."""
    program = Program(policy)
    engine = engine_of("program", program)
    return Ready(program, {"program": engine, "reference": Liar(engine, lie)}, {})


def refusing(policy: Policy, names: tuple[EngineName, ...]) -> Ready:
    """Return two engines that agree; the third does not take the policy."""
    return prepared(policy, honest)._replace(refused={"rete": "4,123 rules in one table, and the most are 4,000"})


def lying(policy: Policy, names: tuple[EngineName, ...]) -> Ready:
    """Return two engines; the second moves every vip case to the desk."""
    return prepared(policy, _to_the_desk)


def failing(policy: Policy, names: tuple[EngineName, ...]) -> Ready:
    """Return two engines; the second fails at every vip case."""
    return prepared(policy, _fails)


def _to_the_desk(decision: Decision) -> Decision:
    if decision.route is None or decision.route.team != "manager":
        return decision
    return decision._replace(route=decision.route._replace(team="desk"))


def _fails(decision: Decision) -> Decision:
    if decision.route is not None and decision.route.team == "manager":
        raise ZeroDivisionError("division by zero")
    return decision
