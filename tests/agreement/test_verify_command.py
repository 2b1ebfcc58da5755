"""`svcrules verify`: what it says, and its exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from svcrules.agreement import session
from svcrules.agreement.session import Prepare
from svcrules.cli.main import cli
from tests.agreement.liar import failing, lying, refusing
from tests.agreement.saved import history_of
from tests.conftest import Golden

GOLDEN = Path(__file__).with_name("golden")
DESK = str(Path(__file__).with_name("desk.yaml"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["verify", *arguments])


def with_engines(patch: pytest.MonkeyPatch, prepare: Prepare) -> None:
    patch.setattr(session, "ready", prepare)


def said(result: Result) -> str:
    """Return the output without the folder of the policy and without the rate, which no test can know."""
    text = re.sub(r"\([0-9,]+ a second\)", "(RATE a second)", result.output)
    return text.replace(DESK, "desk.yaml")


def test_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    with_engines(monkeypatch, refusing)
    result = run(DESK, "--tickets", "40", "--seed", "3")
    assert result.exit_code == 0
    assert said(result) == AGREEMENT


AGREEMENT = """\
desk.yaml: `program`, `reference`: 0 differences
  0 policy tests, 40 tickets, 158 events, 194 decisions (RATE a second), 11 of 11 rules reached
  `rete` does not take part: 4,123 rules in one table, and the most are 4,000
1 policy, 0 policy tests, 40 tickets, 0 differences
"""


def test_differences(monkeypatch: pytest.MonkeyPatch, golden: Golden) -> None:
    with_engines(monkeypatch, lying)
    result = run(DESK, "--tickets", "30")
    assert result.exit_code == 1
    golden(said(result), GOLDEN / "differences.txt")


def test_an_engine_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with_engines(monkeypatch, failing)
    result = run(DESK, "--tickets", "30")
    assert result.exit_code == 1
    assert '      reference: "ZeroDivisionError: division by zero"\n' in result.output


def test_an_engine_differs_often(monkeypatch: pytest.MonkeyPatch) -> None:
    with_engines(monkeypatch, lying)
    lines = said(run(DESK, "--tickets", "120")).splitlines()
    assert lines[0] == "desk.yaml: `program`, `reference`: 18 differences"
    assert sum(line.startswith("ticket ") for line in lines) == 5
    assert lines[-3:] == ["and 13 more differences", "", "1 policy, 0 policy tests, 120 tickets, 18 differences"]


def test_json(monkeypatch: pytest.MonkeyPatch, golden: Golden) -> None:
    with_engines(monkeypatch, lying)
    result = run(DESK, "--tickets", "30", "--format", "json")
    assert result.exit_code == 1
    value: dict[str, Any] = json.loads(result.output)
    (policy,) = value["policies"]
    assert policy["decisions_per_second"] > 0
    # What it prints can be kept as a case.
    assert len(history_of("case", policy["differences"][0]["moves"]).moves) == 2
    text = re.sub(r'("decisions_per_second": )[0-9.]+', r"\1RATE", result.output)
    golden(text.replace(DESK, "desk.yaml"), GOLDEN / "differences.json")


def test_tests_of_a_policy_are_compared(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "policy.yaml").write_text(Path(DESK).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "tests" / "one.yaml").write_text(TEST, encoding="utf-8")
    result = run(str(tmp_path), "--tickets", "0", "--engine", "program", "--engine", "reference", "--format", "json")
    assert result.exit_code == 0
    (policy,) = json.loads(result.output)["policies"]
    assert (policy["tests"], policy["tickets"], policy["events"], policy["decisions"]) == (1, 0, 3, 6)
    assert policy["engines"] == ["program", "reference"]


TEST = """\
tests:
  - id: two-tickets
    timeline:
      - {at: 2026-03-02 09:15, event: created, data: {tier: vip, id: C-1}, expect: {route: {team: desk}}}
      - {at: 2026-03-02 09:15, event: created, ticket: other, data: {tier: vip, id: C-1}}
      - {at: 2026-03-02 10:15, event: updated, data: {text: fire}}
      - {at: 2026-03-09 10:15, expect: {fired: [work 50%, work breach, late.tell]}}
"""


def test_wrong_policy_tests_are_told(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "policy.yaml").write_text(Path(DESK).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "tests" / "one.yaml").write_text("tests: []\n", encoding="utf-8")
    result = run(str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error SR208: `tests` is blank" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (DESK, "--engine", "program"),
            "`--engine program` alone compares nothing: name two evaluators, or none for all",
        ),
        (
            (DESK, "--engine", "clips"),
            "Invalid value for '--engine': 'clips' is not one of 'program', 'reference', 'rete'.",
        ),
        ((DESK, "--tickets", "-1"), "Invalid value for '--tickets': -1 is not in the range x>=0."),
        ((), "Missing argument 'PATH...'."),
    ],
)
def test_misuse(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == f"Error: {message}"
