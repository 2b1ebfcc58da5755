"""
The pages in docs/findings say what is true: their wrong examples give their messages, their right ones none.

The sections of a page's YAML take the place of those in base.yaml. A block that begins with a comment such as
`# routing.yaml` is the file of that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from svcrules import resources
from svcrules.cli.decide import decide
from svcrules.cli.explain import explain
from svcrules.codes import CODES
from svcrules.diagnostics import Finding
from svcrules.events import MAX_EVENT_BYTES
from svcrules.language.files import MAX_BYTES
from svcrules.language.load import check_policy, read_policy
from svcrules.report.human import paragraphs

_BASE = (Path(__file__).parent / "base.yaml").read_text(encoding="utf-8")
_SECTION = re.compile(r"^([a-z_]+)\s*:", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PARTS = ["What it means", "Why it is a finding", "Wrong", "Right"]
_POLICY_CODES = sorted(code for code in CODES if code < "SR5")
_EVENT_CODES = sorted(code for code in CODES if code.startswith("SR5"))
# These are about the policy that an event names, so none is given on the command line.
_WITHOUT_POLICY = {"SR507", "SR508"}

Files = list[tuple[str, bytes]]


def _parts(code: str) -> dict[str, str]:
    page = (resources.findings_folder() / f"{code}.md").read_text(encoding="utf-8")
    heading, *parts = re.split("^## ", page, flags=re.MULTILINE)
    assert heading == f"# {code}: {CODES[code].title}\n\n"
    return {name: text.strip() for name, text in (part.split("\n", 1) for part in parts)}


def _blocks(text: str, language: str) -> list[str]:
    return [block for found, block in _BLOCK.findall(text) if found == language]


def _files(blocks: list[str]) -> Files:
    """Return the blocks as files, and base.yaml without the sections that they have."""
    sections = {name for block in blocks for name in _SECTION.findall(block)}
    base = "".join(
        part for part in re.split(r"^(?=[a-z_]+:)", _BASE, flags=re.MULTILINE) if _name(part) not in sections
    )
    named = ((re.match(r"# (\S+\.yaml)\n", block), block) for block in blocks)
    return [(match[1] if match else "policy.yaml", block.encode()) for match, block in named] + [
        ("base.yaml", base.encode())
    ]


def _name(part: str) -> str:
    return part.split(":", 1)[0]


# What cannot be shown as text is made here.
def _missing_folder(folder: Path) -> tuple[Finding, ...]:
    return check_policy("policies/gass").findings


def _too_large(folder: Path) -> tuple[Finding, ...]:
    (folder / "customers.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    return check_policy("customers.yaml").findings


def _gb18030(folder: Path) -> tuple[Finding, ...]:
    (folder / "teams.yaml").write_bytes("teams:\n  crew: {title: {en: Crew, zh: 维修队}}\n".encode("gb18030"))
    return check_policy("teams.yaml").findings


_MADE: dict[str, Callable[[Path], tuple[Finding, ...]]] = {
    "SR101": _missing_folder,
    "SR102": _too_large,
    "SR103": _gb18030,
}


@pytest.mark.parametrize("code", [*_POLICY_CODES, *_EVENT_CODES])
def test_page_has_all_parts_in_order(code: str) -> None:
    parts = _parts(code)
    assert list(parts) == _PARTS
    assert all(parts.values())


@pytest.mark.parametrize("code", sorted(CODES))
def test_explain_prints_the_page(code: str) -> None:
    result = CliRunner().invoke(explain, [code])
    assert result.exit_code == 0
    assert result.output == (resources.findings_folder() / f"{code}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", _POLICY_CODES)
def test_wrong_policy(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = _parts(code)["Wrong"]
    findings = _MADE[code](tmp_path) if code in _MADE else read_policy(_files(_blocks(wrong, "yaml"))).findings
    assert {finding.code for finding in findings} == {code}
    assert _blocks(wrong, "text") == [paragraphs(findings) + "\n"]


@pytest.mark.parametrize("code", _POLICY_CODES)
def test_right_policy(code: str) -> None:
    blocks = _blocks(_parts(code)["Right"], "yaml")
    assert blocks or code in _MADE
    assert read_policy(_files(blocks)).findings == ()


def _decided(code: str, name: str, event: str) -> tuple[int, str]:
    """Return the exit code and standard error of `svcrules decide` in the current folder."""
    Path("policy.yaml").write_text(_BASE, encoding="utf-8")
    Path(name).write_text(event, encoding="utf-8")
    result = CliRunner().invoke(decide, [name] if code in _WITHOUT_POLICY else [name, "--policy", "policy.yaml"])
    return result.exit_code, result.stderr


@pytest.mark.parametrize("code", _EVENT_CODES)
def test_wrong_event(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = _parts(code)["Wrong"]
    # The one that is too large is a line, since a file of a whole JSON value may be larger.
    name, blocks = (
        ("events.ndjson", ["x" * (MAX_EVENT_BYTES + 1)]) if code == "SR512" else ("event.json", _blocks(wrong, "json"))
    )
    assert _decided(code, name, *blocks) == (3, "".join(_blocks(wrong, "text")))
    assert set(re.findall("error (SR[0-9]+):", wrong)) == {code}


@pytest.mark.parametrize("code", _EVENT_CODES)
def test_right_event(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert _decided(code, "event.json", *_blocks(_parts(code)["Right"], "json")) == (0, "")


def test_overview_lists_each_code_with_its_title() -> None:
    text = (resources.findings_folder() / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(SR\d+)\]\((SR\d+)\.md\) \| (\w+) \| (.+?) \|$", text, re.MULTILINE)
    assert rows == [(code, code, str(severity), title) for code, (severity, title) in sorted(CODES.items())]


def test_there_is_no_page_without_a_code() -> None:
    pages = {path.stem for path in resources.findings_folder().glob("SR*.md")}
    assert pages == set(CODES)
