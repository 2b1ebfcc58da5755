"""
Renderings of findings by name.

Each one returns its whole text, with a line end at the last line; a text may be empty. All of them can be
written as UTF-8, whatever the findings hold.
"""

from __future__ import annotations

from collections.abc import Callable

from svcrules.report import as_json, github, human, junit, sarif
from svcrules.report.checked import Checked

__all__ = ["FINDING_FORMATS", "Checked"]

FINDING_FORMATS: dict[str, Callable[[Checked], str]] = {
    "human": human.render,
    "json": as_json.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "github": github.render,
}
