"""All single changes of a policy that tests should notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from svcrules.casefile.mutate.amounts import other_durations, with_, without
from svcrules.casefile.mutate.clocks import changed_clocks
from svcrules.casefile.mutate.closing import IntakeRule, changed_closing, changed_duties, changed_intake
from svcrules.casefile.mutate.conditions import Fields
from svcrules.casefile.mutate.ladders import changed_ladders
from svcrules.casefile.mutate.model import SEVERAL_TICKETS, Mutant, Touch, reaching, with_event
from svcrules.casefile.mutate.tables import changed_tables, other_limits, other_owners, other_routes, other_values
from svcrules.language.duties import clock_of
from svcrules.language.model import Count, Field, Intake, Policy, Scheme
from svcrules.language.timed import Duty, Timing
from svcrules.time.duration import Duration


def mutants_of(policy: Policy) -> Iterator[Mutant]:
    """
    Yield the policy with each single change, in its order.

    A change that is known to say the same is left out: of whole numbers, `more_than 3` for `at_least 4`; the swap of
    rules that answer alike, or can never match together.
    """
    fields = Fields.of(policy)
    yield from _schemes(policy, fields)
    yield from _routes(policy, fields)
    yield from _intake(policy, fields)
    yield from _limits(policy, fields)
    yield from _clocks(policy)
    yield from _ladders(policy, fields)
    yield from _duties(policy, fields)
    yield from _closing(policy, fields)
    yield from _counts(policy)


def _schemes(policy: Policy, fields: Fields) -> Iterator[Mutant]:
    for index, scheme in enumerate(policy.schemes):
        for text, span, table, touch in changed_tables(scheme.table, other_values(tuple(scheme.values)), fields):
            other: Scheme = scheme._replace(table=table)  # type: ignore[arg-type]
            yield Mutant(text, span, replace(policy, schemes=with_(policy.schemes, index, other)), touch)
    if policy.priority is not None:
        values = other_values(tuple(policy.priority.values))
        for text, span, table, touch in changed_tables(policy.priority.table, values, fields):
            other = policy.priority._replace(table=table)  # type: ignore[arg-type]
            yield Mutant(text, span, replace(policy, priority=other), touch)


def _routes(policy: Policy, fields: Fields) -> Iterator[Mutant]:
    if policy.routing is not None:
        for text, span, table, touch in changed_tables(policy.routing, other_routes(policy), fields):
            yield Mutant(text, span, replace(policy, routing=table), touch)  # type: ignore[arg-type]
    if policy.ownership is not None:
        for text, span, table, touch in changed_tables(policy.ownership, other_owners(policy), fields):
            yield Mutant(text, span, replace(policy, ownership=table), touch)  # type: ignore[arg-type]


def _intake(policy: Policy, fields: Fields) -> Iterator[Mutant]:
    intake = policy.intake
    parts: tuple[tuple[str, tuple[IntakeRule, ...]], ...] = (
        ("required", intake.required),
        ("channels", intake.channels),
        ("checks", intake.checks),
    )
    for name, rules in parts:
        for index, rule in enumerate(rules):
            gone = _with_intake(policy, intake, name, without(rules, index))
            yield Mutant(f"rule {rule.id} removed", rule.span, gone, reaching(("intake", rule.id, "violated")))
            for text, other, touch in changed_intake(rule, fields):
                changed = _with_intake(policy, intake, name, with_(rules, index, other))
                yield Mutant(f"rule {rule.id}: {text}", rule.span, changed, touch)


def _with_intake(policy: Policy, intake: Intake, name: str, rules: tuple[IntakeRule, ...]) -> Policy:
    return replace(policy, intake=intake._replace(**{name: rules}))  # type: ignore[arg-type]


def _limits(policy: Policy, fields: Fields) -> Iterator[Mutant]:
    timing = policy.timing
    for clock, table in timing.limits.items():
        for text, span, other, touch in changed_tables(table, other_limits(policy), fields):
            changed = timing._replace(limits={**timing.limits, clock: other})  # type: ignore[dict-item]
            yield Mutant(text, span, replace(policy, timing=changed), touch)


def _clocks(policy: Policy) -> Iterator[Mutant]:
    timing = policy.timing
    for name, clock in timing.clocks.items():
        if clock.duty or name not in timing.limits:
            continue
        for text, other, touch in changed_clocks(clock, timing.limits[name]):
            changed = timing._replace(clocks={**timing.clocks, name: other})
            yield Mutant(f"clock {name}: {text}", clock.span, replace(policy, timing=changed), touch)


def _ladders(policy: Policy, fields: Fields) -> Iterator[Mutant]:
    timing = policy.timing
    for index, ladder in enumerate(timing.ladders):
        for text, span, other, touch in changed_ladders(ladder, policy, fields):
            changed = timing._replace(ladders=with_(timing.ladders, index, other))
            yield Mutant(text, span, replace(policy, timing=changed), touch)


def _duties(policy: Policy, fields: Fields) -> Iterator[Mutant]:
    timing = policy.timing
    for index, duty in enumerate(timing.duties):
        clocks = {name: clock for name, clock in timing.clocks.items() if name != duty.id}
        gone = timing._replace(duties=without(timing.duties, index), clocks=clocks)
        yield Mutant(f"duty {duty.id} removed", duty.span, replace(policy, timing=gone), reaching(("duty", duty.id)))
        for text, other, touch in changed_duties(duty, policy, fields):
            changed = replace(policy, timing=_with_duty(timing, index, other))
            yield Mutant(f"duty {duty.id}: {text}", duty.span, changed, touch)


def _with_duty(timing: Timing, index: int, duty: Duty) -> Timing:
    clocks = {**timing.clocks, duty.id: clock_of(duty)} if duty.limit is not None else timing.clocks
    return timing._replace(duties=with_(timing.duties, index, duty), clocks=clocks)


def _closing(policy: Policy, fields: Fields) -> Iterator[Mutant]:
    timing = policy.timing
    for index, rule in enumerate(timing.closing):
        gone = timing._replace(closing=without(timing.closing, index))
        touch = reaching(("closing", rule.id, "violated"))
        yield Mutant(f"rule {rule.id} removed", rule.span, replace(policy, timing=gone), touch)
        for text, other, touch in changed_closing(rule, fields):
            changed = timing._replace(closing=with_(timing.closing, index, other))
            yield Mutant(f"rule {rule.id}: {text}", rule.span, replace(policy, timing=changed), touch)


def _counts(policy: Policy) -> Iterator[Mutant]:
    for name, field in policy.fields.items():
        if field.counted is not None:
            for text, count, touch in _changed_counts(field.counted):
                other: Field = field._replace(counted=count)
                changed = replace(policy, fields={**policy.fields, name: other})
                yield Mutant(f"field {name}: {text}", None, changed, touch)


def _changed_counts(count: Count) -> Iterator[tuple[str, Count, Touch]]:
    for within in other_durations(Duration(count.within)):
        text = f"within {Duration(count.within)} -> {within}"
        yield text, count._replace(within=within.time), reaching(SEVERAL_TICKETS)
    if count.distinct is not None:
        yield f"distinct {count.distinct} removed", count._replace(distinct=None), with_event("created")
    for index, field in enumerate(count.same):
        yield f"same: {field} removed", count._replace(same=without(count.same, index)), reaching(SEVERAL_TICKETS)
