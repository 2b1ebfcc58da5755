"""Duties, rules of closing and rules of intake with one change."""

from __future__ import annotations

from collections.abc import Iterator

from svcrules.casefile.mutate.amounts import next_of, other_durations, without
from svcrules.casefile.mutate.clocks import other_events
from svcrules.casefile.mutate.conditions import Fields, changed_conditions
from svcrules.casefile.mutate.limits import changed_limits
from svcrules.casefile.mutate.model import Touch, reaching, with_event
from svcrules.language.model import Channels, Check, Policy, Required, Test
from svcrules.language.timed import ClosingRule, Duty

IntakeRule = Required | Channels | Check


def changed_duties(duty: Duty, policy: Policy, fields: Fields) -> Iterator[tuple[str, Duty, Touch]]:
    """Yield the duty with each single change, what was changed, and which tests it can matter to."""
    owed = reaching(("duty", duty.id))
    for text, condition in changed_conditions(duty.when, fields):
        yield text, duty._replace(when=condition), Touch(conditions=(duty.when, condition))
    for text, types, touch in other_events(duty.upon, duty.done_by):
        yield f"upon: {text}", duty._replace(upon=types), touch
    for text, types, touch in other_events(duty.done_by, duty.upon):
        yield f"done_by: {text}", duty._replace(done_by=types), touch
    if duty.by is not None and (team := next_of(tuple(policy.teams), duty.by)) is not None:
        yield f"by {duty.by} -> {team}", duty._replace(by=team), owed
    if duty.limit is not None:
        for text, limit in changed_limits(duty.limit, policy):
            yield text, duty._replace(limit=limit), owed
    if duty.keep is not None:
        for keep in other_durations(duty.keep):
            yield f"keep {duty.keep} -> {keep}", duty._replace(keep=keep), owed
        yield f"at_most -> {str(not duty.at_most).lower()}", duty._replace(at_most=not duty.at_most), owed


def changed_closing(rule: ClosingRule, fields: Fields) -> Iterator[tuple[str, ClosingRule, Touch]]:
    """Yield the rule with each single change, what was changed, and which tests it can matter to."""
    violated = reaching(("closing", rule.id, "violated"))
    for text, condition in changed_conditions(rule.when, fields):
        yield text, rule._replace(when=condition), Touch(conditions=(rule.when, condition))
    if rule.needs is not None:
        for text, condition in changed_conditions(rule.needs, fields):
            yield f"needs: {text}", rule._replace(needs=condition), Touch(conditions=(rule.needs, condition))
        if rule.after:
            yield "needs removed", rule._replace(needs=None), violated
    if len(rule.after) > 1 or rule.needs is not None:
        for index, type_ in enumerate(rule.after):
            yield f"after: {type_} removed", rule._replace(after=without(rule.after, index)), violated
    else:
        for text, types, _ in other_events(rule.after, ()):
            yield f"after: {text}", rule._replace(after=types), with_event("closed")
    yield f"then -> {'report' if rule.refuse else 'refuse'}", rule._replace(refuse=not rule.refuse), violated


def changed_intake(rule: IntakeRule, fields: Fields) -> Iterator[tuple[str, IntakeRule, Touch]]:
    """Yield the rule with each single change, what was changed, and which tests it can matter to."""
    violated = reaching(("intake", rule.id, "violated"))
    if rule.when is not None:
        for text, condition in changed_conditions(rule.when, fields):
            yield text, rule._replace(when=condition), Touch(conditions=(rule.when, condition))
    for text, types, touch in other_events(rule.at, ()):
        yield f"at: {text}", rule._replace(at=types), touch
    if isinstance(rule, Required):
        for index, field in enumerate(rule.fields):
            if len(rule.fields) > 1:
                yield f"field {field} removed", rule._replace(fields=without(rule.fields, index)), violated
    if isinstance(rule, Channels):
        for index, channel in enumerate(rule.accepted):
            fewer = without(rule.accepted, index)
            touch = Touch(conditions=(Test(rule.field, "one_of", rule.accepted), Test(rule.field, "one_of", fewer)))
            yield f"accepted: {channel} removed", rule._replace(accepted=fewer), touch
    else:
        yield f"refuse -> {str(not rule.refuse).lower()}", rule._replace(refuse=not rule.refuse), violated
