"""
Engines: the three evaluators of a policy, which mean the same.

`program` is the fast one and the default. `reference` is the specification, slow and obvious. `rete` runs the tables of
the policy in durable-rules, an engine that nobody here wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal, Protocol

from svcrules import decide as core
from svcrules.admission import admitted, pinned
from svcrules.decision import Decision
from svcrules.evaluators.program import Program
from svcrules.events import Event
from svcrules.state import State

EngineName = Literal["program", "reference", "rete"]
ENGINES: tuple[EngineName, ...] = ("program", "reference", "rete")


class Engine(Protocol):
    """Decides about events and the passing of time; see `svcrules.decide` for what the methods say."""

    def decide(self, state: State | None, event: Event, counts: Mapping[str, int]) -> tuple[State, Decision]: ...

    def advance(self, state: State, now: datetime) -> tuple[State, tuple[Decision, ...]]: ...

    def next_due(self, state: State) -> datetime | None: ...


class ProgramEngine:
    """Decides by a program, or by what stands in for one."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def decide(self, state: State | None, event: Event, counts: Mapping[str, int]) -> tuple[State, Decision]:
        return core.decide(self._program, state, event, counts)

    def advance(self, state: State, now: datetime) -> tuple[State, tuple[Decision, ...]]:
        return core.advance(self._program, state, now)

    def next_due(self, state: State) -> datetime | None:
        return core.next_due(self._program, state)


class ReferenceEngine:
    """Decides by the reference; what every evaluator asks of events and states is asked before."""

    def __init__(self, program: Program) -> None:
        from svcrules.evaluators import reference  # seldom asked for

        self._reference = reference
        self._policy, self._vocabulary = program.policy, program.vocabulary

    def decide(self, state: State | None, event: Event, counts: Mapping[str, int]) -> tuple[State, Decision]:
        before = admitted(self._policy, self._vocabulary, state, event)
        return self._reference.decide(self._policy, before, event, counts)

    def advance(self, state: State, now: datetime) -> tuple[State, tuple[Decision, ...]]:
        return self._reference.advance(self._policy, pinned(self._policy, state), now)

    def next_due(self, state: State) -> datetime | None:
        return self._reference.next_due(self._policy, pinned(self._policy, state))


def engine_of(name: EngineName, program: Program) -> Engine:
    """
    Return the engine of this name.

    Raises `EngineError` where it is not installed, or the policy is beyond its limits.
    """
    match name:
        case "program":
            return ProgramEngine(program)
        case "reference":
            return ReferenceEngine(program)
        case "rete":
            from svcrules.evaluators.rete.program import ReteProgram

            return ProgramEngine(ReteProgram(program.policy, program))
    raise ValueError(f"no engine `{name}`; there are {', '.join(ENGINES)}")


def replay(
    engine: Engine,
    state: State | None,
    events: Iterable[tuple[Event, Mapping[str, int]]],
    until: datetime | None = None,
) -> Iterator[tuple[State, Decision]]:
    """
    Yield the decisions on the events of one ticket and on what falls due between them, in the order of their times,
    then what falls due until `until`; each with the state after it.

    The events, sorted by time, come with the values of counting fields. What falls due at the instant of an event is
    decided after it.
    """
    for event, counts in events:
        if state is not None:
            for step in _due(engine, state, event.time, inclusive=False):
                state = step[0]
                yield step
        state, decision = engine.decide(state, event, counts)
        yield state, decision
    if state is not None and until is not None:
        yield from _due(engine, state, until, inclusive=True)


def _due(engine: Engine, state: State, until: datetime, *, inclusive: bool) -> Iterator[tuple[State, Decision]]:
    while (due := engine.next_due(state)) is not None and (due < until or (inclusive and due == until)):
        state, decisions = engine.advance(state, due)
        for decision in decisions:
            yield state, decision
