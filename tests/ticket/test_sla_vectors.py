"""
Clocks and escalation as other projects' test suites have them; where the vectors are is said in CONTRIBUTING.md.

Each vector becomes a policy and the events of a ticket, so the language and the decision are tested with the clock.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svcrules import Decision, Evaluator
from svcrules.language.load import read_policy
from svcrules.state import State
from svcrules.time.calendar import Calendar
from tests.samples import event, policy_text

Vector = dict[str, Any]
Story = list[tuple[datetime, str]]

_BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared"
_FOLDER = Path(os.environ.get("SVCRULES_SHARED", _BESIDE_THE_CHECKOUT)) / "vectors"
_KINDS = {"sla", "sla_status", "escalation"}
_PAUSE = {"from": "waiting_for_customer", "to": "customer_replied"}
# Vectors that deviate from exact arithmetic, and how; they are compared to the minute, as is any other with a `quirk`.
_QUIRKS = {
    "sla_zammad/zammad-new-033": "the source floors the end of a pause to the minute: 26 s of it are missing",
    "sla_zammad/zammad-old-037": "the source floors the time used to whole minutes: 3 s are missing",
}
_MINUTE = timedelta(minutes=1)


def _vectors() -> Iterator[Vector]:
    for path in sorted(_FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            vector = json.loads(line)
            if vector["kind"] in _KINDS:
                yield vector


def _of_kind(kind: str) -> pytest.MarkDecorator:
    vectors = [pytest.param(vector, id=vector["id"]) for vector in _vectors() if vector["kind"] == kind]
    return pytest.mark.parametrize("vector", vectors)


pytestmark = pytest.mark.skipif(
    not _FOLDER.is_dir(), reason=f"no vectors in {_FOLDER}; SVCRULES_SHARED names another folder"
)


def _sections(written: Vector, years: range) -> dict[str, Any]:
    """Return the calendar as sections of a policy."""
    off = {day for day in written["holidays"] if len(day) > 5}
    off |= {f"{year}-{day}" for day in written["holidays"] if len(day) == 5 for year in years}
    hours = {day: [f"{opens}-{closes}" for opens, closes in spans] for day, spans in written["week"].items() if spans}
    calendar: dict[str, Any] = {"hours": hours, "timezone": written["timezone"]}
    sections: dict[str, Any] = {"calendars": {"office": calendar}}
    if off:
        calendar["holidays"] = "days"
        known = {*years, *(int(day[:4]) for day in off)}
        bounds = {"from": f"{min(known)}-01-01", "to": f"{max(known)}-12-31"}
        sections["holidays"] = {"days": {**bounds, "off": sorted(off)}}
    if written["shifts"]:
        calendar["dates"] = {
            day: [f"{opens}-{closes}" for opens, closes in spans] for day, spans in written["shifts"].items()
        }
    return sections


def _evaluator(vector: Vector, clocks: dict[str, str], **sections: Any) -> Evaluator:
    start = _at(vector.get("start") or vector["due"])
    pauses = {} if vector.get("pauses_ignored") else {"pauses": _PAUSE}
    calendar = _sections(vector["calendar"], range(start.year - 1, start.year + 2))
    if vector.get("boundary") == "far":
        calendar["calendars"]["office"]["boundary"] = "opening"
    ends = {} if vector.get("end_of_working_day") else {"day_end": "same_time"}
    text = policy_text(
        fields={"kind": {"one_of": ["repair"]}},
        clocks={
            name: {
                "title": {"en": name, "zh": name},
                "starts": "created",
                "stops": "resolved" if name == "resolution" else ["responded", "resolved"],
                **pauses,
            }
            for name in clocks
        },
        time_limits=[
            {
                "id": f"limit-{index}",
                "clock": name,
                "within": within,
                "calendar": "office",
                **(ends if "working day" in within else {}),
            }
            for index, (name, within) in enumerate(clocks.items())
        ],
        **calendar,
        **sections,
    )
    loaded = read_policy([("policy.yaml", text)])
    assert loaded.policy is not None, [str(finding) for finding in loaded.findings]
    return Evaluator(loaded.policy)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _lived(evaluator: Evaluator, story: Story) -> tuple[State, Decision]:
    state: State | None = None
    for number, (at, type_) in enumerate(story):
        told = event({}, id=f"e-{number:03}", type=type_, time=at.isoformat())
        state, decision = evaluator.apply(state, told)
    assert state is not None
    return state, decision


def _story(vector: Vector, calendar: Calendar) -> Story:
    start = _at(vector["start"])
    story = [(start, "created")]
    pauses = [(_at(begins), _at(ends) if ends else None) for begins, ends in vector["pauses"]]
    if hold := vector.get("hold_minutes"):
        pauses.append((start, calendar.add(start, timedelta(seconds=round(hold * 60)))))
    stop = _at(vector["stopped_at"]) if vector.get("stopped_at") else None
    for begins, ends in pauses:
        if stop is None or begins < stop:
            story.append((begins, "waiting_for_customer"))
        if ends is not None and (stop is None or ends <= stop):
            story.append((ends, "customer_replied"))
    if stop is not None:
        story.append((stop, "resolved"))
    return story


# `running` says nothing: some sources have a breached clock still run.
_VERDICTS = {"met": "met", "breached_stopped": "breached", "breached": "breached", "paused": None}


def test_quirks_are_those_listed() -> None:
    assert {vector["id"] for vector in _vectors() if vector.get("quirk")} >= set(_QUIRKS)


@_of_kind("sla")
def test_clock(vector: Vector) -> None:
    if vector["status"] == "not_started":
        pytest.skip(f"{vector['id']}: a clock that has not started is none of the decision's")
    within = f"{vector['days']} working days" if "days" in vector else f"{round(vector['minutes'] * 60)}s"
    evaluator = _evaluator(vector, {"resolution": within})
    office = evaluator.policy.timing.calendars["office"].calendar
    _, decision = _lived(evaluator, _story(vector, office))
    (clock,) = decision.clocks
    slack = _MINUTE if vector.get("quirk") else timedelta(0)
    if vector["status"] in _VERDICTS:
        assert clock.verdict == _VERDICTS[vector["status"]]
    expected = vector.get("expected_due")
    if expected is not None:
        assert clock.due is not None
        assert _at(expected) <= _at(clock.due) <= _at(expected) + slack
    elif vector["status"] == "paused":
        assert clock.due is None
    if "expected_elapsed_minutes" in vector:
        elapsed = timedelta(seconds=clock.used)
        assert timedelta(0) <= elapsed - vector["expected_elapsed_minutes"] * _MINUTE <= slack
    if "expected_margin_minutes" in vector:
        assert clock.left is not None
        assert timedelta(0) <= vector["expected_margin_minutes"] * _MINUTE - timedelta(seconds=clock.left) <= slack


_STATUS_EVENTS = {
    "agent_reply_pause": ("responded", "waiting_for_customer"),
    "resume": ("customer_replied",),
    "resolve": ("resolved",),
}


@_of_kind("sla_status")
def test_status(vector: Vector) -> None:
    """Of two clocks of one ticket."""
    evaluator = _evaluator(vector, {name: f"{minutes}m" for name, minutes in vector["targets"].items()})
    story = [(_at(vector["start"]), "created")]
    for told in vector["events"]:
        story += [(_at(told["at"]), type_) for type_ in _STATUS_EVENTS[told["event"]]]
    state, decision = _lived(evaluator, story)
    _, due = evaluator.advance(state, _at(vector["at"]))
    clocks = (due[-1] if due else decision).clocks
    if any(clock.verdict == "breached" for clock in clocks):
        status = "breached"
    else:
        live = [clock for clock in clocks if clock.verdict is None]
        status = f"{live[0].state}:{live[0].clock}" if live else "met"
    assert status == vector["expected"]


@_of_kind("escalation")
def test_escalation(vector: Vector) -> None:
    """A step so much before or after the due date, in working time."""
    due = _at(vector["due"])
    zone = ZoneInfo(vector["calendar"]["timezone"])
    start = (due - timedelta(days=30)).astimezone(zone)
    unit, count = next((key, vector[key]) for key in ("offset_days", "offset_minutes") if key in vector)
    offset = f"{abs(count)} working days" if unit == "offset_days" else f"{abs(count)}m"
    side = "before" if count < 0 else "after"
    ladder = {
        "id": "late",
        "title": {"en": "Late", "zh": "超时"},
        "steps": [{"id": "tell", "at": f"{offset} {side} breach of resolution", "do": ["tell"]}],
    }
    probe = _evaluator(vector, {"resolution": "1m"}).policy.timing.calendars["office"].calendar
    within = probe.working_between(start, due).total_seconds()
    evaluator = _evaluator({**vector, "pauses_ignored": True}, {"resolution": f"{within:.0f}s"}, escalation=[ladder])
    state, _ = _lived(evaluator, [(start, "created")])
    _, decisions = evaluator.advance(state, due + timedelta(days=30))
    (fired,) = [fired for decision in decisions for fired in decision.fired if fired.name == "late.tell"]
    assert _at(fired.due).astimezone(UTC) == _at(vector["expected"])
