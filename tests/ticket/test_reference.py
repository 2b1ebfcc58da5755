"""The life of a ticket as the evaluator has it, compared with a reference that counts minutes (reference_ticket.py)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from svcrules import Decision, Evaluator, Event, Policy, load_policy
from svcrules.language.load import read_policy
from tests.samples import policy_text
from tests.ticket.reference_ticket import Life, Shown

Json = dict[str, Any]

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
    "closed",
    "cancelled",
)
_CLASSES = ("a", "b", "c")
DATA: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {}, optional={"class": st.sampled_from([*_CLASSES, None]), "ok": st.sampled_from([True, False, None])}
)
_TITLE = {"en": "Title", "zh": "标题"}
_SECTIONS: Json = {
    "timezone": "Europe/Berlin",
    "fields": {"class": {"one_of": _CLASSES}, "ok": {"type": "boolean"}},
    "event_types": {"objected": {"title": _TITLE}},
    "holidays": {
        "days": {"from": "2026-01-01", "to": "2026-12-31", "off": ["2026-03-30"], "working": {"2026-03-28": "mon"}}
    },
    "calendars": {
        "always": {"hours": "always"},
        "office": {"hours": {"mon-thu": ["08:30-12:00", "13:00-17:30"], "fri": "08:30-14:00"}, "holidays": "days"},
        "night": {"hours": {"mon-sun": "22:00-06:00"}, "boundary": "opening"},
        "kathmandu": {"hours": {"sun-fri": "10:00-17:00"}, "timezone": "Asia/Kathmandu"},
    },
}
_CALENDARS = tuple(_SECTIONS["calendars"])
_PAUSES = (
    {"from": "waiting_for_customer", "to": "customer_replied"},
    {"from": ["assigned", "waiting_for_customer"], "to": ["handling_started"]},
)
_SPANS = ("30m", "1h", "1h30m", "4h", "1d", "2d")
_DAYS = ("1 working day", "2 working days", "3 working days")
_CLOSING: tuple[Json, ...] = (
    {"needs": {"ok": True}},
    {"needs": {"class": "b"}},
    {"after": ["resolved"]},
    {"needs": {"ok": True}, "after": ["responded", "updated"]},
)
_PERCENTS = (5, 20, 50, 80)  # of whole minutes, these are whole seconds


def _some(values: tuple[Any, ...], most: int, least: int = 1) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=most, unique=True)


def _optional(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Mappings with any of the keys."""
    return st.fixed_dictionaries({}, optional=keys)


_WHEN = st.one_of(
    _some(_CLASSES, 2).map(lambda classes: {"class": classes}),
    st.booleans().map(lambda present: {"class": {"present": present}}),
    st.sampled_from([{"ok": True}, {"ok": {"not": True}}, {"class": "a", "ok": True}]),
)
_CALENDAR = st.sampled_from(_CALENDARS)
_LIMIT = st.tuples(
    st.one_of(
        st.fixed_dictionaries({"within": st.sampled_from(_SPANS), "calendar": _CALENDAR}),
        st.fixed_dictionaries(
            {"within": st.sampled_from(_DAYS), "calendar": st.sampled_from(_CALENDARS[1:])},
            optional={"day_end": st.sampled_from(["closing", "same_time"])},
        ),
    ),
    _optional(
        warn_at=_some(_PERCENTS, 2).map(lambda percents: [f"{percent}%" for percent in sorted(percents)]),
        not_before=st.just("20m"),
    ),
).map(lambda parts: parts[0] | parts[1])
_CLOCK = st.fixed_dictionaries(
    {"starts": _some(("created", "updated", "assigned"), 2), "stops": _some(("responded", "resolved"), 2)},
    optional={
        "pauses": st.one_of(st.sampled_from(_PAUSES), st.just(list(_PAUSES))),
        "restarts": st.just("objected"),
        "on_reopen": st.sampled_from(["stay", "resume", "restart"]),
        "on_limit_change": st.sampled_from(["recompute", "keep", "restart"]),
    },
).map(lambda clock: {"title": _TITLE, **clock} | ({"starts": "created"} if "restarts" in clock else {}))


