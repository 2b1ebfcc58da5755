"""The README is true: its commands print what it shows, its Python runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from svcrules import Policy, load_policy
from svcrules.resources import policy_names

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CONSOLE = re.compile(r"```console\n\$ (?P<command>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)
PYTHON = re.compile(r"```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<output>.*?)```)?", re.DOTALL)


def run(command: str) -> str:
    """Run the command of the README in the checkout, with `svcrules` from this environment; return all it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    return done.stdout.decode("utf-8", "replace")


def fits(shown: str, printed: str) -> bool:
    """Say whether the output shown is the output printed; a line of three dots stands for any lines."""
    parts = [re.escape(part) for part in re.split(r"(?m)^\.\.\.\n", shown)]
    return re.fullmatch("(?:.*\n)*?".join(parts), printed) is not None


@pytest.mark.parametrize(
    "block", list(CONSOLE.finditer(README.read_text(encoding="utf-8"))), ids=lambda m: m["command"][:60]
)
def test_command_prints_what_the_readme_shows(block: re.Match[str]) -> None:
    printed = run(block["command"])
    assert fits(block["output"], printed if printed.endswith("\n") else printed + "\n"), printed


def test_python_example_prints_what_the_readme_shows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    blocks = list(PYTHON.finditer(README.read_text(encoding="utf-8")))
    assert blocks
    for block in blocks:
        exec(compile(block["code"], "README.md", "exec"), {})
        assert capsys.readouterr().out == block["output"]


def test_table_of_policies_is_true() -> None:
    numbers = r" (\d+) \|" * 6
    rows = re.findall(rf"^\| \[`([a-z-]+)`\]\S+ \| .*? \|{numbers}$", README.read_text(encoding="utf-8"), re.M)
    told = {name: tuple(map(int, numbers)) for name, *numbers in rows}
    assert told == {name: _counts(load_policy(ROOT / "policies" / name)) for name in policy_names()}


def _counts(policy: Policy) -> tuple[int, ...]:
    written = {rule.id.split(".")[0] for table in policy.tables for rule in table.rules}
    timing = policy.timing
    return (
        len(policy.clauses),
        len(policy.value_schemes),
        len(written) + len(policy.intake.rules),
        sum(len(limits.rules) for limits in timing.limits.values()),
        sum(len(ladder.steps) for ladder in timing.ladders),
        len(timing.duties) + len(timing.closing),
    )
