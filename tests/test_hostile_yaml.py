"""
Files made to hang, to exhaust or to surprise a reader: each gives a finding, in bounded memory.

Each is read in a process of its own, which tells the codes of its findings and the memory that it took at most.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.samples import unmeasured

# Guards against a hang; all of these take a second or two.
_SECONDS = 20
_MEGABYTES = 200
_READ = """
import json, resource, sys
from svcrules.language.load import check_policy
findings = check_policy(sys.argv[1]).findings
try:
    # The resource usage would count what the process was before it became this program.
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    used = int(status["VmHWM"].split()[0]) // 1024
except OSError:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 // (1024 if sys.platform == "darwin" else 1)
json.dump([sorted({finding.code for finding in findings}), used], sys.stdout)
"""
_HEAD = b"policy: gas\nversion: 1.0.0\nlanguage: 1\ntitle: {en: Gas, zh: Gas}\ntimezone: UTC\n"
_FIELDS = b"fields: {text: {type: text}, loss: {type: number}}\n"
_RULE = b"routing: {otherwise: a, rules: [{id: x, to: a, when: %s}]}\nteams: {a: {title: {en: A, zh: A}}}\n"


def _bomb(levels: int) -> bytes:
    lines = [b"l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [b"l%d: &l%d [%s]" % (n, n, b", ".join([b"*l%d" % (n - 1)] * 10)) for n in range(1, levels)]
    return b"\n".join(lines)


def _deep_aliases() -> bytes:
    """Return aliases of aliases, few in number, that nest a thousand levels deep when written out."""
    lines = [b"l0: &l0 x"]
    lines += [b"l%d: &l%d %s*l%d%s" % (n, n, b"[" * 30, n - 1, b"]" * 30) for n in range(1, 33)]
    return b"\n".join(lines)


def _many_fields() -> bytes:
    declared = b", ".join(b"f%d: {type: text}" % n for n in range(10_000))
    asked = b", ".join(b"g%d: x" % n for n in range(10_000))
    return _HEAD + b"fields: {%s}\n" % declared + _RULE % (b"{%s}" % asked)


FILES: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "alias bomb": (lambda: _bomb(30), ["SR106"]),
    "aliases that nest": (_deep_aliases, ["SR105"]),
    "flow lists nested 10,000 levels": (lambda: b"a: " + b"[" * 10_000, ["SR105"]),
    "flow mappings nested 10,000 levels": (lambda: b"{a: " * 10_000, ["SR105"]),
    "block mappings nested 2,000 levels": (
        lambda: b"".join(b" " * level + b"a:\n" for level in range(2_000)),
        ["SR105"],
    ),
    "block lists nested in one line": (lambda: b"a: \n  " + b"- " * 10_000, ["SR105"]),
    "explicit keys nested": (lambda: b"? " * 10_000, ["SR105"]),
    "a text of 50 MB": (lambda: _HEAD + b"note: " + b"x" * 50_000_000, ["SR102"]),
    "a text of 4 MB": (lambda: _HEAD + _FIELDS + _RULE % (b"{loss: '%s'}" % (b"x" * 4_000_000)), ["SR303"]),
    "a time zone of 4 MB": (lambda: _HEAD + _FIELDS + b"timezone: '%s'\n" % (b"x" * 4_000_000), ["SR109"]),
    "wide characters and short lines": (lambda: _HEAD + "气\n".encode() * 1_000_000, ["SR104"]),
    "4,000,000 line ends": (lambda: b"\n" * 4_000_000, ["SR114"]),
    "a list of 2,000,000 entries": (lambda: b"note: [" + b"x," * 2_000_000 + b"]", ["SR102"]),
    "290,000 entries of mixed kinds": (
        lambda: _HEAD + _FIELDS + _RULE % (b"{text: [%s]}" % b",".join(b"%d,x%d" % (n, n) for n in range(145_000))),
        ["SR303"],
    ),
    "59,000 unknown sections": (lambda: b"".join(b"k%d: x\n" % n for n in range(59_000)), ["SR201", "SR202"]),
    # Of a document as large as that, only the first violation is looked for where it is no matter of a long list.
    "149,000 unknown sections": (lambda: b"".join(b"k%d: x\n" % n for n in range(149_000)), ["SR202"]),
    "50,000 fields of no type": (
        lambda: _HEAD + b"fields: {" + b", ".join(b"f%d: x" % n for n in range(50_000)) + b"}",
        ["SR203"],
    ),
    "145,000 fields of no type": (
        lambda: _HEAD + b"fields: {" + b", ".join(b"f%d: x" % n for n in range(145_000)) + b"}",
        ["SR203"],
    ),
    "295,000 clauses that lack everything": (
        lambda: _HEAD + _FIELDS + b"clauses: [" + b"{}," * 295_000 + b"]",
        ["SR202"],
    ),
    "300 rules that lack everything": (
        lambda: _HEAD + _FIELDS + b"routing: {otherwise: a, rules: [" + b"{a: }," * 300 + b"]}",
        ["SR201", "SR202"],
    ),
    "290,000 days that are none": (
        lambda: _HEAD + _FIELDS + b"holidays: {h: {from: x, to: x, off: [" + b"1," * 290_000 + b"]}}",
        ["SR207"],
    ),
    "10,000 fields and as many unknown": (_many_fields, ["SR301"]),
    "a key of 1 MB": (lambda: b"? " + b"x" * 1_000_000 + b"\n: x\n", ["SR111"]),
    "a field name of many dots": (lambda: _HEAD + b"fields: {%s: {type: text}}" % b".".join([b"a"] * 90), ["SR205"]),
    "an integer of 1,000,000 digits": (lambda: b"language: " + b"9" * 1_000_000, ["SR112", "SR202"]),
    "a hexadecimal of 1,000,000 digits": (lambda: b"language: 0x" + b"f" * 1_000_000, ["SR112", "SR202"]),
    "a regular expression that blows up": (
        lambda: _HEAD + _FIELDS + _RULE % (b"{text: {matches: '%s'}}" % (b"(((a{9}){9}){9}){9}" * 40)),
        ["SR309"],
    ),
    "half a character as an escape": (lambda: b'note: "\\ud800"\n', ["SR104"]),
    "NUL": (lambda: b"note: a\0b\n", ["SR116"]),
    "UTF-16": (lambda: "policy: gas".encode("utf-16"), ["SR103"]),
    "UTF-32": (lambda: "policy: gas".encode("utf-32"), ["SR103"]),
    "random bytes": (lambda: bytes(range(255, -1, -1)) * 1_000, ["SR103"]),
    "an anchor within itself": (lambda: b"a: &a [*a]\n", ["SR107"]),
    "a python object": (lambda: b"a: !!python/object/apply:os.system [exit]\n", ["SR108"]),
    "a tag of 1 MB": (lambda: b"a: !" + b"x" * 1_000_000 + b" b\n", ["SR108"]),
    "an anchor of 1 MB": (lambda: b"a: *" + b"x" * 1_000_000 + b"\n", ["SR104"]),
    "quotes that never end": (lambda: b'"' * 1_000_001, ["SR104"]),
    "comments only": (lambda: b"# x\n" * 1_000_000, ["SR114"]),
}


def _read(path: Path) -> tuple[list[str], int]:
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        env=unmeasured(),
    )
    assert done.stderr == ""
    codes, megabytes = json.loads(done.stdout)
    return codes, megabytes


@pytest.mark.parametrize("name", FILES)
def test_file(name: str, tmp_path: Path) -> None:
    make, codes = FILES[name]
    (tmp_path / "policy.yaml").write_bytes(make())
    found, megabytes = _read(tmp_path / "policy.yaml")
    assert found == codes
    assert megabytes < _MEGABYTES


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "policy.yaml")


def _loop(folder: Path) -> None:
    (folder / "policy.yaml").symlink_to("policy.yaml")


def _dangling(folder: Path) -> None:
    (folder / "policy.yaml").symlink_to("nothing.yaml")


def _folder(folder: Path) -> None:
    (folder / "policy.yaml").mkdir()


def _device(folder: Path) -> None:
    (folder / "policy.yaml").symlink_to("/dev/zero")


def _nothing(folder: Path) -> None:
    (folder / "notes.txt").touch()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and devices of Unix")
@pytest.mark.parametrize("make", [_pipe, _loop, _dangling, _folder, _device, _nothing])
def test_folder_with_what_is_no_file(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path)
    assert _read(tmp_path)[0] == ["SR101"]


def test_files_are_bounded_together(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.yaml").write_bytes(b"#" * 1_000_000)
    assert _read(tmp_path)[0] == ["SR102"]


def test_values_are_bounded_together(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"{number}.yaml").write_bytes(b"s%d: [" % number + b"x," * 80_000 + b"]")
    found, megabytes = _read(tmp_path)
    assert "SR102" in found
    assert megabytes < _MEGABYTES
