"""The engine `rete` beside the plain reading; what it decides itself; what it refuses; how it lives through errors."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcrules import load_policy
from svcrules.evaluators.facts import Vocabulary
from svcrules.evaluators.rete import EngineError, Matched, Rete, other_conditions
from svcrules.evaluators.rete.columns import Columns, Literal
from svcrules.evaluators.rete.conditions import alternatives
from svcrules.evaluators.rete.engine import Engine
from svcrules.evaluators.rete.network import Network
from svcrules.evaluators.rete.stages import plan
from svcrules.language import model
from svcrules.language.load import read_policy
from svcrules.language.model import Condition, Otherwise, Policy, Rule, Scheme, Table, Value
from tests.evaluators.rete_long_run import POLICIES, plainly, tickets
from tests.samples import policy_text, unmeasured
from tests.strategies import DATA, FIELDS, Json, policies

durable = pytest.importorskip("durable.engine", reason="durable-rules cannot be imported", exc_type=ImportError)
native = pytest.importorskip("durable_rules_engine", exc_type=ImportError)

_PROGRAM = "use the engine `program`, which has no such limit"
_ANEW = "decide this ticket with the engine `program`; for the next one durable-rules is set up anew"


def sample(sections: Json) -> Policy:
    loaded = read_policy([("policy.yaml", policy_text(**{"fields": FIELDS, **sections}))])
    assert loaded.policy is not None, loaded.findings
    return loaded.policy


def with_checks(conditions: list[Json], fields: Json = FIELDS) -> Policy:
    """Return a policy whose other conditions are these, in their order."""
    title = {"en": "Wrong", "zh": "有误"}
    checks = [{"id": f"check-{number}", "when": when, "title": title} for number, when in enumerate(conditions)]
    return sample({"fields": fields, "intake": {"checks": checks}})


def with_rules(conditions: list[Condition]) -> Policy:
    """Return a policy with a table of a rule for each condition, made without reading so many."""
    return replace(sample({}), schemes=(scheme("result", conditions),))


def scheme(name: str, conditions: list[Condition]) -> Scheme:
    rules = tuple(Rule(f"{name}-{number}", when, "yes") for number, when in enumerate(conditions))
    return Scheme(name, {"yes": None, "no": None}, Table(f"classification.{name}", rules, Otherwise("no")))


@pytest.fixture
def small() -> Iterator[Rete]:
    rete = Rete(sample({"classification": {"result": SMALL}}))
    yield rete
    rete.close()


SMALL: Json = {
    "values": ["yes", "no"],
    "rules": [
        {"id": "many", "when": {"affected": {"at_least": 10}}, "is": "yes"},
        {"id": "some", "when": {"affected": {"at_least": 3}}, "is": "no"},
    ],
    "otherwise": "no",
}
MANY = Matched({"classification.result": 0}, frozenset())
SOME = Matched({"classification.result": 1}, frozenset())
NEITHER = Matched({"classification.result": None}, frozenset())


@pytest.mark.parametrize("name", sorted(path.name for path in POLICIES.iterdir()))
def test_policies_of_the_manuals(name: str) -> None:
    policy = load_policy(POLICIES / name)
    rete = Rete(policy)
    for values in islice(tickets(policy, 7), 60):
        assert rete.run(values) == plainly(policy, values)
    rete.close()


@given(policies(), st.lists(DATA, min_size=1, max_size=4))
def test_any_policy(sections: Json, data: list[Json]) -> None:
    policy = sample(sections)
    rete = Rete(policy)
    for values in map(Vocabulary(policy.fields).read, data):
        assert rete.run(values.facts) == plainly(policy, values.facts)
    rete.close()


def test_clocks_ladders_duties_and_closing_rules() -> None:
    title = {"en": "Title", "zh": "标题"}
    policy = sample(
        {
            "teams": {"desk": {"title": title}},
            "calendars": {"always": {"hours": "always"}},
            "clocks": {"reply": {"starts": "created", "stops": ["resolved"]}},
            "time_limits": [
                {"id": "short", "clock": "reply", "when": {"kind": "repair"}, "within": "1h", "calendar": "always"},
                {"id": "long", "clock": "reply", "within": "2h", "calendar": "always"},
            ],
            "escalation": [
                {
                    "id": "ladder",
                    "when": {"kind": "repair"},
                    "steps": [
                        {"id": "first", "at": "start", "to": "desk"},
                        {"id": "second", "at": "start", "when": {"injury": True}, "to": "desk"},
                    ],
                }
            ],
            "duties": [{"id": "tell", "title": title, "upon": ["resolved"], "when": {"kind": "inquiry"}}],
            "closing": [
                {"id": "end", "title": title, "when": {"kind": "repair"}, "needs": {"loss": {"present": True}}}
            ],
        }
    )
    kind = {name: model.Test("kind", "equal", name) for name in ("repair", "inquiry")}
    assert other_conditions(policy) == (
        kind["repair"],
        model.Test("injury", "equal", True),
        kind["inquiry"],
        kind["repair"],
        model.Test("loss", "present", True),
    )
    rete = Rete(policy)
    assert rete.run({"kind": "repair", "injury": True}) == Matched({"time_limits.reply": 0}, frozenset({0, 1, 3}))
    assert rete.run({"kind": "inquiry", "loss": 0.5}) == Matched({"time_limits.reply": 1}, frozenset({2, 4}))
    rete.close()


NUMBERS = (0, 3, -3, 0.1, 0.25, 1 / 3, 1e-7, 123_456.789, 2**30, 2**31, 2**40, 1e300, -(2**53), 5e-324)
NUMBER_TESTS: list[Json] = [
    {"loss": test}
    for number in NUMBERS
    for test in (
        number,
        [number, 1],
        *({name: number} for name in ("at_least", "more_than", "at_most", "less_than")),
        {"between": [min(number, 1), max(number, 1)]},
        {"not": {"at_least": number}},
    )
]
COMPARING = with_checks(NUMBER_TESTS)


@pytest.fixture(scope="module")
def comparing() -> Iterator[Rete]:
    rete = Rete(COMPARING)
    yield rete
    rete.close()


@given(
    number=st.one_of(
        st.sampled_from(NUMBERS),
        st.tuples(st.sampled_from(NUMBERS), st.sampled_from((-1, -0.1, -1e-9, 1e-9, 0.1, 1))).map(sum),
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(10**300), 10**300),
    )
)
def test_numbers_compare_as_they_do_in_python(comparing: Rete, number: float) -> None:
    values: dict[str, Value] = {"loss": number}
    assert comparing.run(values) == plainly(COMPARING, values)


@pytest.mark.parametrize(
    ("when", "patterns"),
    [
        ({"kind": "repair"}, [[{"c0": "repair"}]]),
        ({"kind": ["repair", "inquiry"]}, [[{"c0": "repair"}], [{"c0": "inquiry"}]]),
        ({"injury": False}, [[{"c0": False}]]),
        ({"affected": {"at_least": 3}}, [[{"$gte": {"c0": 6}}]]),
        ({"affected": {"more_than": 3, "less_than": 9}}, [[{"$lt": {"c0": 18}}, {"$gt": {"c0": 6}}]]),
        ({"loss": {"at_most": 0.25}}, [[{"$lte": {"c0": 50}}]]),
        (
            {"ends": {"between": ["2026-02-28", "2026-10-01"]}},
            [[{"$gte": {"c0": 20260228}}, {"$lte": {"c0": 20261001}}]],
        ),
        ({"any": [{"kind": "repair"}, {"injury": True}]}, [[{"c0": "repair"}], [{"c1": True}]]),
        ({"not": {"not": {"kind": "repair"}}}, [[{"c0": "repair"}]]),
    ],
)
def test_the_engine_decides_itself(when: Json, patterns: list[list[Json]]) -> None:
    found = patterns_of(when)
    assert [[literal.pattern for literal in listed] for listed in found] == patterns
    assert not any(literal.computed for listed in found for literal in listed)


@pytest.mark.parametrize(
    ("when", "count"),
    [
        ({"handler": "Ann"}, 1),
        ({"handler": ["Ann", "Bob"]}, 1),
        ({"text": {"mentions": "fire"}}, 1),
        ({"text": {"matches": "fire"}}, 1),
        ({"kind": {"present": True}}, 1),
        ({"kind": {"not": "repair"}}, 1),
        ({"tags": {"has_any": ["a", "A"]}}, 2),
        ({"symptoms": {"has": "smell"}}, 1),
        ({"affected": {"at_least": 3_000_000_000}}, 1),
        ({"loss": {"at_least": 1e-9}}, 1),
    ],
)
def test_found_outside(when: Json, count: int) -> None:
    found = patterns_of(when)
    assert len(found) == count
    assert all(literal.computed for listed in found for literal in listed)


def test_parts_with_too_many_alternatives_are_found_outside() -> None:
    choice = {"any": [{"kind": "repair"}, {"injury": True}]}
    when = {"all": [choice, {"any": [{"loss": number} for number in range(5)]}, {"affected": 1}]}
    assert len(patterns_of(when, most=10)) == 10
    ((*literals,),) = patterns_of(when, most=9)
    assert [literal.computed for literal in literals] == [False, True, True]


def test_conditions_found_outside_as_a_whole() -> None:
    choice = {"any": [{"kind": "repair"}, *({"loss": number} for number in range(20))]}
    policy = with_checks([choice, {"injury": True, **choice}, {"not": {"any": [{"injury": True, "kind": "repair"}]}}])
    rete = Rete(policy)
    listed: tuple[dict[str, Value], ...] = (
        {"kind": "repair"},
        {"loss": 19, "injury": True},
        {"loss": 20},
        {"injury": True, "kind": "repair"},
    )
    for values in listed:
        assert rete.run(values) == plainly(policy, values)
    rete.close()


def patterns_of(when: Json, most: int = 16) -> list[list[Literal]]:
    policy = with_checks([when])
    (condition,) = other_conditions(policy)
    found = alternatives(condition, Columns(policy, [condition]), most)
    return [
        sorted(listed, key=lambda literal: (literal.computed, literal.operator, literal.column)) for listed in found
    ]


@pytest.mark.parametrize(
    ("literals", "taken"),
    [
        ([[Literal(f"c{number}", "equal", True)] for number in range(61)], 60),
        ([[Literal("c0", "equal", f"v{number}")] for number in range(501)], 500),
        ([[Literal("c0", "equal", "v")] for _ in range(201)], 200),
        ([[Literal("c0", "at_least", number)] for number in range(61)], 60),
        ([[Literal(f"c{n}", "equal", n) for n in range(base, base + 24)] for base in range(0, 264, 24)], 10),
        # Half of the first comparisons may wait while those behind one of them are matched.
        ([[Literal(f"a{n % 31}", "equal", 1), Literal(f"b{n // 31}", "equal", 1)] for n in range(1_000)], 930),
    ],
)
def test_what_a_stage_takes(literals: list[list[Literal]], taken: int) -> None:
    network = Network()
    assert next(number for number, listed in enumerate(literals) if not network.take(tuple(listed))) == taken


def test_tables_too_large_for_a_stage_go_on_in_the_next() -> None:
    words = [model.Test("text", "mentions", (f"w{number}",)) for number in range(130)]
    policy = with_rules([*words])
    stages, _ = plan(policy)
    assert [len(stage.productions) for stage in stages.values()] == [60, 60, 10]
    rete = Rete(policy)
    for text, winner in (("w0 w129", 0), ("w60 w61", 60), ("w129", 129), ("w130", None), ("w7 w65 w125", 7)):
        assert rete.run({"text": text}).winners == {"classification.result": winner}
    rete.close()


def test_as_many_productions_as_there_may_be() -> None:
    policy = with_rules([model.Test("affected", "equal", number) for number in range(4_000)])
    rete = Rete(policy)
    for number, winner in ((0, 0), (499, 499), (500, 500), (3_999, 3_999), (4_000, None)):
        assert rete.run({"affected": number}).winners == {"classification.result": winner}
    rete.close()


def test_as_many_stages_as_there_may_be() -> None:
    rete = Rete(replace(sample({}), schemes=chain(499)))
    assert set(rete.run({"injury": True}).winners.values()) == {0}
    assert set(rete.run({"injury": False}).winners.values()) == {None}
    rete.close()


def test_alternatives_give_way_where_there_would_be_too_many_productions() -> None:
    choice = model.Any((model.Test("kind", "equal", "repair"), model.Test("injury", "equal", True)))
    policy = with_rules([model.All((choice, model.Test("affected", "equal", number))) for number in range(2_001)])
    stages, _ = plan(policy)
    assert sum(len(stage.productions) for stage in stages.values()) == 2_001


def chain(length: int) -> tuple[Scheme, ...]:
    """Return schemes of which each tests the result of the one before."""
    first = scheme("s0", [model.Test("injury", "equal", True)])
    return (
        first,
        *(scheme(f"s{number}", [model.Test(f"s{number - 1}", "equal", "yes")]) for number in range(1, length)),
    )


@pytest.mark.parametrize(
    ("schemes", "message"),
    [
        (
            (scheme("result", [model.Test("affected", "equal", number) for number in range(4_001)]),),
            "policy `sample` needs 4001 productions, and one ruleset of durable-rules holds 4000 at most",
        ),
        (chain(500), "policy `sample` needs 500 stages, and one ruleset of durable-rules holds 499 at most"),
        (
            (
                scheme(
                    "result",
                    [model.All(tuple(model.Not(model.Test("tags", "has", f"t{number}")) for number in range(241)))],
                ),
            ),
            "rule `result-0` needs 241 columns, and a fact of durable-rules holds 240 at most",
        ),
    ],
)
def test_refusals(schemes: tuple[Scheme, ...], message: str) -> None:
    with pytest.raises(EngineError) as caught:
        Rete(replace(sample({}), schemes=schemes))
    assert (str(caught.value), caught.value.help) == (message, _PROGRAM)


@pytest.mark.parametrize(
    ("version", "message", "help_line"),
    [
        (
            (3, 12),
            "the engine `rete` needs the package durable-rules, which is not installed",
            "run `pip install durable-rules`; it needs a C compiler and Python below 3.13",
        ),
        (
            (3, 13),
            "the engine `rete` needs the package durable-rules, which does not run on Python 3.13",
            "run `pip install durable-rules` with Python 3.11 or 3.12, or use the engine `program`",
        ),
    ],
)
def test_without_the_package(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int], message: str, help_line: str
) -> None:
    monkeypatch.setitem(sys.modules, "durable.engine", None)
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(EngineError) as caught:
        Rete(sample({}))
    assert (str(caught.value), caught.value.help) == (message, help_line)


def test_an_error_of_the_engine_itself() -> None:
    """65 productions that match at once are beyond it; the one before and the one after are not."""
    columns = {f"c{number}": 1 for number in range(65)}
    engine = Engine({name: {"$and": [{"kind": "ticket"}, {name: 1}]} for name in columns})
    assert engine.fired("ticket", {"c7": 1, "c2": 1, "c64": 1}) == ["c2", "c7", "c64"]
    with pytest.raises(EngineError) as caught:
        engine.fired("ticket", columns)
    assert str(caught.value) == "durable-rules failed: Could not assert fact, error code: 303"
    assert caught.value.help == _ANEW
    assert engine.fired("ticket", {"c3": 1}) == ["c3"]
    engine.close()


def test_an_engine_that_does_not_take_the_rules() -> None:
    with pytest.raises(EngineError) as caught:
        Engine({"odd": {"$unknown": 1}, "odder": []})
    assert str(caught.value).startswith("durable-rules failed: Could not create ruleset, error code: ")


def test_a_fact_left_behind(monkeypatch: pytest.MonkeyPatch, small: Rete) -> None:
    monkeypatch.setattr(durable.Ruleset, "retract_fact", lambda *_: None)
    assert small.run({"affected": 3}) == SOME
    with pytest.raises(EngineError) as caught:
        small.run({"affected": 10})
    assert str(caught.value) == (
        'durable-rules failed: Message has already been observed: {"id": "s0", "sid": "0", "kind": "s0", "c0": 20}'
    )
    monkeypatch.undo()
    assert small.run({"affected": 10}) == MANY


def test_an_engine_that_fires_without_end(monkeypatch: pytest.MonkeyPatch, small: Rete) -> None:
    monkeypatch.setattr(native, "complete_and_start_action", lambda *_: '{"p1":{"m":{}}}')
    with pytest.raises(EngineError) as caught:
        small.run({"affected": 3})
    assert str(caught.value) == "durable-rules failed: more fires than the 3 productions that there are"
    assert caught.value.help == _ANEW
    monkeypatch.undo()
    assert small.run({"affected": 3}) == SOME


def test_an_interruption(monkeypatch: pytest.MonkeyPatch, small: Rete) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(native, "complete_and_start_action", interrupted)
    with pytest.raises(KeyboardInterrupt):
        small.run({"affected": 3})
    monkeypatch.undo()
    assert small.run({"affected": 10}) == MANY


def test_threads_share_an_engine() -> None:
    policy = load_policy(POLICIES / "telecom")
    rete = Rete(policy)
    listed = list(islice(tickets(policy, 5), 40))
    expected = [plainly(policy, values) for values in listed]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(rete.run, listed * 4)) == expected * 4
    rete.close()


@pytest.fixture
def deleted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The handles of the rulesets that are deleted from now on."""
    handles: list[int] = []
    delete = native.delete_ruleset

    def noted(handle: int) -> None:
        handles.append(handle)
        delete(handle)

    monkeypatch.setattr(native, "delete_ruleset", noted)
    return handles


