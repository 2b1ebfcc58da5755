"""Comparing engines: what differs is named with its place, in a history as short as can be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from svcrules import load_policy
from svcrules.agreement.compare import ABSENT, Difference, Place, compare, differing, shrunk
from svcrules.agreement.model import History, Move, Passed, Told
from svcrules.agreement.session import Plan, verify
from svcrules.agreement.written import event_lines
from svcrules.decision import Decision
from svcrules.engines import engine_of
from svcrules.evaluators.program import Program
from svcrules.events import Event
from tests.agreement.liar import Liar, Lie, honest, lying
from tests.samples import event

POLICY = load_policy(Path(__file__).with_name("desk.yaml"))
PROGRAM = engine_of("program", Program(POLICY))
BEGIN = datetime.fromisoformat("2026-03-02T09:15:00+08:00")


def told(number: int, type_: str, hours: float = 0, **data: object) -> Told:
    time = (BEGIN + timedelta(hours=hours)).isoformat()
    return Told(Event.from_dict(event(data, id=f"e-{number}", type=type_, time=time)), {})


def history(*moves: Move) -> History:
    return History("story", moves)


STORY = history(
    told(1, "created", tier="ordinary", affected=3),
    told(2, "updated", 1, tier="vip", text="fire", id="C-1"),
    Passed(BEGIN + timedelta(hours=2)),
    told(3, "updated", 3, marks=["loud"]),
    Passed(BEGIN + timedelta(days=9)),
    told(4, "closed", 240),
)


def compared(lie: Lie = honest, due: Callable[[datetime | None], datetime | None] = lambda due: due) -> Difference:
    (difference,) = compare(STORY, {"program": PROGRAM, "liar": Liar(PROGRAM, lie, due)}).differences
    return difference


def places(difference: Difference) -> list[tuple[int, str, object, object]]:
    return [(difference.step, *place) for place in difference.places]


def test_engines_that_agree() -> None:
    result = compare(STORY, {"program": PROGRAM, "twin": PROGRAM, "honest": Liar(PROGRAM)})
    assert result.differences == ()
    assert len(result.outcomes) == len(STORY.moves)
    assert [len(outcome.decisions) for outcome in result.outcomes] == [1, 1, 1, 1, 1, 1]


def test_a_decision_that_differs() -> None:
    def lie(decision: Decision) -> Decision:
        route = decision.route
        assert route is not None
        return decision._replace(route=route._replace(notify=("desk",))) if route.team == "manager" else decision

    assert places(compared(lie)) == [(1, "decisions[0].route.notify[0]", ABSENT, "desk")]


def test_a_clock_that_differs() -> None:
    def lie(decision: Decision) -> Decision:
        clocks = tuple(clock._replace(used=clock.used + 1) for clock in decision.clocks)
        return decision._replace(clocks=clocks) if decision.type == "due" else decision

    assert places(compared(lie)) == [(2, "decisions[0].clocks[0].used_seconds", 7200, 7201)]


def test_a_number_of_another_type() -> None:
    def lie(decision: Decision) -> Decision:
        return decision._replace(clocks=tuple(clock._replace(used=float(clock.used)) for clock in decision.clocks))

    assert places(compared(lie)) == [(0, "decisions[0].clocks[0].used_seconds", 0, 0.0)]


def test_another_time_to_look_again() -> None:
    assert places(compared(due=lambda due: BEGIN)) == [(5, "next_due", None, "2026-03-02T09:15:00+08:00")]


def test_an_engine_that_fails() -> None:
    def lie(decision: Decision) -> Decision:
        raise ZeroDivisionError("division by zero")

    got = [place for place in compared(lie).places if place.path in ("raised", "state")]
    assert got[1:] == [Place("raised", None, "ZeroDivisionError: division by zero")]


def test_the_first_engine_fails() -> None:
    def lie(decision: Decision) -> Decision:
        raise ZeroDivisionError("division by zero")

    (difference,) = compare(STORY, {"liar": Liar(PROGRAM, lie), "program": PROGRAM}).differences
    assert (difference.engine, difference.than) == ("liar", "liar")
    assert places(difference) == [(0, "raised", None, "ZeroDivisionError: division by zero")]


def test_events_that_are_rejected_agree() -> None:
    wrong = history(told(1, "created", affected=-1), told(1, "updated"), told(1, "created"))
    result = compare(wrong, {"program": PROGRAM, "twin": PROGRAM})
    assert result.differences == ()
    assert [outcome.refused for outcome in result.outcomes] == [
        ("error SR511: field `affected` is -1, less than 0",),
        (),
        (
            "error SR518: `e-1` is the id of another event of this ticket, "
            "a `updated` event of 2026-03-02T09:15:00+08:00",
        ),
    ]


@pytest.mark.parametrize(
    ("one", "other", "places"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, [Place("a[1].b", 2, 3)]),
        ({"a": [1]}, {"a": [1, 2]}, [Place("a[1]", ABSENT, 2)]),
        ({"a": 1}, {"b": 1}, [Place("a", 1, ABSENT), Place("b", ABSENT, 1)]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, [Place(" (order of keys)", ["a", "b"], ["b", "a"])]),
        ({"a": True}, {"a": 1}, [Place("a", True, 1)]),
        ({"a": 0.0}, {"a": -0.0}, [Place("a", 0.0, -0.0)]),
        ({"a": []}, {"a": {}}, [Place("a", [], {})]),
        ({"a": [1.5, None]}, {"a": [1.5, None]}, []),
    ],
)
def test_places(one: object, other: object, places: list[Place]) -> None:
    assert list(differing(one, other)) == places


def test_a_history_is_shrunk() -> None:
    def lie(decision: Decision) -> Decision:
        return decision._replace(priority="P1") if decision.route and decision.route.team == "manager" else decision

    small = shrunk(compared(lie), {"program": PROGRAM, "other": PROGRAM, "liar": Liar(PROGRAM, lie)})
    assert event_lines(small.history) == (
        '{"specversion":"1.0","id":"e-2","type":"updated","source":"/desk","subject":"T-1",'
        '"time":"2026-03-02T10:15:00+08:00","data":{"tier":"vip","text":"fire"}}',
    )
    assert places(small) == [(0, "decisions[0].priority", None, "P1")]


def test_counts_are_shrunk() -> None:
    first = told(1, "created", tier="vip")._replace(counts={"repeats": 3})

    def lie(decision: Decision) -> Decision:
        return decision._replace(priority="P1") if decision.classification["danger"] == "high" else decision

    engines = {"program": PROGRAM, "liar": Liar(PROGRAM, lie)}
    (difference,) = compare(history(first), engines).differences
    small = shrunk(difference, engines).history.told[0]
    assert (small.event.data, small.counts) == ({}, {"repeats": 3})


@pytest.mark.parametrize("jobs", [1, 2])
def test_differences_are_found_in_tickets(jobs: int) -> None:
    verified = verify(POLICY, (), Plan(("program", "reference"), 120, 0), jobs, lying)
    assert not verified.agreed
    assert verified.tally.differing > len(verified.tally.differences) == 5
    assert {place.path for each in verified.tally.differences for place in each.places} == {"decisions[0].route.team"}
    assert all(len(each.history.moves) <= 2 for each in verified.tally.differences)


def test_the_number_of_jobs_does_not_matter() -> None:
    one, two = (verify(POLICY, (), Plan(("program", "reference"), 120, 3), jobs, lying) for jobs in (1, 2))
    assert one == two
