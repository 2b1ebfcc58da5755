"""All that `svcrules test` has found out: the input of every rendering of it."""

from __future__ import annotations

from typing import NamedTuple

from svcrules.casefile.coverage.figures import Coverage
from svcrules.casefile.mutate.session import Mutation
from svcrules.casefile.session import Session


class Outcome(NamedTuple):
    """`least_coverage` and `least_score` are the percentages below which the outcome is a failure."""

    sessions: tuple[Session, ...]
    coverages: tuple[Coverage, ...] = ()
    mutations: tuple[Mutation, ...] = ()
    least_coverage: float = 0
    least_score: float = 0

    @property
    def passed(self) -> bool:
        return (
            all(session.passed for session in self.sessions)
            and all(map(self.is_covered, self.coverages))
            and all(map(self.is_noticed, self.mutations))
        )

    def is_covered(self, coverage: Coverage) -> bool:
        return coverage.rules_and_steps.percent >= self.least_coverage

    def is_noticed(self, mutation: Mutation) -> bool:
        return mutation.percent >= self.least_score