def test_closed(deleted: list[int], small: Rete) -> None:
    assert small.run({}) == NEITHER
    small.close()
    small.close()
    assert len(deleted) == 1
    assert small.run({"affected": 3}) == SOME
    small.close()
    assert len(deleted) == 2


def test_an_error_at_the_start(monkeypatch: pytest.MonkeyPatch, deleted: list[int]) -> None:
    def failing(*_: object) -> None:
        raise native.error("Could not retract fact, error code: 101")

    monkeypatch.setattr(durable.Ruleset, "retract_fact", failing)
    with pytest.raises(EngineError) as caught:
        Rete(sample({}))
    assert str(caught.value) == "durable-rules failed: Could not retract fact, error code: 101"
    assert len(deleted) == 1


def test_closed_before_anything_was_found() -> None:
    """Where memory is never zero by chance, durable-rules crashes on deleting a state in which nothing has fired."""
    code = (
        "from svcrules.evaluators.rete.engine import Engine\n"
        "engine = Engine({'p0': {'$and': [{'kind': 's0'}, {'c0': 1}]}})\n"
        "assert engine.fired('s0', {'c0': 2}) == []\n"
        "engine.close()"
    )
    environment = unmeasured(GLIBC_TUNABLES="glibc.malloc.perturb=165")
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)


def test_forgotten(deleted: list[int]) -> None:
    rete = Rete(sample({"classification": {"result": SMALL}}))
    assert rete.run({"affected": 12}) == MANY
    del rete
    gc.collect()
    assert len(deleted) == 1


def test_many_tickets_at_one_id(small: Rete) -> None:
    """Facts are retracted: the same ticket gives the same answer however often it comes."""
    cases: tuple[tuple[Mapping[str, Value], Matched], ...] = (
        ({"affected": 12}, MANY),
        ({"affected": 5}, SOME),
        ({}, NEITHER),
        ({"affected": 10**400, "text": "x" * 100_000}, MANY),
    )
    for values, matched in cases * 50:
        assert small.run(values) == matched
