"""Each clause of the manuals that asks for something is carried by a rule that cites it, or waived with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from svcrules import Policy, load_policy, resources

# What an engine that works on tickets can carry out; the other kinds are about the organisation around it.
KINDS = {
    "time_limit",
    "escalation",
    "emergency",
    "notification",
    "feedback",
    "closing",
    "retention",
    "target",
    "state",
    "required_field",
    "channel",
}
NAMES = resources.policy_names()


def _cites(policy: Policy) -> Iterator[str]:
    for table in (*policy.tables, *policy.timing.limits.values()):
        for rule in table.rules:
            yield from rule.cites
        yield from table.otherwise.cites
    timing = policy.timing
    for scheme in policy.value_schemes:
        yield from scheme.cites
    for step in (step for ladder in timing.ladders for step in ladder.steps):
        yield from step.cites
    for several in (
        policy.teams.values(),
        policy.intake.rules,
        timing.clocks.values(),
        timing.ladders,
        timing.duties,
        timing.closing,
    ):
        for each in several:
            yield from each.cites


@pytest.mark.parametrize("name", NAMES)
def test_each_clause_is_cited_or_waived(name: str) -> None:
    policy = load_policy(resources.policies_folder() / name)
    accounted = set(_cites(policy)) | {clause for waiver in policy.waivers for clause in waiver.clauses}
    open_ = [
        clause.id
        for clause in policy.clauses.values()
        if clause.kind in KINDS and clause.normative in ("must", "should") and clause.id not in accounted
    ]
    assert open_ == []


@pytest.mark.parametrize("name", NAMES)
def test_no_clause_is_both(name: str) -> None:
    policy = load_policy(resources.policies_folder() / name)
    waived = {clause for waiver in policy.waivers for clause in waiver.clauses}
    assert waived & set(_cites(policy)) == set()