@st.composite
def _moments(draw: st.DrawFn, clocks: tuple[str, ...]) -> Json:
    """Draw when a step is due, and the calendar that this needs."""
    clock = draw(st.sampled_from(clocks))
    span = draw(st.sampled_from(_SPANS))
    day = draw(st.sampled_from(_DAYS))
    percent = draw(st.sampled_from(_PERCENTS))
    calendar = {"calendar": draw(st.sampled_from(_CALENDARS[1:]))}
    on_breach = [f"{span} after breach", f"{span} before breach", f"{day} after breach", f"{day} before breach"]
    return draw(
        st.sampled_from(
            [
                {"at": "start"},
                {"at": f"{span} after start"},
                {"at": f"{span} after start", **calendar},
                {"at": f"{day} after start", **calendar},
                {"at": f"{percent}% of {clock}"},
                {"at": f"breach of {clock}"},
                *({"at": f"{phrase} of {clock}", **calendar} for phrase in on_breach),
                {"at": f"{span} after breach of {clock}"},
                {"at": f"{span} before breach of {clock}"},
            ]
        )
    )


@st.composite
def _steps(draw: st.DrawFn, clocks: tuple[str, ...]) -> Json:
    step: Json = {"do": ["something"], **draw(_optional(when=_WHEN))}
    if draw(st.integers(0, 4)) == 0:
        return step | {"upon": draw(_some(TYPES, 2))}
    step |= draw(_moments(clocks))
    if draw(st.booleans()):
        spans = _SPANS + (_DAYS if step.get("calendar") else ())
        step |= {"repeat": f"every {draw(st.sampled_from(spans))}", "up_to": draw(st.integers(2, 4))}
    return step


@st.composite
def _duties(draw: st.DrawFn) -> Json:
    duty: Json = {"upon": draw(_some(("created", "updated", "resolved", "closed", "cancelled"), 2)), "title": _TITLE}
    duty |= draw(_optional(when=_WHEN))
    match draw(st.sampled_from(["at once", "keep", "within"])):
        case "keep":
            duty["keep"] = "730d"
        case "within":
            duty |= (
                draw(_LIMIT)
                | {"upon": duty["upon"][0]}
                | {"done_by": draw(_some(("responded", "objected", "assigned"), 2))}
            )
    return duty


@st.composite
def policies(draw: st.DrawFn) -> Json:
    """Draw the sections of a policy with one or two clocks."""
    clocks = {name: draw(_CLOCK) for name in draw(_some(("one", "two"), 2))}
    names = tuple(clocks)
    limits = [
        {"clock": name, **limit, **when}
        for name in names
        for limit, when in draw(st.lists(st.tuples(_LIMIT, _optional(when=_WHEN)), min_size=1, max_size=3))
    ]
    ladders = [
        {"title": _TITLE, **draw(_optional(when=_WHEN)), "steps": _numbered("step", steps)}
        for steps in draw(st.lists(st.lists(_steps(names), min_size=1, max_size=3), max_size=2))
    ]
    closing = [
        {"title": _TITLE, **rule, **draw(_optional(when=_WHEN, then=st.sampled_from(["refuse", "report"])))}
        for rule in draw(st.lists(st.sampled_from(_CLOSING), max_size=2))
    ]
    lists = {"time_limits": limits, "escalation": ladders, "closing": closing}
    lists["duties"] = draw(st.lists(_duties(), max_size=2))
    return (
        _SECTIONS
        | {"clocks": clocks}
        | {name: _numbered(name.replace("_", "-"), each) for name, each in lists.items() if each}
    )


def _numbered(name: str, rules: list[Json]) -> list[Json]:
    return [{"id": f"{name}-{number}", **rule} for number, rule in enumerate(rules, 1)]


