"""zen-engine with a loader that returns `ZenDecisionContent`, compiled before: what its documentation advises."""

from __future__ import annotations

import json
from collections.abc import Callable

import zen

from benchmarks.competitors.zen_model import KEY, model
from benchmarks.shapes import Table, Ticket


def prepare(table: Table) -> Callable[[Ticket], str]:
    content = zen.ZenDecisionContent(json.dumps(model(table)))
    evaluate = zen.ZenEngine({"loader": lambda key: content}).evaluate

    def answer(ticket: Ticket) -> str:
        team: str = evaluate(KEY, ticket)["result"]["team"]
        return team

    return answer
