"""
The reference evaluator and the program agree on every decision, reasons and keys included.

Over timelines worked out by hand, and over any history of a ticket by policies with time sections of every kind. On the
tests of the five policies, `svcrules verify` compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcrules import Decision, Evaluator, Event, EventError, State, load_policy
from svcrules.casefile.model import Case
from svcrules.casefile.read import files_of, read_cases
from svcrules.counting import Counters
from svcrules.diagnostics import Finding
from svcrules.evaluators import reference
from svcrules.language.load import read_policy
from tests.samples import policy_text
from tests.ticket import test_reference as timed
from tests.ticket.test_ticket_properties import BEGIN, END, TYPES, histories, instants, made

_TESTS = Path(__file__).parent.parent
_TICK = timedelta(microseconds=1)


class Pair:
    """A ticket as both have it."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator, self.policy = evaluator, evaluator.policy
        self.state: State | None = None

    def take(self, event: Event, counts: Mapping[str, int]) -> None:
        ours, findings = _answer(lambda: self.evaluator.apply(self.state, event, counts))
        theirs, their_findings = _answer(lambda: reference.decide(self.policy, self.state, event, counts))
        assert findings == their_findings
        if ours and theirs:
            self.agree(ours[0], [ours[1]], theirs[0], [theirs[1]])

    def wait(self, until: datetime) -> None:
        if self.state is not None:
            state, decisions = self.evaluator.advance(self.state, until)
            self.agree(state, decisions, *reference.advance(self.policy, self.state, until))

    def agree(
        self, state: State, decisions: Sequence[Decision], their_state: State, their_decisions: Sequence[Decision]
    ) -> None:
        theirs = [decision.to_dict() for decision in their_decisions]
        assert [decision.to_dict() for decision in decisions] == theirs
        assert state == their_state
        assert self.evaluator.next_due(state) == reference.next_due(self.policy, state)
        self.state = state


def _answer(
    decide: Callable[[], tuple[State, Decision]],
) -> tuple[tuple[State, Decision] | None, tuple[Finding, ...]]:
    try:
        return decide(), ()
    except EventError as error:
        return None, error.findings


def play(evaluator: Evaluator, case: Case) -> None:
    """Play a policy test; then its last event once more, and a long wait."""
    tickets: dict[str, Pair] = {}
    told: list[tuple[str, Event, Mapping[str, int]]] = []
    counters = Counters(evaluator.program)
    for number, entry in enumerate(case.entries):
        name = entry.ticket or case.id
        ticket = tickets.setdefault(name, Pair(evaluator))
        ticket.wait(entry.at - _TICK)
        if entry.event is not None and entry.event in evaluator.policy.event_types:
            text = entry.at.isoformat()
            event = Event(f"{number:06}", entry.event, "/tests", name, entry.at, text, data=entry.data)
            told.append((name, event, counters.count(event)))
            ticket.take(event, told[-1][2])
        ticket.wait(entry.at)
    for name, event, counts in told[-1:]:
        tickets[name].take(event, counts)
    for ticket in tickets.values():
        ticket.wait(case.entries[-1].at + timedelta(days=40))


def cases_of(evaluator: Evaluator, folder: Path) -> list[Case]:
    files, unreadable = files_of(folder)
    cases, findings = read_cases(files, evaluator.policy)
    assert not unreadable
    assert not findings
    return [case for file in cases for case in file.cases]


@pytest.mark.parametrize("folder", sorted(path.parent for path in (_TESTS / "timelines").glob("*/policy.yaml")))
def test_timelines(folder: Path) -> None:
    evaluator = Evaluator(load_policy(folder))
    for case in cases_of(evaluator, folder):
        play(evaluator, case)


DESK = Evaluator(load_policy(_TESTS / "ticket" / "desk.yaml"))
COUNTING = Evaluator(load_policy(_TESTS / "timelines" / "counting"))
STOPS = st.lists(instants, max_size=3)


def live(evaluator: Evaluator, events: list[Event], stops: list[datetime], counts: Mapping[str, int]) -> None:
    """Let the events come in as they stand in the list, with time passing in between, and wait for the rest."""
    ticket = Pair(evaluator)
    for event, stop in zip(events, [*stops, *([None] * len(events))], strict=False):
        ticket.take(event, counts)
        if stop is not None:
            ticket.wait(stop)
    ticket.wait(END)


@settings(max_examples=15)
@given(histories(), st.data())
def test_histories(events: list[Event], drawn: st.DataObject) -> None:
    """In order, with what falls due between the events; then as they may come in: late, repeated, after a long wait."""
    ticket = Pair(DESK)
    for event in events:
        ticket.wait(event.time - _TICK)
        ticket.take(event, {})
    ticket.wait(END)
    arriving = drawn.draw(st.lists(st.sampled_from(events), min_size=1, max_size=12))
    live(DESK, arriving, drawn.draw(STOPS), {})


@settings(max_examples=40)
@given(
    st.lists(st.tuples(instants, st.sampled_from(["created", *TYPES]), st.integers(0, 9)), max_size=5),
    st.dictionaries(st.sampled_from(sorted(COUNTING.policy.fields)), st.integers(0, 5)),
    STOPS,
)
def test_counts(told: list[tuple[datetime, str, int]], counts: dict[str, int], stops: list[datetime]) -> None:
    counted = {name: count for name, count in counts.items() if COUNTING.policy.fields[name].counted is not None}
    types = COUNTING.policy.event_types
    events = [made(number, at, type_, {}) for number, (at, type_, _) in enumerate(told) if type_ in types]
    live(COUNTING, events, stops, counted)


@settings(max_examples=25)
@given(st.data())
def test_any_policy(drawn: st.DataObject) -> None:
    loaded = read_policy([("policy.yaml", policy_text(**drawn.draw(timed.policies())))])
    assert loaded.policy is not None, [str(finding) for finding in loaded.findings]
    types, said = st.sampled_from(["created", *timed.TYPES]), timed.DATA
    told = drawn.draw(st.lists(st.tuples(instants, types, said), max_size=6))
    if drawn.draw(st.booleans()):
        told.sort(key=lambda each: each[0])
    events = [made(number, *each) for number, each in enumerate(told, 1)]
    live(Evaluator(loaded.policy), [made(0, BEGIN, "created", drawn.draw(said)), *events], drawn.draw(STOPS), {})
