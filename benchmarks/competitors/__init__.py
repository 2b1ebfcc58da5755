"""
Whom svcrules is compared with: a module each, with `prepare(table)`, which returns what gives the team of a ticket.

All that can be done before the tickets come in is done by `prepare`. A module raises `ImportError` where its package is
missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

from benchmarks.shapes import Table, Ticket

Answer = Callable[[Ticket], str]

HAND_WRITTEN = "hand-written, all cases"
BY_CATEGORY = "hand-written, by category"
ZEN = ("zen-engine, loader", "zen-engine, static")
# By what they are called in the report: module, and package that it needs.
COMPETITORS: dict[str, tuple[str, str | None]] = {
    HAND_WRITTEN: ("hand_written_cases", None),
    BY_CATEGORY: ("hand_written_category", None),
    "loop over lambdas": ("lambdas", None),
    ZEN[0]: ("zen_loader", "zen-engine"),
    ZEN[1]: ("zen_static", "zen-engine"),
    "datalogic-py": ("datalogic", "datalogic-py"),
    "common-expression-language": ("common_expression_language", "common-expression-language"),
    "durable-rules": ("durable_rules", "durable-rules"),
    "rule-engine": ("rule_engine", "rule-engine"),
    "business-rules": ("business_rules", "business-rules"),
}
PACKAGES = tuple(dict.fromkeys(package for _, package in COMPETITORS.values() if package is not None))


@cache
def installed() -> Mapping[str, Callable[[Table], Answer]]:
    """Return the `prepare` of each competitor whose package is there; say which are left out."""
    found = {}
    for name, (module, _) in COMPETITORS.items():
        try:
            found[name] = import_module(f"benchmarks.competitors.{module}").prepare
        except ImportError as error:
            print(f"left out: {name} ({error})")
    return found
