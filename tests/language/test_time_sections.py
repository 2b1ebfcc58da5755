"""What the sections about time and the waivers become: the policy tests/policies/valid/time.yaml as a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from svcrules.language import model
from svcrules.language.load import load_policy
from svcrules.language.model import All, Count, FieldType, NewVersion, Otherwise, Owner, Policy, Rule, Title
from svcrules.language.timed import (
    Clock,
    ClosingRule,
    Duty,
    Hinge,
    Ladder,
    Limit,
    Moment,
    OnLimitChange,
    OnReopen,
    Pause,
    Step,
)
from svcrules.time.calendar import DayEnd
from svcrules.time.duration import Duration

_PATH = Path(__file__).parent.parent / "policies" / "valid" / "time.yaml"
_ALWAYS = All(())


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(_PATH)


def _unplaced(record: Any) -> Any:
    """Return the record without its place, which it must have."""
    assert record.span is not None
    return record._replace(span=None)


def _named(records: Sequence[Any], id_: str) -> Any:
    return _unplaced(next(record for record in records if record.id == id_))


def test_clocks(policy: Policy) -> None:
    clocks = {name: _unplaced(clock) for name, clock in policy.timing.clocks.items()}
    assert clocks == {
        "first_response": Clock(
            "first_response",
            ("created",),
            ("responded", "handling_started"),
            title=Title("First response", "首次响应"),
            note="From the first event.",
            cites=("gas-6.2-a",),
        ),
        "resolution": Clock(
            "resolution",
            ("created", "customer_objects"),
            ("resolved",),
            (Pause(("waiting_for_customer",), ("customer_replied", "updated")),),
            ("customer_rejected",),
            OnReopen.RESUME,
            OnLimitChange.RESTART,
        ),
        "visit": Clock(
            "visit",
            ("assigned",),
            ("handling_started",),
            (Pause(("waiting_for_customer",), ("customer_replied",)), Pause(("customer_objects",), ("verified",))),
            ("assigned", "reopened"),
            OnReopen.RESTART,
            OnLimitChange.KEEP,
        ),
        "report": Clock("report", ("resolved",), ("closed",)),
        "contact-after-end": Clock(
            "contact-after-end",
            ("closed",),
            ("followed_up",),
            title=Title("Contact the customer", "联系客户"),
            note="By phone.",
            cites=("gas-6.2-b",),
            duty=True,
        ),
    }


def test_limits(policy: Policy) -> None:
    limits = policy.timing.limits
    assert {clock: table.name for clock, table in limits.items()} == {
        clock: f"time_limits.{clock}" for clock in ("resolution", "first_response", "visit", "report")
    }
    assert {table.otherwise for table in limits.values()} == {Otherwise(None)}
    # Rules of one clock stay together in their order, wherever they stand in the list.
    assert [_unplaced(rule) for rule in limits["resolution"].rules] == [
        Rule(
            "major-result",
            All((model.Test("complaint_class", "equal", "major"), model.Test("priority", "equal", "P1"))),
            Limit(
                Duration(working_days=2), "office", DayEnd.SAME_TIME, (50, 80, 99), not_before=Duration(working_days=1)
            ),
            Title("Major complaints", "重大投诉"),
            "The manual says two days.",
            ("gas-6.2-a",),
        ),
        Rule(
            "ordinary-result",
            _ALWAYS,
            Limit(Duration(working_days=5), "office", not_before=Duration(timedelta(hours=2))),
        ),
    ]
    assert [rule.answer for clock in ("first_response", "visit", "report") for rule in limits[clock].rules] == [
        Limit(Duration(), "always"),
        Limit(Duration(timedelta(hours=4)), "office"),
        Limit(Duration(timedelta(minutes=90)), "office", warn_at=(1,)),
    ]


def test_ladders(policy: Policy) -> None:
    ladder, everything = policy.timing.ladders
    assert _unplaced(ladder)._replace(steps=()) == Ladder(
        "major-complaint",
        model.Test("complaint_class", "one_of", ("major", "repeated")),
        (),
        Title("Major complaint", "重大投诉"),
        "For managers.",
        ("gas-6.2-b",),
    )
    assert everything.when == _ALWAYS
    assert [step.id for step in everything.steps] == ["late", "reported"]


@pytest.mark.parametrize(
    "step",
    [
        Step(
            "manager",
            Moment(Hinge.START),
            (),
            to=Owner("service_manager"),
            kind="hierarchical",
            title=Title("The manager takes over", "经理接手"),
            note="At once.",
            cites=("gas-6.2-b",),
        ),
        Step(
            "expert",
            Moment(Hinge.START),
            (),
            to=Owner("front_line", "handler"),
            kind="functional",
            do=("start_emergency_plan",),
        ),
        Step("later", Moment(Hinge.START, offset=Duration(timedelta(hours=2))), (), notify=("team_lead",)),
        Step(
            "later-in-the-office",
            Moment(Hinge.START, offset=Duration(working_days=1)),
            (),
            notify=("team_lead",),
            calendar="office",
        ),
        Step(
            "warn",
            Moment(Hinge.PERCENT, "resolution", 80),
            (),
            when=model.Test("priority", "equal", "P1"),
            notify=("team_lead", "front_line"),
        ),
        Step(
            "soon",
            Moment(Hinge.BREACH, "resolution", offset=Duration(timedelta(minutes=30)), before=True),
            (),
            notify=("team_lead",),
        ),
        Step(
            "very-late",
            Moment(Hinge.BREACH, "resolution", offset=Duration(working_days=1)),
            (),
            to=Owner("management"),
            repeat=Duration(working_days=1),
            up_to=5,
        ),
        Step("duty", Moment(Hinge.BREACH, "contact-after-end"), (), notify=("team_lead",)),
        Step("objects", None, ("customer_objects",), to=Owner("service_manager")),
        Step(
            "objects-again",
            None,
            ("customer_objects", "customer_rejected"),
            do=("call", "write"),
            repeat=Duration(working_days=2),
            up_to=2,
            calendar="office",
        ),
    ],
    ids=lambda step: step.id,
)
def test_steps(policy: Policy, step: Step) -> None:
    assert _named(policy.timing.ladders[0].steps, step.id) == step


def test_duties(policy: Policy) -> None:
    assert [_unplaced(duty) for duty in policy.timing.duties] == [
        Duty(
            "contact-after-end",
            Title("Contact the customer", "联系客户"),
            ("closed",),
            model.Test("kind", "equal", "repair"),
            "front_line",
            Limit(Duration(working_days=2), "office", warn_at=(50,), not_before=Duration(timedelta(hours=4))),
            ("followed_up",),
            note="By phone.",
            cites=("gas-6.2-b",),
        ),
        Duty(
            "keep-record",
            Title("Keep the record", "保存记录"),
            ("closed", "cancelled"),
            _ALWAYS,
            keep=Duration(timedelta(days=730)),
        ),
        Duty(
            "delete-record",
            Title("Delete the record", "删除记录"),
            ("closed",),
            _ALWAYS,
            keep=Duration(timedelta(days=1095)),
            at_most=True,
        ),
        Duty("tell-customer", Title("Tell the customer", "告知客户"), ("resolved",), _ALWAYS, "front_line"),
    ]


def test_closing(policy: Policy) -> None:
    assert [_unplaced(rule) for rule in policy.timing.closing] == [
        ClosingRule(
            "customer-confirms",
            Title("The customer has confirmed", "客户已确认"),
            model.Test("kind", "equal", "complaint"),
            model.Test("customer_confirmed", "equal", True),
            ("verified", "resolved"),
            note="In writing.",
            cites=("gas-6.2-b",),
        ),
        ClosingRule(
            "result",
            Title("There is a result", "有处理结果"),
            _ALWAYS,
            model.Test("text", "present", True),
            refuse=False,
        ),
        ClosingRule("checked", Title("It was checked", "已核实"), _ALWAYS, after=("verified",)),
    ]


def test_counting_fields(policy: Policy) -> None:
    counting = {name: field for name, field in policy.fields.items() if field.counted is not None}
    assert {name: field.counted for name, field in counting.items()} == {
        "repeats_30d": Count(model.Test("kind", "equal", "complaint"), "customer.id", timedelta(days=30)),
        "devices_7d": Count(
            All((model.Test("kind", "equal", "repair"), model.Test("device.id", "present", True))),
            "customer.id",
            timedelta(days=7),
            distinct="device.id",
        ),
        "same_1d": Count(
            model.Any((model.Test("kind", "equal", "complaint"), model.Test("text", "mentions", ("投诉",)))),
            "customer.id",
            timedelta(days=1),
            same=("topic", "kind"),
        ),
    }
    assert {(field.type, field.minimum, field.maximum) for field in counting.values()} == {(FieldType.INTEGER, 0, None)}
    assert counting["repeats_30d"].title == Title("Complaints", "投诉次数")
    assert counting["repeats_30d"].note == "In a month."
    # Their place among the fields is the one in the file.
    assert list(policy.fields)[-4:] == ["customer_confirmed", *counting]


def test_waivers_and_new_version(policy: Policy) -> None:
    assert [(waiver.clauses, waiver.reason) for waiver in policy.waivers] == [
        (("gas-2.3-a", "gas-2.3-c"), Title("About training", "关于培训"))
    ]
    assert policy.new_version is NewVersion.RECOMPUTE
    assert load_policy(_PATH.with_name("smallest.yaml")).new_version is NewVersion.KEEP
