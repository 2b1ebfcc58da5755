"""What tests do not reach, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from svcrules.casefile.coverage.figures import Coverage, Share
from svcrules.casefile.coverage.points import Point
from svcrules.report.characters import visible
from svcrules.report.tests.shares import share_text


def render(coverages: Iterable[Coverage]) -> str:
    return "".join(f"{line}\n" for coverage in coverages for line in _lines(coverage))


def _lines(coverage: Coverage) -> Iterator[str]:
    rules, conditions = share(coverage.rules_and_steps), share(coverage.conditions)
    yield f"coverage of {visible(coverage.path)}: rules and steps {rules}, conditions {conditions}"
    for points in missed_together(coverage):
        yield f"  {place(points[0])}: {visible(missed_text(points))}"


def share(value: Share) -> str:
    return share_text(value.reached, value.all)


def missed_together(coverage: Coverage) -> list[tuple[Point, ...]]:
    """Return what is not reached: rules and steps first, by file and line; both outcomes of one test are one."""
    groups = groupby(coverage.missed, key=lambda point: (point.text, point.span))
    return sorted((tuple(points) for _, points in groups), key=lambda points: _order(points[0]))


def missed_text(points: tuple[Point, ...]) -> str:
    """Return what of the policy the points are, and what has not happened with it."""
    words = " or ".join(point.missed.removeprefix("is ").removeprefix("never ") for point in points)
    verb = "is never" if points[0].missed.startswith("is never") else "never"
    return f"{points[0].text} {verb} {words}"


def _order(point: Point) -> tuple[bool, str, int]:
    return (point.of_condition, point.span.source.name if point.span else "", point.span.line if point.span else 0)


def place(point: Point) -> str:
    return visible(point.span.place) if point.span is not None else "-"
