"""What must hold for any history of a ticket, by a policy with clocks and ladders of every kind (desk.yaml)."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from svcrules import Decision, Evaluator, Event, State, load_policy
from svcrules.ticket.chronicle import Chronicle

EVALUATOR = Evaluator(load_policy(Path(__file__).with_name("desk.yaml")))
BEGIN = datetime(2026, 3, 24, 7, tzinfo=UTC)  # before the clocks go forward, a make-up day and days off
END = BEGIN + timedelta(days=60)
TYPES = (
    "updated",
    "assigned",
    "responded",
    "handling_started",
    "waiting_for_customer",
    "customer_replied",
    "objected",
    "resolved",
    "reopened",
    "verified",
    "closed",
    "called_back",
    "cancelled",
)
# Few instants, so that events often meet each other and deadlines.
instants = st.integers(0, 14 * 48).map(lambda half_hours: BEGIN + timedelta(minutes=30 * half_hours))
data = st.fixed_dictionaries(
    {},
    optional={
        "class": st.sampled_from(["urgent", "ordinary", "none", None]),
        "contact": st.sampled_from(["Li", " ", None]),
        "confirmed": st.booleans(),
    },
)


def made(number: int, at: datetime, type_: str, said: dict[str, Any]) -> Event:
    return Event(f"e-{number:02}", type_, "/desk", "T-1", at, at.isoformat(), None, said)


@st.composite
def histories(draw: st.DrawFn, most: int = 9) -> list[Event]:
    """Draw the events of a ticket, sorted by time; the first is its creation."""
    first = made(0, BEGIN, "created", draw(data))
    told = draw(st.lists(st.tuples(instants, st.sampled_from(TYPES), data), max_size=most))
    told.sort(key=lambda each: each[0])
    return [first, *(made(number, *each) for number, each in enumerate(told, 1))]


def lived(events: list[Event], until: datetime = END) -> tuple[State, list[Decision]]:
    """Return the ticket at the end, and all decisions: those on events and those on what fell due between them."""
    steps = list(EVALUATOR.replay(events, until))
    return steps[-1][0], [decision for _, decision in steps]


def fired(decisions: list[Decision]) -> list[tuple[str, str]]:
    return [(each.due, each.name) for decision in decisions for each in decision.fired]


def clocks(state: State, now: datetime) -> dict[str, Any]:
    """Return what the clocks show at an instant after all events, as the next event would see them."""
    event = made(99, now, "updated", {})
    _, decision = EVALUATOR.apply(state, event)
    return {clock.clock: clock for clock in decision.clocks}


@given(histories(), st.randoms(use_true_random=False))
def test_order_of_arrival_means_nothing(events: list[Event], order: random.Random) -> None:
    arriving = events.copy()
    order.shuffle(arriving)
    state: State | None = None
    for event in arriving:
        state, _ = EVALUATOR.apply(state, event)
    assert state is not None
    expected, _ = lived(events, BEGIN)
    assert state.log == expected.log
    assert clocks(state, END) == clocks(expected, END)
    # What has happened, and what will, whatever of it was answered on the way.
    ours, theirs = (Chronicle.of(EVALUATOR.program, each.log) for each in (state, expected))
    assert list(ours.happenings) == list(theirs.happenings)


@given(histories(), st.lists(instants, max_size=6))
def test_steps_of_time_mean_nothing(events: list[Event], stops: list[datetime]) -> None:
    at_once, decisions = lived(events)
    state: State | None = None
    seen: list[Decision] = []
    for at in sorted([*stops, *(event.time for event in events), END]):
        if state is not None:
            for_due = EVALUATOR.advance(state, at - timedelta(microseconds=1))
            state, seen = for_due[0], [*seen, *for_due[1]]
        for event in events:
            if event.time == at and (state is None or state.find(event.source, event.id) is None):
                state, decision = EVALUATOR.apply(state, event)
                seen.append(decision)
        if state is not None and at not in {event.time for event in events}:
            for_due = EVALUATOR.advance(state, at)
            state, seen = for_due[0], [*seen, *for_due[1]]
    assert state is not None
    assert sorted(fired(seen)) == sorted(fired(decisions))
    assert state.done == at_once.done


@given(histories())
def test_advancing_at_the_end_fires_the_same(events: list[Event]) -> None:
    _, decisions = lived(events)
    state: State | None = None
    seen: list[Decision] = []
    for event in events:
        state, decision = EVALUATOR.apply(state, event)
        seen.append(decision)
    assert state is not None
    _, due = EVALUATOR.advance(state, END)
    assert sorted(fired([*seen, *due])) == sorted(fired(decisions))
    assert [decision.time for decision in due] == sorted(
        {decision.time for decision in due}, key=datetime.fromisoformat
    )


@given(histories())
def test_nothing_happens_twice(events: list[Event]) -> None:
    state, decisions = lived(events)
    keys = [action.key for decision in decisions for action in decision.actions]
    assert len(keys) == len(set(keys))
    assert EVALUATOR.advance(state, END)[1] == ()


@given(histories(), st.data())
def test_an_event_that_comes_again_changes_nothing(events: list[Event], drawn: st.DataObject) -> None:
    state: State | None = None
    for event in events:
        state, decision = EVALUATOR.apply(state, event)
        again = EVALUATOR.apply(state, event)
        assert again == (state, decision)
    assert state is not None
    repeated = drawn.draw(st.sampled_from(events))
    assert EVALUATOR.apply(state, repeated)[0] == state


@given(histories())
def test_a_state_survives_json(events: list[Event]) -> None:
    state: State | None = None
    for event in events:
        state, _ = EVALUATOR.apply(state, event)
        read = State.from_dict(json.loads(json.dumps(state.to_dict())))
        assert read == state
        later = event.time + timedelta(hours=7)
        assert EVALUATOR.advance(read, later)[1] == EVALUATOR.advance(state, later)[1]
        state = read


@given(histories(), instants, st.integers(0, 60 * 24 * 4))
def test_a_pause_moves_no_deadline_earlier(events: list[Event], begins: datetime, minutes: int) -> None:
    types = {"waiting_for_customer", "customer_replied"}
    apart = [event for event in events if event.type not in types]
    ends = begins + timedelta(minutes=minutes)
    pause = [made(90, begins, "waiting_for_customer", {}), made(91, ends, "customer_replied", {})]
    paused = sorted([*apart, *pause], key=lambda event: (event.time, event.id))
    before, after = clocks(lived(apart, BEGIN)[0], END), clocks(lived(paused, BEGIN)[0], END)
    for name, clock in after.items():
        was = before[name].due
        if was is not None and clock.due is not None:
            assert datetime.fromisoformat(clock.due) >= datetime.fromisoformat(was)


@given(histories(), instants, st.integers(1, 60 * 24 * 3), st.integers(1, 60 * 24 * 3))
def test_a_split_pause_is_one_pause(events: list[Event], begins: datetime, first: int, second: int) -> None:
    types = {"waiting_for_customer", "customer_replied"}
    # Not at the instant of another event, whose place among those of the pause would matter.
    begins += timedelta(seconds=1)
    between, ends = begins + timedelta(minutes=first), begins + timedelta(minutes=first + second)
    # These end a pause that they find.
    enders = {"reopened", "objected"}
    apart = [
        event
        for event in events
        if event.type not in types and not (event.type in enders and begins <= event.time <= ends)
    ]
    whole = [made(90, begins, "waiting_for_customer", {}), made(93, ends, "customer_replied", {})]
    split = [*whole, made(91, between, "customer_replied", {}), made(92, between, "waiting_for_customer", {})]
    one, two = (lived(sorted([*apart, *pause], key=lambda event: (event.time, event.id))) for pause in (whole, split))
    assert fired(one[1]) == fired(two[1])
    times = [
        {name: (clock.due, clock.used, clock.verdict) for name, clock in clocks(state, END).items()}
        for state in (one[0], two[0])
    ]
    assert times[0] == times[1]


@given(histories())
def test_decisions_describe_the_ticket_at_their_time(events: list[Event]) -> None:
    _, decisions = lived(events)
    for decision in decisions:
        at = datetime.fromisoformat(decision.as_of)
        for clock in decision.clocks:
            assert clock.used >= 0
            if clock.verdict == "breached" and clock.state == "running":
                assert clock.due is not None
                assert datetime.fromisoformat(clock.due) <= at
            if clock.verdict == "met":
                assert clock.state == "stopped"
        if decision.next_check_at is not None and decision.event is None:
            assert datetime.fromisoformat(decision.next_check_at) > at


def test_a_late_event_asks_only_for_what_it_changed_of_the_route() -> None:
    urgent = {"class": "urgent"}
    told = [made(0, BEGIN, "created", {}), made(1, BEGIN + timedelta(hours=4), "updated", {})]
    state: State | None = None
    for event in told:
        state, _ = EVALUATOR.apply(state, event)
    _, idle = EVALUATOR.apply(state, made(2, BEGIN + timedelta(hours=1), "updated", {}))
    _, telling = EVALUATOR.apply(state, made(3, BEGIN + timedelta(hours=2), "updated", urgent))
    assert [action.do for action in idle.actions if action.do in ("assign", "notify")] == []
    asked = [(action.do, action.to) for action in telling.actions if action.key.startswith("T-1/%2Fdesk/e-03/")]
    assert asked == [("assign", "manager"), ("notify", "board")]
