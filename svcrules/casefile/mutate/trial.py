"""
Run the tests of a policy against each change of it.

A test is only run against a change that can matter to it (see `Touch`), which its run by the unchanged policy tells: up
to the instant at which a changed part is asked and says something else, both runs are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from svcrules.casefile.coverage.points import Key
from svcrules.casefile.coverage.reached import Watch
from svcrules.casefile.model import Case, Firing
from svcrules.casefile.mutate.model import SEVERAL_TICKETS, Mutant, Touch
from svcrules.casefile.run import run_case
from svcrules.evaluator import Evaluator
from svcrules.evaluators.matching import compiled
from svcrules.evaluators.texts import text_tests, texts_of
from svcrules.evaluators.ticket import Ticket
from svcrules.language.model import Condition
from svcrules.ticket.chronicle import Chronicle


class _Trace(NamedTuple):
    """A test and what it came to by the unchanged policy; `names` are those of what it expects something of."""

    case: Case
    reached: frozenset[Key]
    events: frozenset[str]
    tickets: tuple[Ticket, ...]
    names: frozenset[str]


class Trial:
    """The tests of one policy, ready to be run against its changes; all of them pass."""

    def __init__(self, evaluator: Evaluator, cases: tuple[Case, ...]) -> None:
        self._evaluator = evaluator
        watch = Watch(evaluator.program)
        self._traces = [_trace(evaluator, watch, case) for case in cases]
        # The turn in which each test noticed a change last.
        self._kills: dict[str, int] = {}
        self._turn = count(1)

    def killer(self, mutant: Mutant) -> str | None:
        """Return the id of a test that notices the change, None where none does."""
        evaluator = Evaluator(mutant.policy, known=self._evaluator.program)
        for trace in self._likely_first(mutant):
            if not run_case(evaluator, trace.case, to_the_end=False).passed:
                self._kills[trace.case.id] = next(self._turn)
                return trace.case.id
        return None

    def _likely_first(self, mutant: Mutant) -> list[_Trace]:
        """Return the tests it can matter to: those about what it names first, then those that noticed one lately."""
        named = {part for name in _NAME.findall(mutant.text) for part in (name, *name.split("."))}

        def order(trace: _Trace) -> tuple[int, int, int]:
            return (-len(named & trace.names), -self._kills.get(trace.case.id, 0), len(trace.tickets))

        return sorted(self._touched(mutant.touch), key=order)

    def _touched(self, touch: Touch) -> Iterator[_Trace]:
        if touch.conditions is not None:
            yield from self._differing(*touch.conditions)
            return
        for trace in self._traces:
            if (
                not (touch.keys or touch.events)
                or not trace.reached.isdisjoint(touch.keys)
                or not trace.events.isdisjoint(touch.events)
            ):
                yield trace

    def _differing(self, one: Condition, other: Condition) -> Iterator[_Trace]:
        texts = self._evaluator.program.texts
        tests = [*text_tests((one, other))]
        known = all(test.field in texts and texts[test.field].knows(test) for test in tests)
        if not known:
            texts = texts_of((one, other), texts)
        before, after = compiled(one, texts), compiled(other, texts)
        for trace in self._traces:
            tickets = trace.tickets if known else (Ticket(ticket.values, texts) for ticket in trace.tickets)
            if any(before.holds(ticket) != after.holds(ticket) for ticket in tickets):
                yield trace


def _trace(evaluator: Evaluator, watch: Watch, case: Case) -> _Trace:
    states = run_case(evaluator, case).states
    tickets = tuple(
        snapshot.ticket for state in states for snapshot in Chronicle.of(evaluator.program, state.log).snapshots
    )
    events = frozenset(entry.event for entry in case.entries if entry.event is not None)
    reached = watch.reached(states) | ({SEVERAL_TICKETS} if len(states) > 1 else set())
    return _Trace(case, frozenset(reached), events, tickets, frozenset(_names(case)))


_NAME = re.compile(r"[\w.-]*\w")


def _names(case: Case) -> Iterator[str]:
    for entry in case.entries:
        for path, wanted, _ in entry.expected:
            yield from path
            for item in wanted if isinstance(wanted, tuple) else (wanted,):
                if isinstance(item, str):
                    yield item
                elif isinstance(item, Firing):
                    yield from item.name.split(" ")
