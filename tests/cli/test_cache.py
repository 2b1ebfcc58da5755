"""The cache of loaded policies: never another answer, and nothing read that others could have written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from click.testing import CliRunner

from svcrules import resources
from svcrules.cli.main import cli
from svcrules.language import load
from tests.samples import event, policy_text

HERE = Path(__file__).parent
TICKETS = str(HERE / "tickets.ndjson")
MONTH = 30 * 24 * 3600
SECTIONS: dict[str, dict[str, Any]] = {
    "fields": {"kind": {"one_of": ["leak", "bill"]}},
    "priority": {
        "levels": ["P1", "P2"],
        "rules": [{"id": "leak-first", "when": {"kind": "leak"}, "is": "P1"}],
        "otherwise": "P2",
    },
}

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owners and modes of this kind")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache for this test; does not exist yet."""
    path = tmp_path / "cache"
    monkeypatch.setenv("SVCRULES_CACHE", str(path))
    return path


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy" / "policy.yaml"
    path.parent.mkdir()
    path.write_bytes(policy_text(**SECTIONS))
    return path


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The name of the first file of each policy that is loaded from its YAML."""
    names: list[str] = []
    read_policy = load.read_policy

    def counted(files: list[tuple[str, bytes]]) -> load.Loaded:
        names.append(files[0][0])
        return read_policy(files)

    monkeypatch.setattr(load, "read_policy", counted)
    return names


def decided(policy: Path, *options: str) -> str:
    given = json.dumps(event({"kind": "leak"}))
    result = CliRunner().invoke(cli, ["decide", "--policy", str(policy), *options], input=given)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@pytest.mark.parametrize("options", [(), ("--explain",), ("--why-not", "many"), ("--format", "table")])
def test_a_policy_from_the_cache_decides_the_same(folder: Path, loads: list[str], options: tuple[str, ...]) -> None:
    command = ["decide", "--policy", str(HERE / "desk.yaml"), *options, TICKETS]
    first, second = (CliRunner().invoke(cli, command) for _ in range(2))
    assert first.exit_code == 0
    assert (first.stdout_bytes, first.stderr_bytes) == (second.stdout_bytes, second.stderr_bytes)
    assert len(loads) == len(entries(folder)) == 1


@pytest.mark.parametrize("name", resources.policy_names())
def test_policies_that_come_with_svcrules_are_kept(folder: Path, loads: list[str], name: str) -> None:
    tickets = resources.policies_folder().parent / "examples" / "tickets" / f"{name}.ndjson"
    command = ["decide", "--policy", name, "--explain", str(tickets)]
    first, second = (CliRunner().invoke(cli, command) for _ in range(2))
    assert first.exit_code == 0
    assert first.stdout_bytes == second.stdout_bytes
    assert len(loads) == 1


def test_policies_that_events_name_are_kept(folder: Path, loads: list[str]) -> None:
    given = json.dumps(event({"kind": "repair"}, policy="gas"))
    outputs = {CliRunner().invoke(cli, ["decide"], input=given).stdout for _ in range(2)}
    assert (len(outputs), len(loads)) == (1, 1)


def test_changed_file(folder: Path, loads: list[str], policy: Path) -> None:
    assert json.loads(decided(policy))["priority"] == "P1"
    policy.write_bytes(policy.read_bytes().replace(b'"is": "P1"', b'"is": "P2"'))
    assert json.loads(decided(policy))["priority"] == "P2"
    assert len(loads) == len(entries(folder)) == 2


def test_further_file(folder: Path, loads: list[str], policy: Path) -> None:
    without = json.loads(decided(policy.parent))
    section = {
        "teams": {"crew": {"title": {"en": "Crew", "zh": "班组"}}},
        "routing": {"rules": [{"id": "all", "when": {"kind": "leak"}, "to": "crew"}], "otherwise": {"to": "crew"}},
    }
    (policy.parent / "routing.yaml").write_text(json.dumps(section), encoding="utf-8")
    assert (without["route"], json.loads(decided(policy.parent))["route"]["team"]) == (None, "crew")
    assert len(loads) == 2


def test_changed_name(folder: Path, loads: list[str], policy: Path) -> None:
    assert "(policy.yaml:1)" in decided(policy, "--explain")
    renamed = policy.rename(policy.with_name("renamed.yaml"))
    assert "(renamed.yaml:1)" in decided(renamed, "--explain")
    assert len(loads) == 2


def test_changed_python(folder: Path, loads: list[str], policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(policy)
    monkeypatch.setattr(sys, "version", "another")
    decided(policy)
    assert len(loads) == 2


def test_changed_code(
    folder: Path, loads: list[str], policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "svcrules"
    shutil.copytree(Path(resources.__file__).parent, code, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(resources, "__file__", str(code / "resources.py"))
    decided(policy)
    changed = code / "language" / "model.py"
    before = changed.stat()
    changed.write_bytes(changed.read_bytes()[:-1] + b" ")
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
    decided(policy)
    assert len(loads) == 2


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "no policy": lambda data: b"no policy",
    "cut": lambda data: data[:-1],
    "longer": lambda data: data + b".",
    "one letter": lambda data: data.replace(b"leak-first", b"leak-First"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_entry(folder: Path, loads: list[str], policy: Path, damage: Callable[[bytes], bytes]) -> None:
    expected = decided(policy)
    (entry,) = entries(folder)
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    assert entry.read_bytes() != whole
    assert decided(policy) == expected
    assert decided(policy) == expected
    assert (len(loads), entries(folder)) == (2, [entry])


def test_folder_in_place_of_the_entry(folder: Path, loads: list[str], policy: Path) -> None:
    expected = decided(policy)
    (entry,) = entries(folder)
    entry.unlink()
    entry.mkdir()
    assert decided(policy) == expected
    assert (len(loads), entries(folder)) == (2, [entry])


@on_posix
def test_only_the_user_can_look_into_the_cache(folder: Path, policy: Path) -> None:
    decided(policy)
    (entry,) = entries(folder)
    assert (folder.stat().st_mode & 0o777, entry.stat().st_mode & 0o777) == (0o700, 0o600)


@on_posix
@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_entry_that_others_can_write_to(folder: Path, loads: list[str], policy: Path, mode: int) -> None:
    decided(policy)
    (entry,) = entries(folder)
    entry.chmod(mode)
    decided(policy)
    decided(policy)
    assert (len(loads), entry.stat().st_mode & 0o777) == (2, 0o600)


@on_posix
@pytest.mark.parametrize("mode", [0o770, 0o1777])
def test_folder_that_others_can_write_to(folder: Path, loads: list[str], policy: Path, mode: int) -> None:
    decided(policy)
    folder.chmod(mode)
    decided(policy)
    decided(policy)
    assert len(loads) == 3
    policy.write_bytes(policy_text(**SECTIONS, note="another"))
    decided(policy)
    assert len(entries(folder)) == 1


@on_posix
def test_folder_of_another_user(folder: Path, loads: list[str], policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(policy)
    other = folder.stat().st_uid + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    decided(policy)
    assert (len(loads), len(entries(folder))) == (2, 1)


def test_folder_that_cannot_be_made(
    loads: list[str], policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SVCRULES_CACHE", str(tmp_path / "file" / "cache"))
    assert decided(policy) == decided(policy)
    assert len(loads) == 2


def test_disk_is_full(folder: Path, loads: list[str], policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        decided(policy)
    assert entries(folder) == []


def standard_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name, appauthor: path / name)


@pytest.mark.parametrize("variable", [None, ""])
def test_standard_folder(
    variable: str | None, loads: list[str], policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standard_folder(tmp_path / "home", monkeypatch)
    monkeypatch.delenv("SVCRULES_CACHE")
    if variable is not None:
        monkeypatch.setenv("SVCRULES_CACHE", variable)
    assert decided(policy) == decided(policy)
    assert (len(loads), len(entries(tmp_path / "home" / "svcrules"))) == (1, 1)


def test_off(loads: list[str], policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_folder(tmp_path / "home", monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SVCRULES_CACHE", "off")
    assert decided(policy) == decided(policy)
    assert (len(loads), entries(tmp_path)) == (2, [policy.parent])


def test_user_without_a_home(loads: list[str], policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_folder(Path("~"), monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SVCRULES_CACHE")
    assert decided(policy) == decided(policy)
    assert (len(loads), entries(tmp_path)) == (2, [policy.parent])


def test_policy_with_errors_is_not_kept(folder: Path, policy: Path) -> None:
    policy.write_bytes(policy_text(fields={}))
    outputs = [CliRunner().invoke(cli, ["decide", "--policy", str(policy)]) for _ in range(2)]
    assert [output.exit_code for output in outputs] == [1, 1]
    assert outputs[0].stderr == outputs[1].stderr != ""
    assert not folder.exists()


def test_warnings_are_told_all_the_same(folder: Path, loads: list[str], policy: Path) -> None:
    levels = {**SECTIONS["priority"], "levels": ["P1", "P2", "P3"]}
    policy.write_bytes(policy_text(**{**SECTIONS, "priority": levels}))
    decided(policy)
    decided(policy)
    assert len(loads) == len(entries(folder)) == 1
    result = CliRunner().invoke(cli, ["validate", str(policy)])
    assert "warning SR401: no rule of `priority` gives `P3`" in result.stdout


def test_what_was_long_unused_is_deleted(folder: Path, policy: Path) -> None:
    decided(policy)
    (old,) = entries(folder)
    others = folder / "notes.txt"
    others.touch()
    policy.write_bytes(policy_text(**SECTIONS, note="used"))
    decided(policy)
    (used,) = (entry for entry in entries(folder) if entry not in (old, others))
    for path in (old, others, used):
        os.utime(path, times=(0, time.time() - MONTH - 60))
    decided(policy)
    assert old in entries(folder)
    policy.write_bytes(policy_text(**SECTIONS, note="new"))
    decided(policy)
    assert len(entries(folder)) == 3
    assert {used, others} < set(entries(folder))


def test_many_processes_at_once(folder: Path, policy: Path) -> None:
    command = [sys.executable, "-c", "from svcrules.cli.main import main; main()", "decide", "--policy", str(policy)]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    given = json.dumps(event({"kind": "leak"})).encode()
    outputs = {process.communicate(given, timeout=60) for process in processes}
    assert outputs == {(decided(policy).encode(), b"")}
    assert len(entries(folder)) == 1
