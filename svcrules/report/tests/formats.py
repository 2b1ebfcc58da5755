"""
Renderings of policy tests by name.

Each one returns its whole text, with a line end at the last line, that can be written as UTF-8 whatever it holds.
"""

from __future__ import annotations

from collections.abc import Callable

from svcrules.report.tests import as_json, human, junit
from svcrules.report.tests.outcome import Outcome

TEST_FORMATS: dict[str, Callable[[Outcome], str]] = {
    "human": human.render,
    "json": as_json.render,
    "junit": junit.render,
}
