"""Tickets for a policy lie on and beside its boundaries, reach its rules, and come from the seed alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from svcrules import load_policy
from svcrules.agreement.model import History, Passed
from svcrules.agreement.patterns import matching, nearly_matching
from svcrules.agreement.reached import rules_of
from svcrules.agreement.session import Tally, drawn, ready, tallied
from svcrules.agreement.tickets import Tickets
from svcrules.agreement.written import event_json, event_lines
from svcrules.engines import Engine, engine_of
from svcrules.evaluators.program import Program
from svcrules.events import Event
from svcrules.state import State
from tests.strategies import PATTERNS

POLICY = load_policy(Path(__file__).with_name("desk.yaml"))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of("program", Program(POLICY))


@pytest.fixture(scope="module")
def histories(engine: Engine) -> list[History]:
    return list(drawn(Tickets(POLICY, engine), 0, range(600)))


@pytest.fixture(scope="module")
def tally(histories: list[History], engine: Engine) -> Tally:
    return tallied(histories, {"program": engine})


def said(histories: list[History], name: str) -> Iterator[Any]:
    for history in histories:
        for told in history.told:
            if name in told.event.data:
                yield told.event.data[name]


def test_every_rule_is_reached(tally: Tally) -> None:
    assert rules_of(POLICY) - tally.reached == set()


def test_values_lie_on_and_beside_every_boundary(histories: list[History]) -> None:
    assert {9, 10, 11, -1} & set(said(histories, "affected")) == {9, 10, 11}
    assert set(said(histories, "tier")) == {"vip", "ordinary", None}
    marks = {tuple(value) for value in said(histories, "marks") if value is not None}
    assert {(), ("loud",), ("late",), ("loud", "late"), ("loud", "loud")} <= marks
    assert {told.counts.get("repeats") for history in histories for told in history.told} >= {None, 1, 2, 3}


def test_words_stand_in_all_forms(histories: list[History]) -> None:
    texts = set(said(histories, "text"))
    assert {"fire", "FIRE", "ｆｉｒｅ", "f\u200bire", "firex", "xfire", "fir", "no fire", "no firefire"} <= texts
    assert {"漏气", "漏气é", "没漏气了"} <= texts


def test_events_lie_at_and_beside_the_deadline(histories: list[History], engine: Engine) -> None:
    beside = set()
    for history in histories:
        state: State | None = None
        for move in history.moves:
            if isinstance(move, Passed):
                continue
            due = engine.next_due(state) if state is not None else None
            if due is not None:
                beside.add((move.event.time - due).total_seconds())
            state, _ = engine.decide(state, move.event, move.counts)
    assert {-1, 0, 1, 1e-6} <= beside


def test_histories_have_late_and_repeated_events_and_time_passing(histories: list[History]) -> None:
    late = repeated = passed = 0
    for history in histories:
        ids = [told.event.id for told in history.told]
        times = [told.event.time for told in history.told]
        repeated += len(ids) > len(set(ids))
        late += times != sorted(times)
        passed += any(isinstance(move, Passed) for move in history.moves)
    assert min(late, repeated, passed) > 10
    assert {len(history.told) for history in histories} >= set(range(1, 9))


def test_events_are_valid_and_survive_json(histories: list[History], engine: Engine) -> None:
    for history in histories:
        state: State | None = None
        for told in history.told:
            assert Event.from_dict(event_json(told.event)) == told.event
            state, _ = engine.decide(state, told.event, told.counts)


def test_the_seed_alone_decides(engine: Engine, histories: list[History]) -> None:
    again = Tickets(POLICY, engine)
    assert [again.ticket(number, Random(f"0/{number}")) for number in (5, 3, 599)] == [
        histories[i] for i in (5, 3, 599)
    ]
    other = Tickets(POLICY, engine).ticket(5, Random("1/5"))
    assert event_lines(other) != event_lines(histories[5])


def test_fewer_events_where_asked(engine: Engine) -> None:
    small = Tickets(POLICY, engine, 2)
    assert max(len({told.event.id for told in history.told}) for history in drawn(small, 0, range(100))) == 2


def test_an_engine_that_is_not_there_is_named() -> None:
    of_policy = ready(POLICY, ("program", "reference"))
    assert list(of_policy.engines) == ["program", "reference"]


@pytest.mark.parametrize("pattern", [*PATTERNS, "^a{2,3}[^b-d]+$", r"(?P<year>[0-9]{4})-\d\d", r"\bno\.", "x{2,}|y*?"])
def test_texts_match_patterns(pattern: str) -> None:
    random = Random(pattern)
    assert all(re.search(pattern, matching(pattern, random)) for _ in range(50))
    assert not all(re.search(pattern, nearly_matching(pattern, random)) for _ in range(50)) or re.search(pattern, "")


@pytest.mark.parametrize(("pattern", "text"), [("[[:alpha:]]x", "alphax"), ("a)", "a"), ("(ab", "ab"), ("[z", "z")])
def test_hard_patterns_give_their_letters(pattern: str, text: str) -> None:
    assert matching(pattern, Random(0)) == text
