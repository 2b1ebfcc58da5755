"""What the package gives to those who install it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import svcrules
from svcrules.codes import CODES
from tests.samples import event

ROOT = Path(__file__).parents[1]
PUBLIC = {
    "Caseload",
    "Counters",
    "Decision",
    "Evaluator",
    "Event",
    "EventError",
    "Finding",
    "Policy",
    "PolicyError",
    "State",
    "StateError",
    "load_policy",
}


def test_public_names() -> None:
    names: dict[str, object] = {}
    exec("from svcrules import *", names)
    assert set(names) - {"__builtins__"} == PUBLIC
    with pytest.raises(AttributeError, match=r"has no attribute 'Rule'$"):
        _ = svcrules.Rule


def test_types_are_published() -> None:
    assert (Path(svcrules.__file__).parent / "py.typed").is_file()


def test_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert version("svcrules") == project["version"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `pip install` would build it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if built.returncode and ("No matching distribution" in built.stderr or "No module named pip" in built.stderr):
        pytest.skip("the build backend cannot be had here")
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_wheel_holds_policies_schemas_and_pages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {f"svcrules/_data/findings/{code}.md" for code in CODES}
    for folder in ("policies", "schemas"):
        files = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".yaml", ".json")]
        expected |= {f"svcrules/_data/{path.relative_to(ROOT).as_posix()}" for path in files}
    assert expected <= names
    assert "svcrules/py.typed" in names
    assert not any(name.startswith(("tests/", "examples/")) for name in names)


def test_wheel_works_elsewhere(wheel: Path, tmp_path: Path) -> None:
    unpacked, empty = tmp_path / "unpacked", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    process = subprocess.run(
        [sys.executable, "-c", "import svcrules.cli.main as m; m.main()", "decide", "--policy", "gas"],
        input=json.dumps(event({"kind": "repair", "text": "漏气"})).encode(),
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        cwd=empty,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert json.loads(process.stdout)["priority"] == "P1"
    where = "import svcrules.resources as r; print(r.policies_folder())"
    process = subprocess.run(
        [sys.executable, "-c", where],
        cwd=empty,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        check=True,
    )
    assert process.stdout.decode().strip() == str(unpacked / "svcrules" / "_data" / "policies")
