"""`svcrules validate`, `explain`, `policies`, and what all commands share."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner, Result

from svcrules import resources
from svcrules.cli.main import cli
from svcrules.codes import CODES
from svcrules.language.load import check_policy
from svcrules.report.checked import Checked
from svcrules.report.formats import FINDING_FORMATS

HERE = Path(__file__).parent
DESK = str(HERE / "desk.yaml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A policy with an error and a warning."""
    path = tmp_path / "wrong.yaml"
    text = Path(DESK).read_text(encoding="utf-8")
    text = text.replace("to: emergency,", "to: emergencies,").replace(
        "values: [urgent, ordinary]", "values: [urgent, ordinary, new]"
    )
    path.write_text(text, encoding="utf-8")
    return path


def test_validate_finds_nothing() -> None:
    result = run("validate", DESK)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "1 policy: no findings\n", "")


@pytest.mark.parametrize("format_", FINDING_FORMATS)
def test_validate_formats(format_: str, wrong: Path) -> None:
    result = run("validate", "--format", format_, DESK, str(wrong))
    checked = Checked(tuple((path, check_policy(path).findings) for path in (DESK, str(wrong))))
    assert [finding.code for finding in checked.findings] == ["SR401", "SR304"]
    assert (result.exit_code, result.stdout, result.stderr) == (1, FINDING_FORMATS[format_](checked), "")


def test_validate_is_human_by_default(wrong: Path) -> None:
    assert run("validate", str(wrong)).stdout == run("validate", "--format", "human", str(wrong)).stdout


def test_validate_folder_of_policies() -> None:
    result = run("validate", "--format", "json", str(resources.policies_folder()))
    assert (result.exit_code, json.loads(result.stdout)["summary"]["policies"]) == (0, len(resources.policy_names()))
    assert run("validate", str(resources.policies_folder() / "gas")).stdout == "1 policy: no findings\n"


def test_validate_policy_with_a_policy_below_it(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "old"):
        folder.mkdir(exist_ok=True)
        (folder / "policy.yaml").write_bytes(Path(DESK).read_bytes())
    assert run("validate", str(tmp_path)).stdout == "1 policy: no findings\n"
    (tmp_path / "policy.yaml").unlink()
    assert run("validate", f"{tmp_path}/", DESK).stdout == "2 policies: no findings\n"


def test_validate_names_paths_as_they_were_given() -> None:
    result = run("validate", "--format", "junit", f"./{Path(DESK).relative_to(Path.cwd())}")
    assert f'name="./{Path(DESK).relative_to(Path.cwd())}"' in result.stdout


def test_validate_what_is_not_there() -> None:
    result = run("validate", "nowhere")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout == FINDING_FORMATS["human"](Checked((("nowhere", check_policy("nowhere").findings),)))
    assert result.stdout.startswith("nowhere:1:1: error SR101: ")


def test_validate_needs_a_path() -> None:
    result = run("validate")
    assert result.exit_code == 2
    assert result.stderr == (
        "Usage: cli validate [OPTIONS] PATH...\nTry 'cli validate --help' for help.\n\n"
        "Error: Missing argument 'PATH...'.\n"
    )


def test_explain() -> None:
    for code in ("SR301", "sr301"):
        result = run("explain", code)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == (resources.findings_folder() / "SR301.md").read_text(encoding="utf-8")
        assert result.stdout.startswith(f"# SR301: {CODES['SR301'].title}\n")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("SR-301", "did you mean `SR301`?"),
        ("../SR301", "did you mean `SR301`?"),
        ("x", "codes run from SR101 to SR6xx; see docs/findings"),
    ],
)
def test_explain_unknown_code(code: str, advice: str) -> None:
    result = run("explain", code)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"Usage: cli explain [OPTIONS] SR###\nTry 'cli explain --help' for help.\n\nError: no code `{code}`: {advice}\n"
    )


def test_policies() -> None:
    result = run("policies")
    assert (result.exit_code, result.stderr) == (0, "")
    *listed, blank, where = result.stdout.splitlines()
    assert tuple(line.split()[0] for line in listed) == resources.policy_names()
    assert all(" · " in line for line in listed)
    assert (blank, where) == ("", f"in {resources.policies_folder()}")


def test_version() -> None:
    assert run("--version").stdout == f"cli, version {version('svcrules')}\n"


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command(option: str) -> None:
    text = run(option).stdout
    for command in ("calendar", "decide", "events", "explain", "policies", "validate"):
        assert f"\n  {command} " in text
        assert run(command, option).exit_code == 0


def test_completion_offers_commands() -> None:
    completion = BashComplete(cli, {}, "svcrules", "_SVCRULES_COMPLETE")
    assert [offer.value for offer in completion.get_completions([], "e")] == ["events", "explain", "explain-due"]


def test_unknown_command() -> None:
    result = run("decied")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such command 'decied'" in result.stderr
