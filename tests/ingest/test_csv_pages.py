"""The examples in docs/findings/SR6xx.md: `Wrong` gives its messages, `Right` gives events."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svcrules.codes import CODES
from svcrules.resources import findings_folder

_PAGES = [findings_folder() / f"{code}.md" for code in CODES if code.startswith("SR6")]


def _blocks(section: str) -> dict[str, str]:
    return dict(re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL))


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.stem)
def test_page(from_csv: Callable[[str, str], tuple[list[Any], str]], path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    title, *sections = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    assert title.strip() == f"# {path.stem}: {CODES[path.stem].title}"
    assert sections[::2] == ["What it means", "Why it is a finding", "Wrong", "Right"]
    wrong, right = _blocks(sections[5]), _blocks(sections[7])
    assert from_csv(wrong["yaml"], wrong["csv"]) == ([], wrong["text"])
    assert path.stem in wrong["text"]
    events, messages = from_csv(right["yaml"], right["csv"])
    assert messages == ""
    assert events
