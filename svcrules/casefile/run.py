"""Run a test: its events in virtual time, what falls due between them, and where that differs from expectations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from svcrules.casefile.model import Asking, Case, Entry, Expected, Firing, Value
from svcrules.casefile.observe import Observed
from svcrules.counting import Counters
from svcrules.decision import Action, Decision
from svcrules.diagnostics import Finding
from svcrules.evaluator import Evaluator
from svcrules.events import Event, EventError
from svcrules.language.document import Scalar
from svcrules.state import State
from svcrules.ticket.chronicle import Chronicle

_INSTANT_BEFORE = timedelta(microseconds=1)


class Difference(NamedTuple):
    """An expectation and what came out instead; `findings` say why an event was rejected that should not be."""

    expected: Expected
    got: Value
    findings: tuple[Finding, ...] = ()


class Failure(NamedTuple):
    """An instant at which something came out that was not expected."""

    entry: Entry
    differences: tuple[Difference, ...]


class Result(NamedTuple):
    """`states` are those of all tickets at the end of the test."""

    case: Case
    failures: tuple[Failure, ...]
    states: tuple[State, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def run_case(evaluator: Evaluator, case: Case, *, to_the_end: bool = True) -> Result:
    """Return what came out of the test; unless `to_the_end`, only until something fails."""
    story = _Story(evaluator, case)
    failures = []
    for index, entry in enumerate(case.entries):
        later = case.entries[index + 1].at if index + 1 < len(case.entries) else None
        differences = story.take(index, entry, last_of_instant=later != entry.at)
        if differences:
            failures.append(Failure(entry, differences))
            if not to_the_end:
                break
    return Result(case, tuple(failures), tuple(story.states()))


@dataclass(slots=True)
class _Ticket:
    """What has been asked for and has fired since the last entry of the ticket, with the rules behind it."""

    state: State | None = None
    asked: list[Asking] = field(default_factory=list)
    unseen: list[Firing] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    fired: set[str] = field(default_factory=set)


class _Story:
    def __init__(self, evaluator: Evaluator, case: Case) -> None:
        self._evaluator = evaluator
        self._case = case
        self._counters = Counters(evaluator.program)
        self._tickets: dict[str, _Ticket] = {}

    def states(self) -> list[State]:
        return [ticket.state for ticket in self._tickets.values() if ticket.state is not None]

    def take(self, index: int, entry: Entry, *, last_of_instant: bool) -> tuple[Difference, ...]:
        """Return in what the entry differs from what is expected."""
        name = entry.ticket if entry.ticket is not None else self._case.id
        ticket = self._tickets.setdefault(name, _Ticket())
        self._advance(ticket, entry.at - _INSTANT_BEFORE)
        decision, rejected = self._happen(ticket, _event(index, entry, name)) if entry.event else (None, ())
        if last_of_instant:
            self._advance(ticket, entry.at)
        chronicle = ticket.state.chronicle if ticket.state is not None else None
        observed = Observed(
            program=self._evaluator.program,
            at=entry.at,
            snapshot=chronicle.last if isinstance(chronicle, Chronicle) else None,
            decision=decision,
            asked=tuple(ticket.asked),
            fired=tuple(ticket.unseen),
            fired_ever=frozenset(ticket.fired),
            rules_fired=tuple(ticket.rules),
            rejected=rejected,
        )
        ticket.asked.clear()
        ticket.unseen.clear()
        ticket.rules.clear()
        return tuple(_differences(entry, observed))

    def _advance(self, ticket: _Ticket, until: datetime) -> None:
        if ticket.state is None:
            return
        due = self._evaluator.next_due(ticket.state)
        if due is None or due > until:
            return
        ticket.state, decisions = self._evaluator.advance(ticket.state, until)
        for decision in decisions:
            _remember(ticket, decision)

    def _happen(self, ticket: _Ticket, event: Event) -> tuple[Decision | None, tuple[Finding, ...]]:
        try:
            ticket.state, decision = self._evaluator.apply(ticket.state, event, self._counters.count(event))
        except EventError as error:
            return None, error.findings
        _remember(ticket, decision)
        return decision, ()


def _event(index: int, entry: Entry, ticket: str) -> Event:
    assert entry.event is not None
    # Events of one instant are sorted by their ids.
    id_ = f"{index:06}"
    return Event(id_, entry.event, "/tests", ticket, entry.at, entry.at.isoformat(), data=entry.data)


def _remember(ticket: _Ticket, decision: Decision) -> None:
    ticket.asked += map(_asking, decision.actions)
    for fired in decision.fired:
        ticket.unseen.append(Firing(fired.name, datetime.fromisoformat(fired.due)))
        ticket.fired.add(fired.name)
    if decision.fired:
        ticket.rules += [reason.rule for reason in decision.reasons if reason.table in ("escalation", "duties")]


def _asking(action: Action) -> Asking:
    words = (action.do, action.rule, action.to, action.owner, action.kind, action.clock, action.task)
    until = action.until if action.until is not None else action.due
    return Asking(
        tuple(dict.fromkeys(word for word in words if word is not None)),
        datetime.fromisoformat(until) if until is not None else None,
    )


def _differences(entry: Entry, observed: Observed) -> list[Difference]:
    differences = [
        Difference(expected, got)
        for expected in entry.expected
        if not holds(expected, got := observed.value(expected.path))
    ]
    if observed.rejected and not any(expected.path == ("rejected",) for expected in entry.expected):
        unexpected = Expected(("rejected",), None, Scalar(None, "", entry.span))
        differences.insert(0, Difference(unexpected, observed.rejected[0].code, observed.rejected))
    return differences


def holds(expected: Expected, got: Value) -> bool:
    """Say whether what came out is as expected."""
    wanted = expected.wanted
    if not isinstance(wanted, tuple) or not isinstance(got, tuple):
        return wanted == got
    match expected.path[-1]:
        case "rules":
            return set(wanted) <= set(got)
        case "notify" | "violations":
            return set(wanted) == set(got)
        case "not_fired":
            return {firing.name for firing in wanted if isinstance(firing, Firing)}.isdisjoint(got)
        case "asked":
            # To write nothing means that nothing has been asked for.
            return all(any(_is_asked(item, other) for other in got) for item in wanted) if wanted else not got
        case "fired":
            return len(wanted) == len(got) and all(map(_same_firing, wanted, got))
    return wanted == got


def _is_asked(wanted: object, got: object) -> bool:
    """Say whether the action has all the words."""
    assert isinstance(wanted, Asking)
    assert isinstance(got, Asking)
    words = {part for word in got.words for part in word.split()}
    return wanted.words[0] == got.words[0] and words.issuperset(wanted.words) and wanted.until in (None, got.until)


def _same_firing(wanted: object, got: object) -> bool:
    assert isinstance(wanted, Firing)
    assert isinstance(got, Firing)
    return wanted.name == got.name and wanted.due in (None, got.due)
