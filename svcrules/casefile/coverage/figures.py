"""How many points of a policy its tests reach, and which they do not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from svcrules.casefile.coverage.points import Key, Point, points_of
from svcrules.casefile.coverage.reached import Watch
from svcrules.casefile.run import Result
from svcrules.evaluator import Evaluator


class Share(NamedTuple):
    reached: int
    all: int

    @property
    def percent(self) -> float:
        return 100 * self.reached / self.all if self.all else 100.0


class Coverage(NamedTuple):
    """`reached` holds the ids of the tests that have reached a point, by its key."""

    path: str
    points: tuple[Point, ...]
    reached: Mapping[Key, Collection[str]]

    @property
    def rules_and_steps(self) -> Share:
        return self._share(of_condition=False)

    @property
    def conditions(self) -> Share:
        return self._share(of_condition=True)

    @property
    def missed(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.key not in self.reached)

    def _share(self, *, of_condition: bool) -> Share:
        points = [point for point in self.points if point.of_condition == of_condition]
        return Share(sum(point.key in self.reached for point in points), len(points))


def coverage_of(path: str, evaluator: Evaluator, results: Iterable[Result]) -> Coverage:
    """Return what the tests of the policy, named as the user named it, have reached."""
    watch = Watch(evaluator.program)
    reached: dict[Key, list[str]] = {}
    for result in results:
        for key in watch.reached(result.states):
            reached.setdefault(key, []).append(result.case.id)
    return Coverage(path, points_of(evaluator.policy), reached)
