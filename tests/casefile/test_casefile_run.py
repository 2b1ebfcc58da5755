"""Running tests: what holds passes, what does not is told in each form, and can be written into the file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from xmlschema import XMLSchema10

from svcrules import Evaluator
from svcrules.casefile.read import read_cases
from svcrules.casefile.run import run_case
from svcrules.cli.test import test as command
from tests.conftest import Golden

_HERE = Path(__file__).parent
_GOLDEN = _HERE / "golden"
_JUNIT = XMLSchema10(_HERE.parent / "report" / "junit.xsd")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the test file of a policy in `hotline`, in the current folder, most of whose tests fail."""
    monkeypatch.chdir(tmp_path)
    tests = tmp_path / "hotline" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(_HERE / "hotline" / "policy.yaml", tests.parent)
    return Path(shutil.copy(_HERE / "failing.yaml", tests / "all.yaml"))


@pytest.fixture
def passing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(_HERE / "hotline", tmp_path / "policies" / "hotline")


@pytest.mark.usefixtures("passing")
def test_all_pass() -> None:
    result = run("policies/hotline")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "policies/hotline/tests/cases.yaml: 16 passed\n"
        "policies/hotline/tests/time.yaml: 2 passed\n"
        "18 tests, all passed\n"
    )


@pytest.mark.usefixtures("passing")
def test_without_a_path_those_under_policies() -> None:
    assert run().stdout == run("policies").stdout == run("policies/hotline").stdout


@pytest.mark.usefixtures("passing")
def test_those_whose_id_holds_a_text() -> None:
    result = run("-k", "severity[1", "policies/hotline")
    assert result.stdout == (
        "policies/hotline/tests/cases.yaml: 3 passed\npolicies/hotline/tests/time.yaml: 0 passed\n3 tests, all passed\n"
    )


def test_a_policy_without_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(_HERE / "desk.yaml", tmp_path)
    result = run("desk.yaml")
    assert (result.exit_code, result.stdout) == (0, "desk.yaml: no tests\n0 tests\n")


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("form", ["human", "json", "junit"])
def test_failures_in_each_form(form: str, golden: Golden) -> None:
    result = run("hotline", "--format", form)
    assert result.exit_code == 1
    golden(result.stdout, _GOLDEN / f"failing.{form}")
    if form == "junit":
        _JUNIT.validate(result.stdout)
    if form == "json":
        assert json.loads(result.stdout)["summary"] == {"policies": 1, "tests": 5, "failed": 5, "passed": False}


def test_what_came_out_is_written(failing: Path, golden: Golden) -> None:
    result = run("hotline", "--update")
    assert result.exit_code == 1
    assert (
        result.stderr
        == "hotline/tests/all.yaml: 21 expectations written, review them; 2 cannot be written, see above\n"
    )
    golden(failing.read_text(encoding="utf-8"), _GOLDEN / "updated.yaml")
    assert run("hotline").stdout.splitlines()[0] == "hotline/tests/all.yaml: 3 passed, 2 failed"


def test_an_expectation_shared_by_variants_that_differ_is_left(failing: Path) -> None:
    text = """tests:
  - id: a
    parameters: [{kind: repair}, {kind: complaint}]
    timeline: [{at: 2026-09-28 09:30, event: created, data: {kind: $kind}, expect: {route: {team: front_line}}}]
"""
    failing.write_text(text, encoding="utf-8")
    assert run("hotline", "--update").stderr == (
        "hotline/tests/all.yaml: 0 expectations written, review them; 1 cannot be written, see above\n"
    )
    assert failing.read_text(encoding="utf-8") == text


