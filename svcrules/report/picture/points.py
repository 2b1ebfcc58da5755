"""What happens in a simulation, as points to draw: events, steps of ladders, duties."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from svcrules.decision import Decision
from svcrules.outlook.simulation import Simulation
from svcrules.report.language import Language, moment, time_of_day
from svcrules.report.picture.axis import Axis
from svcrules.report.picture.labels import Point
from svcrules.report.speaker import Speaker
from svcrules.report.titles import Titles


class Points:
    def __init__(self, simulation: Simulation, titles: Titles, language: Language, axis: Axis) -> None:
        self._decisions = simulation.decisions
        self._titles = titles
        self._language = language
        self._axis = axis
        self._speaker = Speaker(titles, language, axis.zone)

    def events(self) -> Iterator[Point]:
        for decision in self._decisions:
            if decision.event is not None:
                refused = any(action.do in ("refuse", "refuse_closing") for action in decision.actions)
                title = self._titles.event(decision.type)
                yield self._point(decision, title + (self._language.pick(": refused", "：被拒") if refused else ""), "")

    def steps(self, ladder: str) -> Iterator[Point]:
        for decision in self._decisions:
            for fired in decision.fired:
                name, _, number = fired.name.partition(" #")
                if name in self._titles.steps and name.partition(".")[0] == ladder:
                    whole = self._speaker.fired(fired, decision)
                    text = f"{self._titles.step(name)} #{number}" if number else whole
                    yield self._point(decision, text.partition(self._language.pick("; do ", "；执行 "))[0], whole)

    def duties(self) -> Iterator[Point]:
        for decision in self._decisions:
            for fired in decision.fired:
                if self._titles.is_duty(fired.name):
                    whole = self._speaker.fired(fired, decision)
                    yield self._point(decision, self._titles.duty(fired.name), whole)

    def _point(self, decision: Decision, text: str, more: str) -> Point:
        at = datetime.fromisoformat(decision.as_of if decision.event is None else decision.time)
        local = at.astimezone(self._axis.zone)
        tooltip = f"{moment(local, self._language)}{self._language.pick(': ', '：')}{more or text}"
        return Point(self._axis.x(at), f"{time_of_day(local)} {text}", tooltip)
