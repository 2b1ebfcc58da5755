"""The table as a decision model of zen-engine: one decision table between input and output."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.shapes import REGION_GROUPS, Rule, Table

KEY = "routing"


def model(table: Table) -> dict[str, Any]:
    """Return the model; cells are written so that zen-engine's own index of columns takes them (plain texts)."""
    rows = [*map(_row, table.rules), _row(Rule("otherwise", table.otherwise))]
    columns = ("category", "region", "tier", "amount")
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": column, "name": column, "field": column} for column in columns],
        "outputs": [{"id": "team", "name": "team", "field": "team"}],
        "rules": rows,
    }
    nodes: list[dict[str, Any]] = [
        {"id": "input", "type": "inputNode", "name": "input"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "output", "type": "outputNode", "name": "output"},
    ]
    edges = [
        {"id": "in", "sourceId": "input", "targetId": "table", "type": "edge"},
        {"id": "out", "sourceId": "table", "targetId": "output", "type": "edge"},
    ]
    return {"nodes": [{**node, "position": {"x": 0, "y": 0}} for node in nodes], "edges": edges}


def _row(rule: Rule) -> dict[str, str]:
    amount = f">= {rule.at_least}" if rule.at_least is not None else ""
    if rule.less_than is not None:
        amount = f"< {rule.less_than}"
    return {
        "_id": rule.id,
        "category": json.dumps(rule.category) if rule.category is not None else "",
        "region": ", ".join(map(json.dumps, REGION_GROUPS[rule.regions])) if rule.regions is not None else "",
        "tier": json.dumps(rule.tier) if rule.tier is not None else "",
        "amount": amount,
        "team": json.dumps(rule.team),
    }
