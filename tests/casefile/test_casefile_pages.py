"""The examples in docs/findings/SR7xx.md: `Wrong` gives its messages, `Right` gives tests without any."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from svcrules import Evaluator
from svcrules.casefile.read import read_cases
from svcrules.codes import CODES
from svcrules.report.human import paragraphs
from svcrules.resources import findings_folder

_PAGES = [findings_folder() / f"{code}.md" for code in CODES if code.startswith("SR7")]


def _blocks(section: str) -> dict[str, str]:
    return dict(re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL))


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.stem)
def test_page(desk: Evaluator, path: Path) -> None:
    title, *sections = re.split(r"^## (.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert title.strip() == f"# {path.stem}: {CODES[path.stem].title}"
    assert sections[::2] == ["What it means", "Why it is a finding", "Wrong", "Right"]
    wrong, right = _blocks(sections[5]), _blocks(sections[7])
    _, findings = read_cases([("tests.yaml", wrong["yaml"].encode())], desk.policy)
    assert {finding.code for finding in findings} == {path.stem}
    assert paragraphs(findings) + "\n" == wrong["text"]
    files, findings = read_cases([("tests.yaml", right["yaml"].encode())], desk.policy)
    assert findings == ()
    assert all(file.cases for file in files)
