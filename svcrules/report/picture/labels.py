"""Labels below points of a line, stacked so that neither they nor their leaders cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from svcrules.report.picture.svg import text_width

SIZE = 11.0
LINE = 15.0
_GAP = 8.0
_MOST_LANES = 14


class Point(NamedTuple):
    """Something at `x`, with its text and a longer one for the tooltip."""

    x: float
    text: str
    tooltip: str


class Placed(NamedTuple):
    """`lane` counts from 0, the nearest; None: there is no room, and the tooltip says it all."""

    point: Point
    lane: int | None


def stacked(points: Sequence[Point]) -> list[Placed]:
    """
    Return the points, sorted by their places, each with the lane of its label, which begins at the point.

    A label lies below all that begin under it, so the leader from the point down to it crosses none.
    """
    placed: list[tuple[Placed, float]] = []
    for point in sorted(points, key=lambda point: point.x)[::-1]:
        end = point.x + text_width(point.text, SIZE) + _GAP
        below = [other.lane for other, _ in placed if other.point.x < end and other.lane is not None]
        lane: int | None = max(below, default=-1) + 1
        if lane is not None and lane >= _MOST_LANES:
            lane = None
        placed.append((Placed(point, lane), end))
    return [each for each, _ in placed[::-1]]


def height(placed: Sequence[Placed]) -> float:
    return LINE * (max((each.lane for each in placed if each.lane is not None), default=-1) + 1)


def right_end(placed: Sequence[Placed]) -> float:
    return max(
        (each.point.x + text_width(each.point.text, SIZE) for each in placed if each.lane is not None), default=0
    )
