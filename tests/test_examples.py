"""The decisions on the example tickets, as they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from svcrules.cli.main import cli
from tests.conftest import Golden

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = sorted(path.stem for path in (EXAMPLES / "tickets").glob("*.ndjson"))


@pytest.mark.parametrize("name", NAMES)
def test_decisions(name: str, golden: Golden) -> None:
    result = CliRunner().invoke(cli, ["decide", str(EXAMPLES / "tickets" / f"{name}.ndjson")])
    assert (result.exit_code, result.stderr) == (0, "")
    golden(result.stdout, EXAMPLES / "decisions" / f"{name}.ndjson")


def test_no_decisions_without_tickets() -> None:
    assert sorted(path.stem for path in (EXAMPLES / "decisions").iterdir()) == NAMES
