"""What a policy says of a ticket at an instant, in the terms of expectations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from svcrules.casefile.model import Asking, Firing, Value
from svcrules.decision import Decision
from svcrules.diagnostics import Finding
from svcrules.evaluators.program import Program
from svcrules.ticket.clocks import Measured
from svcrules.ticket.history import Snapshot
from svcrules.ticket.measure import measure


class Observed(NamedTuple):
    """
    A ticket at `at`: after the last of its events, whose decision is given where it happened then.

    `asked`, `fired` and `rules_fired` are what has been asked for and has fired since the entry before, and the rules
    behind it, `fired_ever` what has fired since the test began; `rejected` is why the event was rejected, if it was. A
    ticket whose first event was rejected has no snapshot.
    """

    program: Program
    at: datetime
    snapshot: Snapshot | None
    decision: Decision | None
    asked: tuple[Asking, ...]
    fired: tuple[Firing, ...]
    fired_ever: frozenset[str]
    rules_fired: tuple[str, ...]
    rejected: tuple[Finding, ...]

    def value(self, path: tuple[str, ...]) -> Value:
        """Return what came out for the expectation at the path."""
        match path:
            case ("classification", scheme):
                return self.snapshot.verdict.classification.get(scheme) if self.snapshot else None
            case ("clocks", clock, what):
                return self._of_clock(clock, what)
            case ("route", what):
                return self._of_route(what)
            case (name,):
                return self._single(name)
        raise AssertionError(path)

    def _single(self, name: str) -> Value:
        match name:
            case "priority":
                return self.snapshot.verdict.priority if self.snapshot else None
            case "rules":
                return tuple(dict.fromkeys(self._rules()))
            case "violations":
                return tuple(violation.rule for violation in self.decision.violations) if self.decision else ()
            case "actions":
                return tuple(action.do for action in self.decision.actions) if self.decision else ()
            case "fired":
                return self.fired
            case "asked":
                return self.asked
            case "not_fired":
                return tuple(sorted(self.fired_ever))
        return self.rejected[0].code if self.rejected else None

    def _rules(self) -> Iterator[str]:
        if self.snapshot is not None:
            yield from (reason.rule for reason in self.snapshot.verdict.reasons)
            for measured in self.snapshot.clocks.values():
                if measured.choice is not None:
                    yield measured.choice.reason.rule
        if self.decision is not None:
            yield from (violation.rule for violation in self.decision.violations)
        yield from self.rules_fired

    def _of_route(self, what: str) -> Value:
        route = self.snapshot.verdict.route if self.snapshot else None
        if route is None:
            return () if what == "notify" else None
        match what:
            case "team":
                return route.team
            case "owner":
                return route.owner
        return route.notify

    def _of_clock(self, clock: str, what: str) -> Value:
        measured = self.snapshot.clocks.get(clock) if self.snapshot else None
        if what == "state":
            return str(measured.run.state) if measured is not None else "waiting"
        if measured is None or measured.choice is None:
            return False if what == "beyond_calendar" else None
        return self._of_limited(clock, measured, what)

    def _of_limited(self, clock: str, measured: Measured, what: str) -> Value:
        assert measured.choice is not None
        shown = measure(clock, measured, measured.choice, self.at, self.program.zone)
        match what:
            case "verdict":
                return str(shown.verdict) if shown.verdict is not None else None
            case "due":
                return datetime.fromisoformat(shown.due) if shown.due is not None else None
            case "rule":
                return shown.rule
            case "used":
                return _span(shown.used)
            case "left":
                return _span(shown.left)
            case "margin":
                return _span(shown.left) if shown.ended is not None else None
        return shown.beyond_calendar


def _span(seconds: float | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds is not None else None
