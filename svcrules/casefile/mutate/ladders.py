"""Ladders with one change."""

from __future__ import annotations

from collections.abc import Iterator

from svcrules.casefile.mutate.amounts import next_of, other_durations, other_percent, with_, without
from svcrules.casefile.mutate.clocks import other_events
from svcrules.casefile.mutate.conditions import Fields, changed_conditions
from svcrules.casefile.mutate.limits import other_calendar
from svcrules.casefile.mutate.model import Touch, reaching
from svcrules.diagnostics import Span
from svcrules.language.model import Policy
from svcrules.language.timed import Hinge, Ladder, Moment, Step
from svcrules.time.duration import Duration

Changed = tuple[str, Span | None, Ladder, Touch]


def changed_ladders(ladder: Ladder, policy: Policy, fields: Fields) -> Iterator[Changed]:
    """Yield the ladder with each single change, what was changed and where, and which tests it can matter to."""
    for text, condition in changed_conditions(ladder.when, fields):
        touch = Touch(conditions=(ladder.when, condition))
        yield f"ladder {ladder.id}: {text}", ladder.span, ladder._replace(when=condition), touch
    for index, step in enumerate(ladder.steps):
        name = f"{ladder.id}.{step.id}"
        gone = ladder._replace(steps=without(ladder.steps, index))
        fired = reaching(("step", name))
        yield f"step {name} removed", step.span, gone, fired
        climbs = reaching(("ladder", ladder.id), ("step", name))
        for text, other, touch in _changed_steps(step, fired, climbs, policy, fields):
            changed = ladder._replace(steps=with_(ladder.steps, index, other))
            yield f"step {name}: {text}", step.span, changed, touch


def _changed_steps(
    step: Step, fired: Touch, climbs: Touch, policy: Policy, fields: Fields
) -> Iterator[tuple[str, Step, Touch]]:
    """Yield the step with each single change; `fired` are the tests in which it fires, `climbs` those of the ladder."""
    if step.when is not None:
        for text, condition in changed_conditions(step.when, fields):
            yield text, step._replace(when=condition), Touch(conditions=(step.when, condition))
    for text, types, touch in other_events(step.upon, ()):
        yield f"upon: {text}", step._replace(upon=types), touch
    if step.at is not None:
        for text, moment in _other_moments(step.at, policy):
            yield f"at: {text}", step._replace(at=moment), climbs
    for text, other in (*_other_targets(step, policy), *_other_repetitions(step)):
        yield text, other, fired
    if step.calendar is not None and (calendar := other_calendar(step.calendar, policy)) is not None:
        yield f"calendar {step.calendar} -> {calendar}", step._replace(calendar=calendar), climbs


def _other_moments(moment: Moment, policy: Policy) -> Iterator[tuple[str, Moment]]:
    if moment.hinge is Hinge.PERCENT:
        percent = other_percent(moment.percent)
        yield f"{moment.percent}% -> {percent}%", moment._replace(percent=percent)
    for offset in other_durations(moment.offset):
        yield f"{moment.offset} -> {offset}", moment._replace(offset=offset)
    if moment.offset != Duration() and moment.hinge is Hinge.BREACH:
        before, after = ("before", "after") if moment.before else ("after", "before")
        yield f"{before} -> {after}", moment._replace(before=not moment.before)
    if moment.clock is not None:
        limited = [clock for clock in policy.timing.clocks if clock in policy.timing.limits or clock == moment.clock]
        clock = next_of(limited, moment.clock)
        if clock is not None:
            yield f"{moment.clock} -> {clock}", moment._replace(clock=clock)


def _other_targets(step: Step, policy: Policy) -> Iterator[tuple[str, Step]]:
    if step.to is not None:
        team = next_of(tuple(policy.teams), step.to.team)
        if team is not None:
            yield f"to {step.to.team} -> {team}", step._replace(to=step.to._replace(team=team))
        if step.to.field is not None:
            yield f"to field {step.to.field} removed", step._replace(to=step.to._replace(field=None))
    for index, team in enumerate(step.notify):
        yield f"notify {team} removed", step._replace(notify=without(step.notify, index))
    for index, task in enumerate(step.do):
        yield f"do {task} removed", step._replace(do=without(step.do, index))


def _other_repetitions(step: Step) -> Iterator[tuple[str, Step]]:
    if step.repeat is None:
        return
    for repeat in other_durations(step.repeat):
        yield f"repeat every {step.repeat} -> {repeat}", step._replace(repeat=repeat)
    for times in (step.up_to + 1, step.up_to - 1):
        if times > 0:
            yield f"up_to {step.up_to} -> {times}", step._replace(up_to=times)
