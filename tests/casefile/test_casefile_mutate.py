"""Changes of a policy: which there are, that tests are only left out where a change cannot matter, and the report."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from svcrules import Evaluator, load_policy
from svcrules.casefile.model import Case
from svcrules.casefile.mutate.conditions import Fields, changed_conditions, disjoint
from svcrules.casefile.mutate.model import Touch
from svcrules.casefile.mutate.mutants import mutants_of
from svcrules.casefile.mutate.session import try_all
from svcrules.casefile.mutate.trial import Trial
from svcrules.casefile.read import files_of, read_cases
from svcrules.cli.test import test as command
from svcrules.language.model import All, Condition
from svcrules.language.model import Test as FieldTest
from tests.conftest import Golden

_HERE = Path(__file__).parent
_GOLDEN = _HERE / "golden"


@pytest.fixture
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(_HERE / "hotline", tmp_path / "hotline")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["hotline", *arguments])


def _cases(evaluator: Evaluator) -> tuple[Case, ...]:
    files, _ = read_cases(files_of(_HERE / "hotline")[0], evaluator.policy)
    return tuple(case for file in files for case in file.cases)


def test_all_changes(hotline: Evaluator, golden: Golden) -> None:
    lines = (f"{mutant.span.line if mutant.span else '-'}: {mutant.text}\n" for mutant in mutants_of(hotline.policy))
    golden("".join(lines), _GOLDEN / "changes.txt")


def test_each_change_makes_another_policy(hotline: Evaluator) -> None:
    mutants = list(mutants_of(hotline.policy))
    assert all(mutant.policy != hotline.policy for mutant in mutants)
    assert len({mutant.text for mutant in mutants}) == len(mutants)


def test_no_test_is_left_out_that_would_notice(hotline: Evaluator) -> None:
    """Of changes that no test notices; for the others it is enough that one has."""
    trial = Trial(hotline, _cases(hotline))
    missed = [mutant for mutant in mutants_of(hotline.policy) if trial.killer(mutant) is None]
    assert missed
    assert [mutant.text for mutant in missed if trial.killer(mutant._replace(touch=Touch())) is not None] == []


@pytest.mark.usefixtures("_in_a_folder")
def test_report(golden: Golden) -> None:
    result = run("--mutate")
    assert result.exit_code == 1
    golden(result.stdout, _GOLDEN / "mutation.human")
    assert run("--mutate", "--threshold", "50").exit_code == 0


def test_processes_give_the_same(hotline: Evaluator) -> None:
    # Few changes, since each process begins anew.
    policy = replace(hotline.policy, schemes=(), priority=None, timing=load_policy(_HERE / "desk.yaml").timing)
    policy = replace(policy, intake=hotline.policy.intake._replace(checks=()))
    cases = _cases(Evaluator(hotline.policy))[:1]
    cases = tuple(case._replace(entries=tuple(entry._replace(expected=()) for entry in case.entries)) for case in cases)
    (number, alone), (_, together) = try_all(policy, cases, 1), try_all(policy, cases, 2)
    fates = list(alone)
    assert len(fates) == number
    assert list(together) == fates


@pytest.mark.usefixtures("_in_a_folder")
def test_nothing_is_changed_where_tests_fail() -> None:
    Path("hotline/tests/time.yaml").write_text(
        "tests: [{id: a, timeline: [{at: 2026-09-28 09:30, event: created, expect: {priority: P1}}]}]", encoding="utf-8"
    )
    result = run("--mutate")
    assert result.exit_code == 1
    assert "changes of" not in result.stdout


_FIELDS = st.sampled_from(["kind", "channel"])
_VALUES = {"kind": ["repair", "inquiry", "complaint"], "channel": ["phone", "web", "mail"]}


@st.composite
def _equalities(draw: st.DrawFn) -> Condition:
    tests = []
    for name in draw(st.lists(_FIELDS, min_size=1, max_size=3)):
        values = draw(st.lists(st.sampled_from(_VALUES[name]), min_size=1, max_size=2, unique=True))
        tests.append(
            FieldTest(name, "one_of", tuple(values)) if len(values) > 1 else FieldTest(name, "equal", values[0])
        )
    return All(tuple(tests))


def _met_by(condition: Condition) -> set[tuple[str, str]]:
    from svcrules.evaluators.matching import compiled
    from svcrules.evaluators.ticket import Ticket

    holds = compiled(condition, {}).holds
    return {
        (kind, channel)
        for kind in _VALUES["kind"]
        for channel in _VALUES["channel"]
        if holds(Ticket({"kind": kind, "channel": channel}, {}))
    }


@given(_equalities(), _equalities())
def test_disjoint_conditions_are_never_met_together(one: Condition, other: Condition) -> None:
    assert disjoint(one, other) <= (not _met_by(one) & _met_by(other))


@given(_equalities())
@settings(max_examples=50)
def test_a_changed_condition_is_another(condition: Condition) -> None:
    fields = Fields.of(load_policy(_HERE / "hotline"))
    assert all(changed.condition != condition for changed in changed_conditions(condition, fields))
