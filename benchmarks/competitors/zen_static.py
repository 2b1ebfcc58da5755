"""zen-engine with its static loader, which holds the compiled model itself and calls no Python for it."""

from __future__ import annotations

from collections.abc import Callable

import zen

from benchmarks.competitors.zen_model import KEY, model
from benchmarks.shapes import Table, Ticket


def prepare(table: Table) -> Callable[[Ticket], str]:
    evaluate = zen.ZenEngine({"loader": {"type": "static", "content": {KEY: model(table)}}}).evaluate

    def answer(ticket: Ticket) -> str:
        team: str = evaluate(KEY, ticket)["result"]["team"]
        return team

    return answer