def test_wrong_test_files(failing: Path) -> None:
    failing.write_text("tests:\n  - id: a\n    timeline: [{at: noon, event: created}]\n", encoding="utf-8")
    result = run("hotline")
    assert result.exit_code == 1
    assert result.stdout == (
        "hotline/tests/all.yaml:3:21: error SR701: `noon` is not a time\n"
        "    3 |     timeline: [{at: noon, event: created}]\n"
        "      |                     ^^^^\n"
        "  help: write it as `2026-09-28 09:30`, with an offset such as `+08:00` where another zone is meant\n"
        "\n"
        "hotline/tests/all.yaml: 0 passed\n"
        "0 tests, 1 error in test files\n"
    )
    junit = run("hotline", "--format", "junit").stdout
    _JUNIT.validate(junit)
    assert 'name="test files"' in junit


def _passes(evaluator: Evaluator, timeline: str) -> bool:
    text = f"tests:\n  - id: a\n    timeline:\n{timeline}"
    (file,), findings = read_cases([("tests.yaml", text.encode())], evaluator.policy)
    assert findings == ()
    return all(run_case(evaluator, case).passed for case in file.cases)


_CREATED = "      - {at: 2026-09-28 08:30, event: created, data: {kind: repair}}\n"


@pytest.mark.parametrize(
    ("entries", "passes"),
    [
        # A stop at the deadline comes before what is due then.
        ("      - {at: 2026-09-30 17:30, event: resolved, expect: {not_fired: [resolution breach]}}\n", True),
        # So does each of several events of one instant.
        (
            "      - {at: 2026-09-30 17:30, event: updated}\n"
            "      - {at: 2026-09-30 17:30, event: resolved, expect: {not_fired: [resolution breach]}}\n",
            True,
        ),
        ("      - {at: 2026-09-30 17:30, expect: {not_fired: [resolution breach]}}\n", False),
        ("      - {at: 2026-09-30 17:30, event: updated, expect: {not_fired: [resolution breach]}}\n", False),
        # Each ticket has its own story.
        (
            "      - {at: 2026-09-29 08:30, event: created, ticket: B, data: {kind: inquiry}}\n"
            "      - {at: 2026-09-30 17:30, ticket: B, expect: {not_fired: [resolution breach], priority: P3}}\n",
            True,
        ),
        # What has fired is told once; lists are compared in order where order means something.
        (
            "      - {at: 2026-09-28 13:00, expect: {fired: [response 50%]}}\n"
            "      - {at: +5h30m, expect: {fired: [response breach]}}\n",
            True,
        ),
        ("      - {at: 2026-09-28 14:00, expect: {fired: [response breach, response 50%]}}\n", False),
    ],
)
def test_virtual_time(hotline: Evaluator, entries: str, passes: bool) -> None:
    assert _passes(hotline, _CREATED + entries) == passes


@pytest.mark.parametrize(
    ("expect", "passes"),
    [
        ("route: {notify: [management]}", True),
        ("route: {notify: []}", False),
        ("actions: [assign, notify, request_fields]", True),
        ("actions: [notify, assign, request_fields]", False),
        ("rules: [complaint]", True),
        ("rules: [complaint, crew]", False),
        ("violations: [who]", True),
        ("violations: []", False),
        ("asked: [assign]", True),
        ("asked: [assign complaint quality, notify management]", True),
        ("asked: [assign management]", False),
        ("asked: ['notify management: 2026-09-28 09:30']", False),
        ("classification: {reach: one}", True),
        ("classification: {reach: null}", False),
        ("clocks: {response: {due: 2026-09-28T05:30:00Z}}", False),
        ("clocks: {response: {due: 2026-09-28T07:00:00Z}}", True),
        ("clocks: {resolution: {state: running, due: null, rule: null, verdict: null}}", True),
        ("clocks: {survey: {state: waiting, beyond_calendar: false}}", True),
        ("rejected: SR510", False),
    ],
)
def test_expectations(hotline: Evaluator, expect: str, passes: bool) -> None:
    entry = "      - {at: 2026-09-28 09:30, event: created, data: {kind: complaint}, expect: {%s}}\n"
    assert _passes(hotline, entry % expect) == passes
