"""What tickets aim at: each condition of a policy, with what must be given and must happen for it to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from svcrules.language.model import All, Condition, Intake, Not, Policy, Test
from svcrules.language.timed import Duty, Ladder, Timing

_ALWAYS = All(())


class Goal(NamedTuple):
    """
    A condition to meet.

    `given` must hold for it to be asked at all; of each of `events`, in order, one type should happen.
    """

    condition: Condition
    given: tuple[Condition, ...] = ()
    events: tuple[tuple[str, ...], ...] = ()


def goals_of(policy: Policy) -> Iterator[Goal]:
    """Yield a goal for each rule, step and duty, and for nothing at all."""
    yield Goal(_ALWAYS)
    for table in policy.tables:
        given = (table.applies,) if table.applies is not None else ()
        yield from (Goal(rule.when, given) for rule in table.rules)
        yield from map(Goal, given)
    yield from _at_intake(policy.intake)
    yield from _in_time(policy.timing)


def _at_intake(intake: Intake) -> Iterator[Goal]:
    for required in intake.required:
        present = tuple(Test(field, "present", True) for field in required.fields)
        yield Goal(All(present), (required.when or _ALWAYS,), (required.at,))
        yield Goal(required.when or _ALWAYS, (), (required.at,))
    for channels in intake.channels:
        accepted = Test(channels.field, "one_of", channels.accepted)
        yield Goal(accepted, (channels.when or _ALWAYS,), (channels.at,))
        yield Goal(Not(accepted), (channels.when or _ALWAYS,), (channels.at,))
    for check in intake.checks:
        yield Goal(check.when, (), (check.at,))


def _in_time(timing: Timing) -> Iterator[Goal]:
    for name, table in timing.limits.items():
        clock = timing.clocks[name]
        for rule in table.rules:
            yield Goal(rule.when, (), (clock.starts, clock.stops))
            for pause in clock.pauses:
                yield Goal(rule.when, (), (clock.starts, pause.begins, pause.ends, clock.stops))
            yield Goal(rule.when, (), (clock.starts, clock.stops, ("reopened",), clock.stops))
    for ladder in timing.ladders:
        yield from _of_ladder(ladder)
    for duty in timing.duties:
        yield from _of_duty(duty)
    for closing in timing.closing:
        yield Goal(closing.needs or _ALWAYS, (closing.when,), (closing.after, ("closed",)))
        yield Goal(closing.when, (), (("closed",),))


def _of_ladder(ladder: Ladder) -> Iterator[Goal]:
    yield Goal(ladder.when, (), (("updated",), ("closed",), ("reopened",)))
    for step in ladder.steps:
        yield Goal(step.when or _ALWAYS, (ladder.when,), (step.upon,))


def _of_duty(duty: Duty) -> Iterator[Goal]:
    yield Goal(duty.when, (), (duty.upon,))
    if duty.done_by:
        yield Goal(duty.when, (), (duty.upon, duty.done_by, duty.upon))