DESK = load_policy(Path(__file__).with_name("desk.yaml"))
BEGIN = datetime(2026, 3, 24, 7, tzinfo=UTC)  # before the clocks go forward, a make-up day and days off
LENGTH = timedelta(days=14)
UNTIL = BEGIN + timedelta(days=20)
MINUTE = timedelta(minutes=1)
_DESK_TYPES = (*TYPES, "verified", "called_back")
_DESK_DATA: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {},
    optional={
        "class": st.sampled_from(["urgent", "ordinary", "none", None]),
        "contact": st.sampled_from(["Li", " ", None]),
        "confirmed": st.booleans(),
    },
)


def made(number: int, at: datetime, type_: str, said: Json) -> Event:
    return Event(f"e-{number:02}", type_, "/desk", "T-1", at, at.isoformat(), None, said)


@st.composite
def histories(draw: st.DrawFn, policy: Policy, types: tuple[str, ...], data: st.SearchStrategy[Json]) -> list[Event]:
    """Draw the events of a ticket: at any minute, or about when something falls due; no two at the same."""
    events = [made(0, BEGIN, "created", draw(data))]
    for number in range(1, draw(st.integers(1, 7))):
        now = events[-1].time
        moments = [now, now + MINUTE * draw(st.integers(1, 60 * 24 * 3))]
        if draw(st.booleans()):
            life = Life(policy)
            shown = [clock.due for happened in life.live(events, UNTIL) for clock in happened.clocks.values()]
            dues = {due for due in (*shown, *(at for at, _ in life.fired)) if due and now <= due and not due.second}
            moments = [at + away * MINUTE for at in sorted(dues)[:6] for away in (0, 0, -1, 1)] or moments
        type_ = draw(st.sampled_from(types))
        at = max(min(draw(st.sampled_from(moments)), BEGIN + LENGTH), now)
        # What is owed, or due at once, between two events of one instant is left open by the language.
        if at == now:
            at += MINUTE
        # Open as well: what is said by an event that ends the ladders, or that would if it were not refused.
        events.append(made(number, at, type_, {} if type_ in ("closed", "cancelled") else draw(data)))
    return events


def shown(decision: Decision) -> dict[str, Shown]:
    return {
        clock.clock: Shown(
            clock.state,
            clock.verdict,
            datetime.fromisoformat(clock.due) if clock.due else None,
            timedelta(seconds=clock.used),
            timedelta(seconds=clock.left or 0),
        )
        for clock in decision.clocks
    }


def compare(policy: Policy, events: list[Event]) -> None:
    life = Life(policy)
    ours = list(life.live(events, UNTIL))
    decisions = [decision for _, decision in Evaluator(policy).replay(events, UNTIL)]
    closing = {rule.id for rule in policy.timing.closing}
    theirs = [decision for decision in decisions if decision.event is not None]
    for event, happened, decision in zip(events, ours, theirs, strict=True):
        violations = [violation.rule for violation in decision.violations if violation.rule in closing]
        assert (event.id, shown(decision), violations) == (event.id, happened.clocks, happened.violations)
    fired = [(datetime.fromisoformat(each.due), each.name) for decision in decisions for each in decision.fired]
    assert sorted(fired) == sorted(life.fired)


@given(histories(DESK, _DESK_TYPES, _DESK_DATA))
def test_desk(events: list[Event]) -> None:
    compare(DESK, events)


@settings(max_examples=max(settings().max_examples // 2, 1))
@given(st.data())
def test_any_policy(drawn: st.DataObject) -> None:
    sections = drawn.draw(policies())
    loaded = read_policy([("policy.yaml", policy_text(**sections))])
    assert loaded.policy is not None, [str(finding) for finding in loaded.findings]
    compare(loaded.policy, drawn.draw(histories(loaded.policy, TYPES, DATA)))
