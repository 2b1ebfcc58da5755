"""`--engine`: the evaluator that `svcrules decide` and `svcrules test` use."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svcrules.cli.main import cli
from svcrules.evaluators.rete import EngineError

HERE = Path(__file__).parent
POLICY, TICKETS = str(HERE / "desk.yaml"), str(HERE / "tickets.ndjson")
GAS = str(HERE.parents[1] / "policies" / "gas")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize("engine", ["program", "reference", "rete"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_all_decide_the_same(engine: str, workers: str) -> None:
    if engine == "rete":
        pytest.importorskip("durable")
    result = run("decide", "--policy", POLICY, "--engine", engine, "--workers", workers, TICKETS)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (HERE / "golden" / "decisions.ndjson").read_text(encoding="utf-8")


def test_policy_tests_by_rete() -> None:
    pytest.importorskip("durable")
    chosen = ("test", GAS, "-k", "leak")
    by_rete, by_program = run(*chosen, "--engine", "rete"), run(*chosen)
    assert (by_rete.exit_code, by_rete.stdout) == (by_program.exit_code, by_program.stdout) == (0, by_rete.stdout)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("decide", "--engine", "rete", "--explain"),
            "--engine rete cannot explain: leave it out with --explain and --why-not",
        ),
        (
            ("decide", "--engine", "reference", "--why-not", "leak"),
            "--engine reference cannot explain: leave it out with --explain and --why-not",
        ),
        (
            ("test", "--engine", "reference"),
            "--engine reference keeps no history for tests to look at: "
            "`svcrules verify --engine program --engine reference --tickets 0` compares it on the tests",
        ),
        (
            ("test", "--engine", "rete", "--mutate"),
            "--mutate tries changes with the engine `program` only: leave out --engine",
        ),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"\nError: {message}\n")


REFUSED = "svcrules: error: the policy has too many rules\n  help: use the engine `program`\n"


@pytest.mark.parametrize("command", [("decide", "--policy", POLICY, TICKETS), ("test", GAS)], ids=["decide", "test"])
@pytest.mark.parametrize("where", ["svcrules.evaluator.engine_of", "svcrules.evaluator.Evaluator.apply"])
def test_engine_that_gives_up(command: tuple[str, ...], where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first event, or at one."""

    def fail(*arguments: object) -> None:
        raise EngineError("the policy has too many rules", "use the engine `program`")

    monkeypatch.setattr(where, fail)
    if not where.endswith("engine_of"):
        monkeypatch.setattr("svcrules.evaluator.engine_of", lambda name, program: None)
    result = run(*command, "--engine", "rete")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", REFUSED)
