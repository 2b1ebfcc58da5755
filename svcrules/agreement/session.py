"""Verify a policy: its tests, and generated tickets, through all engines, in this process or in several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

from svcrules.agreement.compare import Difference, Engines, compare, shrunk
from svcrules.agreement.model import History
from svcrules.agreement.policy_tests import histories_of
from svcrules.agreement.reached import rules_in, rules_of
from svcrules.agreement.tickets import MOST_EVENTS, Tickets
from svcrules.casefile.coverage.points import Key
from svcrules.casefile.model import Case
from svcrules.engines import Engine, EngineName, engine_of
from svcrules.evaluators.program import Program
from svcrules.evaluators.rete import EngineError
from svcrules.language.model import Policy

MOST_SHOWN = 5
_AT_ONCE = 50


class Plan(NamedTuple):
    """What to verify: so many tickets from a seed, of at most so many events, by these engines."""

    engines: tuple[EngineName, ...]
    tickets: int
    seed: int
    most_events: int = MOST_EVENTS


class Ready(NamedTuple):
    """The engines of a policy that take it; `refused` says of the others why they do not."""

    program: Program
    engines: Engines
    refused: Mapping[str, str]


class Tally(NamedTuple):
    """What came of some histories; at most `MOST_SHOWN` differences are kept, of `differing` in all."""

    events: int = 0
    decisions: int = 0
    reached: frozenset[Key] = frozenset()
    differing: int = 0
    differences: tuple[Difference, ...] = ()

    def plus(self, other: Tally) -> Tally:
        return Tally(
            self.events + other.events,
            self.decisions + other.decisions,
            self.reached | other.reached,
            self.differing + other.differing,
            (*self.differences, *other.differences)[:MOST_SHOWN],
        )


class Verified(NamedTuple):
    """
    What came of a policy.

    `tests` counts its policy tests. `reached` of `rules` rules were named by some decision. The differences are in
    histories as short as can be.
    """

    engines: tuple[str, ...]
    refused: Mapping[str, str]
    tests: int
    tickets: int
    reached: int
    rules: int
    tally: Tally

    @property
    def agreed(self) -> bool:
        return not self.tally.differing


Prepare = Callable[[Policy, tuple[EngineName, ...]], Ready]


def ready(policy: Policy, names: tuple[EngineName, ...]) -> Ready:
    """Return the engines of these names for the policy."""
    program = Program(policy)
    engines: dict[str, Engine] = {}
    refused: dict[str, str] = {}
    for name in names:
        try:
            engines[name] = engine_of(name, program)
        except EngineError as error:
            refused[name] = f"{error}; {error.help}"
    return Ready(program, engines, refused)


def verify(
    policy: Policy, cases: Sequence[Case], plan: Plan, jobs: int = 1, prepare: Prepare | None = None
) -> Verified:
    """Return what came of the policy's tests and of generated tickets; the same whatever the number of jobs."""
    prepare = prepare or ready
    of_policy = prepare(policy, plan.engines)
    tally = Tally()
    if of_policy.engines:
        histories = tuple(histories_of(cases, of_policy.program))
        for part in _parts(policy, histories, plan, jobs, prepare):
            tally = tally.plus(part)
        small = tuple(shrunk(difference, of_policy.engines) for difference in tally.differences)
        tally = tally._replace(differences=small)
    rules = rules_of(policy)
    return Verified(
        tuple(of_policy.engines),
        of_policy.refused,
        len(cases),
        plan.tickets if of_policy.engines else 0,
        len(tally.reached & rules),
        len(rules),
        tally,
    )


def tallied(histories: Iterable[History], engines: Engines) -> Tally:
    """Play the histories through the engines."""
    events = decisions = differing = 0
    reached: set[Key] = set()
    differences: list[Difference] = []
    for history in histories:
        compared = compare(history, engines)
        events += len(history.told)
        for outcome in compared.outcomes:
            decisions += len(outcome.decisions)
            for decision in outcome.decisions:
                reached.update(rules_in(decision))
        differing += len(compared.differences)
        differences += compared.differences
        del differences[MOST_SHOWN:]
    return Tally(events, decisions, frozenset(reached), differing, tuple(differences))


def drawn(tickets: Tickets, seed: int, numbers: Iterable[int]) -> Iterator[History]:
    """Yield the tickets with these numbers; each has random numbers of its own, so that it is the same in any order."""
    return (tickets.ticket(number, Random(f"{seed}/{number}")) for number in numbers)


class _Worker:
    """What a process has made ready once for all tickets of a policy."""

    def __init__(self, policy: Policy, plan: Plan, prepare: Prepare) -> None:
        self._plan = plan
        of_policy = prepare(policy, plan.engines)
        self._engines = of_policy.engines
        # Tickets are drawn by the program whatever is compared, so that the same seed gives the same tickets.
        self._tickets = Tickets(policy, engine_of("program", of_policy.program), plan.most_events)

    def tallied(self, part: _Part) -> Tally:
        if isinstance(part, tuple):
            return tallied(part, self._engines)
        numbers = range(part, min(part + _AT_ONCE, self._plan.tickets))
        return tallied(drawn(self._tickets, self._plan.seed, numbers), self._engines)


_Part = tuple[History, ...] | int
"""Histories of policy tests, or the number of the first of so many tickets."""


def _parts(policy: Policy, histories: tuple[History, ...], plan: Plan, jobs: int, prepare: Prepare) -> Iterator[Tally]:
    parts: list[_Part] = [histories[first : first + _AT_ONCE] for first in range(0, len(histories), _AT_ONCE)]
    parts += range(0, plan.tickets, _AT_ONCE)
    if jobs == 1 or len(parts) <= 1:
        yield from map(_Worker(policy, plan, prepare).tallied, parts)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(policy, plan, prepare)) as pool:
        yield from pool.map(_tallied, parts)


class _Process:
    worker: _Worker


def _begin(policy: Policy, plan: Plan, prepare: Prepare) -> None:
    _Process.worker = _Worker(policy, plan, prepare)


def _tallied(part: _Part) -> Tally:
    return _Process.worker.tallied(part)
