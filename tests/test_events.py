"""
Events as cases, in events/invalid.yaml and events/valid.yaml, decided by the policy findings/base.yaml.

A case has `line` (as it comes in), or changes to an event that is right: `with` (attributes), `data`, `without`
(names). `latin1: true` sends a line in that encoding; `repeat` puts a text in the place of `...`, so many times.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from svcrules.cli.decide import decide

_HERE = Path(__file__).parent
_POLICY = _HERE / "findings" / "base.yaml"
_RIGHT = {
    "specversion": "1.0",
    "id": "e-1",
    "type": "created",
    "source": "/hotline",
    "subject": "T-1",
    "time": "2026-03-02T09:15:00+08:00",
    "data": {},
}


def _cases(name: str) -> list[Any]:
    cases = yaml.safe_load((_HERE / "events" / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=title) for title, case in cases.items()]


def _input(case: dict[str, Any]) -> bytes:
    if "line" not in case:
        event = _RIGHT | {"data": case.get("data", {})} | case.get("with", {})
        return json.dumps({key: value for key, value in event.items() if key not in case.get("without", [])}).encode()
    line: str = case["line"]
    if repeat := case.get("repeat"):
        line = line.replace("...", repeat["text"] * repeat["times"])
    return line.encode("latin-1" if case.get("latin1") else "utf-8")


def _decided(given: bytes, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(decide, options or ("--policy", str(_POLICY)), input=given)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("case", _cases("invalid"))
def test_invalid(case: dict[str, Any]) -> None:
    options = [] if case.get("policy", True) else ["-"]
    assert _decided(_input(case), *options) == (3, "", case["messages"])


@pytest.mark.parametrize("case", _cases("valid"))
def test_valid(case: dict[str, Any]) -> None:
    """`ignored` asserts the names in the data that the decision ignores; none where a case has no such key."""
    code, out, messages = _decided(_input(case))
    assert (code, messages) == (0, "")
    decisions = [json.loads(line) for line in out.splitlines()]
    assert len(decisions) == case.get("decisions", 1)
    assert all(decision["ignored"] == case.get("ignored", []) for decision in decisions)


def test_others_are_decided_all_the_same() -> None:
    right = json.dumps(_RIGHT).encode()
    code, out, messages = _decided(b"\n".join([right, b"{", b"", b"x" * 3_000_000, right + b"\r", b"[]", right]))
    assert code == 3
    assert out.count("\n") == 3
    assert [line.split(": ")[0] for line in messages.splitlines()[::2]] == [f"standard input:{n}" for n in (2, 4, 6)]


@pytest.mark.parametrize(("size", "code"), [(1024 * 1024, 0), (1024 * 1024 + 1, 3)])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_largest_line(size: int, code: int, end: bytes) -> None:
    right = json.dumps(_RIGHT).encode()
    assert _decided(right + b" " * (size - len(right)) + end)[0] == code


def test_rejects_hold_what_came_in(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.ndjson"
    code, _, messages = _decided(b'\xef\xbb\xbf{"a": "\xff"}\r\n', "--rejects", str(rejects))
    assert (code, messages) == (3, "")
    assert json.loads(rejects.read_text(encoding="utf-8")) == {
        "file": "standard input",
        "line": 1,
        "errors": [{"code": "SR513", "message": "byte 8 is not valid UTF-8", "help": "send JSON in UTF-8"}],
        "input": '{"a": "\\xff"}',
    }
