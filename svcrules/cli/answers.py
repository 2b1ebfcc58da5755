"""What is asked of each event of a stream, and how the answers are printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TextIO

import click

from svcrules.caseload import Caseload
from svcrules.decision import to_json
from svcrules.events import Event

Answer = Any
"""A Decision, Explanation or WhyNot: each has `to_dict`."""
Printed = Any
"""An answer as it is printed: a text; for a table the answer itself."""


class Asked(NamedTuple):
    """What is asked of each event: a decision, or if need be why, or why not by a rule; `format` is never None."""

    explain: bool
    why_not: str | None
    format: str

    @property
    def answer(self) -> Callable[[Caseload, Event], Answer]:
        """What gives the answer. It raises `click.UsageError` if there is no such rule."""
        if self.why_not is not None:
            return _why_not(self.why_not)
        return Caseload.explain if self.explain else Caseload.decide

    @property
    def printed(self) -> Callable[[Answer], Printed]:
        """What makes a text of an answer, if the format asks for one."""
        if self.format == "table":
            return _itself
        if self.format != "text":
            return _line
        from svcrules.report import explanation

        return explanation.explained if self.explain else explanation.why_not


def _why_not(rule: str) -> Callable[[Caseload, Event], Answer]:
    from svcrules.explain import UnknownRule

    def answer(caseload: Caseload, event: Event) -> Answer:
        try:
            return caseload.why_not(event, rule)
        except UnknownRule as error:
            advice = f": {error.help}" if error.help else ""
            raise click.UsageError(f"{error}{advice}") from error

    return answer


def _itself(answer: Answer) -> Printed:
    return answer


def _line(answer: Answer) -> str:
    return to_json(answer.to_dict())


class Printer:
    """
    Prints answers in a format as they come.

    A table is printed at the end, and so is a list of JSON, since one that breaks off cannot be read. `at_once` leaves
    nothing in the stream for later.
    """

    def __init__(self, format_: str, out: TextIO, *, at_once: bool) -> None:
        self._format = format_
        self._out = out
        self._at_once = at_once
        self._kept: list[Printed] = []

    def add(self, printed: Printed) -> None:
        if self._format in ("json", "table"):
            self._kept.append(printed)
            return
        self._out.write(printed + "\n")
        if self._at_once:
            self._out.flush()

    def end(self) -> None:
        if self._format == "table":
            from svcrules.report.decision_table import render

            render(self._kept, self._out)
        elif self._format == "json":
            self._out.write("[\n" + ",\n".join(self._kept) + "\n]\n" if self._kept else "[]\n")
