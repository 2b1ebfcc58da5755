"""A row of points on a line, such as events, with their labels below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from svcrules.report.picture.labels import LINE, Point, height, right_end, stacked
from svcrules.report.picture.row import Row
from svcrules.report.picture.svg import element, label, number, with_tooltip
from svcrules.report.wrapping import wrapped

_TO_LINE = 14.0
_TO_LABELS = 21.0
_NAME_COLUMNS = 32
_BELOW = 9.0


def point_row(
    name: str,
    points: Sequence[Point],
    mark: Callable[[float, float], str],
    top: float,
    left: float,
    ends: tuple[float, float],
) -> Row:
    """Return the row; its name begins at `left`, its line reaches from one of the `ends` to the other."""
    y = top + _TO_LINE
    placed = stacked(points)
    drawn = [label(left, y + 4 + LINE * index, line, "name") for index, line in enumerate(wrapped(name, _NAME_COLUMNS))]
    names = len(drawn)
    drawn.append(element("path", d=f"M{number(ends[0])} {number(y)}H{number(ends[1])}", class_="line"))
    for each in placed:
        if each.lane is not None:
            below = y + _TO_LABELS + LINE * each.lane
            down = f"M{number(each.point.x)} {number(y)}V{number(below - 3)}h3"
            drawn.append(element("path", d=down, class_="leader"))
    for each in placed:
        shown = mark(each.point.x, y)
        if each.lane is not None:
            shown += label(each.point.x + 5, y + _TO_LABELS + LINE * each.lane, each.point.text, "halo")
        drawn.append(with_tooltip(shown, each.point.tooltip))
    needed = max(height(placed) + _TO_LABELS - 10, LINE * (names - 1))
    return Row([], drawn, y + needed + _BELOW, right_end(placed) + 5)
