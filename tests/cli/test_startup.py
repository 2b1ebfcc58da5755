"""What commands import: the large packages only where they are needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import event

POLICY = str(Path(__file__).with_name("desk.yaml"))
SCRIPT = """
import atexit, json, sys
from svcrules.cli.main import main
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
main()
"""


def imported(*arguments: str, given: str = "") -> set[str]:
    process = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], input=given, capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(process.stderr))


def test_help() -> None:
    loaded = imported("--help")
    assert "svcrules.cli.main" in loaded
    assert not loaded & {"yaml", "jsonschema", "jsonschema_rs", "rich", "re2", "ahocorasick_rs", "durable"}


def test_deciding() -> None:
    loaded = imported("decide", "--policy", POLICY, given=json.dumps(event({"kind": "repair"})))
    assert "svcrules.decide" in loaded
    assert not loaded & {"jsonschema", "rich", "difflib", "durable"}
    # Texts that are absent are not searched.
    assert "ahocorasick_rs" not in loaded


def test_deciding_by_a_policy_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVCRULES_CACHE", str(tmp_path / "cache"))
    command, given = ("decide", "--policy", POLICY), json.dumps(event({"kind": "repair"}))
    of_loading = {"yaml", "jsonschema_rs", "svcrules.language.load", "svcrules.language.source"}
    assert of_loading <= imported(*command, given=given)
    loaded = imported(*command, given=given)
    assert "svcrules.cli.cache" in loaded
    assert not loaded & of_loading
    # Where the cache is stands in the environment.
    assert "platformdirs" not in loaded
