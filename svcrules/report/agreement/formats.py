"""
Renderings of agreement by name.

Each one returns its whole text, with a line end at the last line, that can be written as UTF-8 whatever it holds.
"""

from __future__ import annotations

from collections.abc import Callable

from svcrules.report.agreement import as_json, human
from svcrules.report.agreement.outcome import Outcome

AGREEMENT_FORMATS: dict[str, Callable[[Outcome], str]] = {"human": human.render, "json": as_json.render}
