"""The pictures in docs/images are what their scenarios in examples/ give; `--update-goldens` draws them anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from svcrules.cli.main import cli
from tests.conftest import Golden

ROOT = Path(__file__).parent.parent
PICTURES = sorted((ROOT / "docs" / "images").glob("*.svg"))


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_picture_is_not_stale(path: Path, tmp_path: Path, golden: Golden) -> None:
    drawn = tmp_path / path.name
    result = CliRunner().invoke(cli, ["simulate", str(ROOT / "examples" / f"{path.stem}.yaml"), "--svg", str(drawn)])
    assert (result.exit_code, result.stderr) == (0, "")
    golden(drawn.read_text(encoding="utf-8"), path)


def test_there_are_pictures() -> None:
    assert PICTURES
