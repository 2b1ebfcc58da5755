"""All changes of a policy, tried: in this process, or in several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from svcrules.casefile.model import Case
from svcrules.casefile.mutate.model import Mutant
from svcrules.casefile.mutate.mutants import mutants_of
from svcrules.casefile.mutate.trial import Trial
from svcrules.diagnostics import Span
from svcrules.evaluator import Evaluator
from svcrules.language.model import Policy


class Fate(NamedTuple):
    """A change of the policy; `killer` is the id of a test that noticed it, None where none did."""

    text: str
    span: Span | None
    killer: str | None


class Mutation(NamedTuple):
    """`path` is the policy as the user named it."""

    path: str
    fates: tuple[Fate, ...]

    @property
    def survivors(self) -> tuple[Fate, ...]:
        return tuple(fate for fate in self.fates if fate.killer is None)

    @property
    def noticed(self) -> int:
        return len(self.fates) - len(self.survivors)

    @property
    def percent(self) -> float:
        return 100 * self.noticed / len(self.fates) if self.fates else 100.0


def try_all(policy: Policy, cases: tuple[Case, ...], jobs: int) -> tuple[int, Iterator[Fate]]:
    """Return how many changes there are, and what becomes of each, in order; all the tests pass without them."""
    mutants = tuple(mutants_of(policy))
    return len(mutants), _fates(policy, cases, mutants, jobs)


def _fates(policy: Policy, cases: tuple[Case, ...], mutants: Sequence[Mutant], jobs: int) -> Iterator[Fate]:
    for mutant, killer in zip(mutants, _killers(policy, cases, mutants, jobs), strict=True):
        yield Fate(mutant.text, mutant.span, killer)


def _killers(policy: Policy, cases: tuple[Case, ...], mutants: Sequence[Mutant], jobs: int) -> Iterator[str | None]:
    if jobs == 1:
        trial = Trial(Evaluator(policy), cases)
        yield from map(trial.killer, mutants)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(policy, cases)) as pool:
        yield from pool.map(_killer, range(len(mutants)), chunksize=_AT_ONCE)


_AT_ONCE = 8


class _Worker:
    """What a process of the pool has made ready once for all changes that it tries."""

    trial: Trial
    mutants: tuple[Mutant, ...]


def _begin(policy: Policy, cases: tuple[Case, ...]) -> None:
    _Worker.trial = Trial(Evaluator(policy), cases)
    _Worker.mutants = tuple(mutants_of(policy))


def _killer(index: int) -> str | None:
    return _Worker.trial.killer(_Worker.mutants[index])
