"""The evaluators agree on policies and tickets that are drawn: the whole of the language, every boundary."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from svcrules.agreement.session import Plan, ready, verify
from svcrules.engines import ENGINES
from svcrules.language import model
from svcrules.language.conditions import OPERATORS
from svcrules.language.timed import Hinge
from svcrules.report.agreement.human import render
from svcrules.report.agreement.outcome import OfPolicy, Outcome
from tests.agreement.policies import loaded, policy, readable

randoms = st.randoms(use_true_random=False)


@settings(max_examples=60)
@given(randoms)
def test_generated_policies_are_right(random: Random) -> None:
    sections = policy(random)
    note(readable(sections))
    assert [str(finding) for finding in loaded(sections).findings if finding.is_error] == []


@settings(max_examples=15)
@given(randoms, st.integers(0, 2**16))
def test_the_evaluators_agree(random: Random, seed: int) -> None:
    sections = policy(random)
    read = loaded(sections).policy
    assert read is not None
    verified = verify(read, (), Plan(ENGINES, tickets=12, seed=seed, most_events=3))
    note(readable(sections))
    note(render(Outcome((OfPolicy("FILE", verified, 0.0),), seed)))
    assert verified.agreed


def test_all_of_the_language_is_drawn() -> None:
    said: set[object] = set()
    for seed in range(150):
        said.update(_said(policy(Random(seed))))
    assert said >= {
        *("classification", "priority", "routing", "ownership", "intake", "calendars", "holidays", "clocks"),
        *("time_limits", "duties", "escalation", "closing", "event_types", "teams"),
        *(operator for operator in OPERATORS if operator not in ("equal", "one_of")),
        *("all", "any", "not", "apart_from", "matrix", "from", "otherwise", "notify", "field", "min", "max", "unit"),
        *("required", "channels", "checks", "if_missing", "at", "accepted", "then", "refuse"),
        *("count", "by", "distinct", "same", "off", "working", "dates", "boundary", "opening", "timezone"),
        *("starts", "stops", "pauses", "restarts", "on_reopen", "on_limit_change", "resume", "restart", "keep"),
        *("within", "warn_at", "day_end", "same_time", "not_before", "done_by", "at_most", "needs", "after", "upon"),
        *("to", "kind", "do", "repeat", "up_to", "calendar", "hierarchical", "functional", "report", "cites"),
    }


def _said(value: Any) -> Iterator[object]:
    """Yield the keys and texts in a JSON value."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _said(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _said(each)
    elif isinstance(value, str):
        yield value


def test_generated_policies_mean_all_of_the_model() -> None:
    operators, kinds, types, hinges, depending = set(), set(), set(), set(), 0
    for seed in range(150):
        read = loaded(policy(Random(seed))).policy
        assert read is not None
        types |= {field.type for field in read.fields.values()}
        hinges |= {step.at.hinge for ladder in read.timing.ladders for step in ladder.steps if step.at is not None}
        results = {scheme.name for scheme in read.schemes}
        for table in read.tables:
            for rule in table.rules:
                kinds.add(type(rule.when))
                operators |= {test.operator for test in model.tests_in(rule.when)}
                is_scheme = table.name.startswith("classification.")
                depending += is_scheme and any(test.field in results for test in model.tests_in(rule.when))
    assert operators == set(OPERATORS)
    assert kinds == {model.Test, model.All, model.Any, model.Not}
    assert types == set(model.FieldType)
    assert hinges == set(Hinge)
    assert depending > 20


def test_all_engines_take_part() -> None:
    read = loaded(policy(Random(0))).policy
    assert read is not None
    assert ready(read, ENGINES).engines.keys() | ready(read, ENGINES).refused.keys() == set(ENGINES)
