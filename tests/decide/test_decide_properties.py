"""What must hold for every policy and ticket; the reference evaluator says what is right."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from svcrules import Evaluator, Event
from svcrules.evaluators import reference
from svcrules.language.load import read_policy
from tests.samples import policy_text
from tests.strategies import Json, events, policies

TICKETS = st.lists(events(), min_size=1, max_size=6)


def loaded(sections: Json) -> Evaluator:
    found = read_policy([("policy.yaml", policy_text(**sections))])
    assert found.policy is not None, found.findings
    return Evaluator(found.policy)


@settings(max_examples=120)
@given(policies(), TICKETS)
def test_reference_agrees(sections: Json, tickets: list[Json]) -> None:
    evaluator = loaded(sections)
    for ticket in tickets:
        _, expected = reference.decide(evaluator.policy, None, Event.from_dict(ticket))
        assert evaluator.decide(ticket).to_dict() == expected.to_dict()


@settings(max_examples=40)
@given(policies(), TICKETS)
def test_equal_inputs_give_equal_decisions(sections: Json, tickets: list[Json]) -> None:
    one, other = loaded(sections), loaded(copy.deepcopy(sections))
    first = [one.decide(ticket).to_json() for ticket in tickets]
    assert first == [one.decide(ticket).to_json() for ticket in tickets]
    assert first == [other.decide(ticket).to_json() for ticket in tickets]


ANY_DATA = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(),
        "handler": st.text(),
        "tags": st.lists(st.text(), max_size=3),
        "affected": st.integers() | st.floats(-1e300, 1e300).map(float.__floor__).map(float),
        "loss": st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
        "ends": st.dates().map(str),
        "other": st.none() | st.text(),
    },
)


@settings(max_examples=50)
@given(policies(), st.lists(events(ANY_DATA), min_size=1, max_size=4))
def test_no_ticket_is_too_odd(sections: Json, tickets: list[Json]) -> None:
    evaluator = loaded(sections)
    for ticket in tickets:
        evaluator.explain(ticket).to_dict()


def rules_in(sections: Json) -> Iterator[tuple[Json, str, int]]:
    """Yield where each rule stands: the mapping, the key and the index in its list."""
    tables = [
        *sections["classification"].values(),
        *(sections.get(key, {}) for key in ("priority", "routing", "ownership")),
    ]
    places = [(table, "rules") for table in tables]
    places += [(sections.get("intake", {}), key) for key in ("required", "channels", "checks")]
    for mapping, key in places:
        for index in range(len(mapping.get(key, ()))):
            yield mapping, key, index


def without_digest(evaluator: Evaluator, ticket: Json) -> Json:
    """Return the decision, with reasons by table: a rule that tests another scheme has a say in their order."""
    decision = evaluator.decide(ticket).to_dict()
    del decision["policy"]["digest"]
    decision["reasons"].sort(key=lambda reason: reason["table"])
    return decision


@settings(max_examples=40)
@given(policies(), events())
def test_rule_that_does_not_match_can_be_removed(sections: Json, ticket: Json) -> None:
    evaluator = loaded(sections)
    expected = without_digest(evaluator, ticket)
    fewer = copy.deepcopy(sections)
    places = list(rules_in(fewer))
    for mapping, key, index in reversed(places):
        answer = evaluator.why_not(ticket, mapping[key][index]["id"])
        if not (answer.holds and answer.applied):
            del mapping[key][index]
            if not mapping[key]:
                del mapping[key]
    if "intake" in fewer and not fewer["intake"]:
        del fewer["intake"]
    assert without_digest(loaded(fewer), ticket) == expected


def without_facts(decision: Json) -> Json:
    """Leave out the facts, and the fields of checks, which are those of their facts."""
    for entry in (*decision["reasons"], *decision["violations"]):
        del entry["facts"]
    for entry in (*decision["actions"], *decision["violations"]):
        if entry["rule"].startswith("checks-"):
            del entry["fields"]
    return decision


@settings(max_examples=40)
@given(policies(), TICKETS)
def test_not_not_changes_no_more_than_facts(sections: Json, tickets: list[Json]) -> None:
    doubled = copy.deepcopy(sections)
    for mapping, key, index in rules_in(doubled):
        rule = mapping[key][index]
        if "when" in rule:
            rule["when"] = {"not": {"not": rule["when"]}}
    one, other = loaded(sections), loaded(doubled)
    for ticket in tickets:
        assert without_facts(without_digest(one, ticket)) == without_facts(without_digest(other, ticket))


@settings(max_examples=50)
@given(policies(), TICKETS)
def test_explanations_say_what_was_decided(sections: Json, tickets: list[Json]) -> None:
    evaluator = loaded(sections)
    tables = {table.name: table for table in evaluator.policy.tables}
    for ticket in tickets:
        explanation = evaluator.explain(ticket)
        assert explanation.decision == evaluator.decide(ticket)
        assert [table.table for table in explanation.tables] == list(tables)
        for table in explanation.tables:
            later = [entry.rule for entry in table.later]
            rules = [rule.id for rule in tables[table.table].rules]
            passed_over = rules[: rules.index(table.rule)] if table.rule in rules else rules
            for rule in rules:
                answer = evaluator.why_not(ticket, rule)
                assert (answer.table, answer.winner, answer.applied) == (table.table, table.rule, table.applied)
                if table.applied:
                    assert answer.holds is (rule == table.rule or rule in later)
                    assert not (answer.holds and rule in passed_over)


@settings(max_examples=50)
@given(policies(), TICKETS)
def test_why_not_knows_what_intake_found(sections: Json, tickets: list[Json]) -> None:
    evaluator = loaded(sections)
    for ticket in tickets:
        violated = {violation.rule for violation in evaluator.decide(ticket).violations}
        for rule in evaluator.policy.intake.rules:
            answer = evaluator.why_not(ticket, rule.id)
            assert answer.winner is None
            assert (answer.holds and answer.applied) is (rule.id in violated)
