"""rule-engine: its `Chain`, which returns the value of the first rule that matches."""

from __future__ import annotations

from collections.abc import Callable

import rule_engine

from benchmarks.competitors.tests_as_text import tests_as_text
from benchmarks.shapes import Table, Ticket


def prepare(table: Table) -> Callable[[Ticket], str]:
    # Rules are faster without a `type_resolver`, which checks the type of each value that is read.
    chain = rule_engine.Chain(
        ((" and ".join(tests_as_text(rule)), rule.team) for rule in table.rules), default_value=table.otherwise
    )
    evaluate: Callable[[Ticket], str] = chain.evaluate
    return evaluate
