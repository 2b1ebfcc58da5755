"""The picture as a whole: heading, axis, rows of events, clocks, ladders and duties, legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from svcrules.evaluators.program import Program
from svcrules.language.model import Title
from svcrules.outlook.simulation import Simulation
from svcrules.report.language import Language
from svcrules.report.picture import marks
from svcrules.report.picture.axis import axis
from svcrules.report.picture.clock_row import ClockRows
from svcrules.report.picture.head import AXIS_AT, days_off, heading, subheading, ticks
from svcrules.report.picture.labels import Point
from svcrules.report.picture.legend import legend
from svcrules.report.picture.point_row import point_row
from svcrules.report.picture.points import Points
from svcrules.report.picture.row import Row
from svcrules.report.picture.style import STYLE
from svcrules.report.picture.svg import element, label, words
from svcrules.report.titles import Titles

_MARGIN = 24.0
_NAMES = 226.0
_PLOT = 960.0
_LEAST_RIGHT = 190.0
_LEAST_WIDTH = 1340.0


def chart(simulation: Simulation, program: Program, language: Language, title: Title | None = None) -> str:
    """Return the simulation as an SVG document; `title` is what the story is about, if it says so."""
    return _Chart(simulation, program, language, title).drawn()


class _Chart:
    def __init__(self, simulation: Simulation, program: Program, language: Language, title: Title | None) -> None:
        self._simulation = simulation
        self._program = program
        self._language = language
        self._title = title
        self._axis = axis(simulation.start, simulation.end, _MARGIN + _NAMES, _PLOT, program.zone)
        self._titles = Titles(program.policy, language)
        self._points = Points(simulation, self._titles, language, self._axis)

    def drawn(self) -> str:
        rows = self._rows()
        bottom = rows[-1].bottom
        right = max(self._axis.right + _LEAST_RIGHT, *(row.right for row in rows))
        width, height = max(right + _MARGIN, _LEAST_WIDTH), bottom + 52
        name = heading(self._simulation, self._language, self._title)
        below = subheading(self._simulation, self._program, self._language)
        line = element("path", d="M0 6L6 0", class_="hatch")
        parts = [
            element("title", words(name)),
            element("desc", words(below)),
            element("style", STYLE),
            element("defs", element("pattern", line, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse")),
            element("rect", x=0.5, y=0.5, width=width - 1, height=height - 1, rx=8, class_="page"),
            label(_MARGIN, 36, name, "heading"),
            label(_MARGIN, 56, below, "quiet"),
            *days_off(self._axis, self._simulation, self._program, self._language),
            *(each for row in rows for each in row.behind),
            *ticks(self._axis, self._language, bottom),
            *(each for row in rows for each in row.drawn),
            *legend(self._language, _MARGIN, bottom + 28),
        ]
        size = {"width": f"{width:.0f}", "height": f"{height:.0f}", "viewBox": f"0 0 {width:.0f} {height:.0f}"}
        tongue = {"xml:lang": self._language.pick("en", "zh-CN")}
        content = (f"{part}\n" for part in parts if part)
        whole = element("svg", "\n", *content, xmlns="http://www.w3.org/2000/svg", role="img", **size, **tongue)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}\n'

    def _rows(self) -> list[Row]:
        pick = self._language.pick
        rows = [self._point_row(pick("Events", "事件"), list(self._points.events()), _event, AXIS_AT + 4)]
        clocks = ClockRows(self._simulation, self._program, self._language, self._axis)
        for clock in self._simulation.clocks:
            rows.append(clocks.row(clock, rows[-1].bottom, _MARGIN))
        for ladder in self._program.policy.timing.ladders:
            steps = list(self._points.steps(ladder.id))
            if steps:
                title = self._language.of(ladder.title) if ladder.title is not None else ladder.id
                rows.append(
                    self._point_row(pick(f"Escalation: {title}", f"升级：{title}"), steps, _step, rows[-1].bottom + 4)
                )
        duties = list(self._points.duties())
        if duties:
            rows.append(self._point_row(pick("Duties", "职责"), duties, _duty, rows[-1].bottom + 4))
        return rows

    def _point_row(self, name: str, points: Sequence[Point], mark: Callable[[float, float], str], top: float) -> Row:
        return point_row(name, points, mark, top, _MARGIN, (self._axis.left, self._axis.right))


def _event(x: float, y: float) -> str:
    return marks.circle(x, y, "event")


def _step(x: float, y: float) -> str:
    return marks.diamond(x, y, "step")


def _duty(x: float, y: float) -> str:
    return marks.square(x, y, "duty")
