"""`svcrules calendar`: sections for policies on standard output or in a file, and what can go wrong."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svcrules.cli.main import cli
from svcrules.language.load import read_policy
from tests.conftest import Golden
from tests.samples import policy_text

HERE = Path(__file__).parent
USAGE = "Usage: svcrules calendar {0} [OPTIONS]{1}\nTry 'svcrules calendar {0} --help' for help.\n\nError: {2}\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["calendar", *arguments], prog_name="svcrules")


def test_china(golden: Golden) -> None:
    result = run("china", "--years", "2024-2026")
    assert (result.exit_code, result.stderr) == (0, "")
    text = result.stdout.replace(f"chinesecalendar {version('chinesecalendar')}", "chinesecalendar VERSION")
    golden(text, HERE / "golden" / "calendar_china.txt")


def test_country(golden: Golden) -> None:
    result = run("country", "de", "--subdivision", "BY", "--years", "2026")
    assert (result.exit_code, result.stderr) == (0, "")
    text = result.stdout.replace(f"holidays {version('holidays')}", "holidays VERSION")
    golden(text, HERE / "golden" / "calendar_country.txt")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["china"], "china"),
        (["china", "--name", "prc_days"], "prc_days"),
        (["country", "JP"], "jp"),
        (["country", "PL", "--subdivision", "02"], "pl_02"),
        (["country", "JP", "--name", "japan"], "japan"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_a_file_of_a_policy(arguments: list[str], name: str, tmp_path: Path) -> None:
    path = tmp_path / "holidays.yaml"
    result = run(*arguments, "--years", "2026", "--out", str(path))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    sections = {"fields": {"text": {"type": "text"}}, "calendars": {"always": {"hours": "always", "holidays": name}}}
    loaded = read_policy([("policy.yaml", policy_text(**sections)), ("holidays.yaml", path.read_bytes())])
    assert loaded.findings == ()


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "calendars.yaml"
    path.write_text("mine", encoding="utf-8")
    result = run("china", "--years", "2026", "--out", str(path))
    assert isinstance(result.exception, FileExistsError)  # which the program turns into a message
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["china"], "Missing option '--years'."),
        (
            ["china", "--years", "24-26"],
            "Invalid value for '--years': `24-26` is no year and no stretch of years; write 2026, or 2024-2026",
        ),
        (
            ["china", "--years", "2026-2024"],
            "Invalid value for '--years': `2026-2024` is no year and no stretch of years; write 2026, or 2024-2026",
        ),
        (
            ["china", "--years", "2026", "--name", "China"],
            "Invalid value for '--name': `China` cannot be the name of holidays: "
            "small letters, digits and `_`, starting with a letter",
        ),
        (
            ["country", "xx", "--years", "2026"],
            "no country `XX`: write its ISO 3166 code of two letters, such as `DE`",
        ),
        (
            ["country", "SG", "--subdivision", "BY", "--years", "2026"],
            "`SG` has no part `BY`: it has none",
        ),
        (
            ["country", "CN", "--subdivision", "BJ", "--years", "2026"],
            "`CN` has no part `BJ`: it has none",
        ),
        (
            ["country", "DE", "--years", "1871"],
            f"holidays {version('holidays')} knows the years 1991-2100, not 1871; a newer version may know more",
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    positional = " CODE" if arguments[0] == "country" else ""
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == USAGE.format(arguments[0], positional, message)


@pytest.mark.parametrize(
    ("module", "package", "arguments"),
    [("chinese_calendar", "chinesecalendar", ["china"]), ("holidays", "holidays", ["country", "DE"])],
)
def test_without_the_package(module: str, package: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    result = run(*arguments, "--years", "2026")
    assert (result.exit_code, result.stdout) == (2, "")
    message = f'svcrules: error: the package `{package}` is not installed: pip install "svcrules[calendars]"\n'
    assert result.stderr == message
