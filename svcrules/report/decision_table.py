"""Decisions as a table for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.table import Table

from svcrules.decision import Decision
from svcrules.report.characters import visible

_WIDTH_WITHOUT_TERMINAL = 160


def render(decisions: Iterable[Decision], out: TextIO) -> None:
    """Write the decisions as a table, a row each, as wide as the terminal."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in (
        "ticket",
        "event",
        "policy",
        "priority",
        "team",
        "owner",
        "notify",
        "violations",
    ):
        table.add_column(heading, overflow="fold")
    for decision in decisions:
        table.add_row(*map(visible, _row(decision)))
    console = Console(
        file=out,
        width=None if out.isatty() else _WIDTH_WITHOUT_TERMINAL,
        markup=False,
        highlight=False,
        emoji=False,
    )
    console.print(table)


def _row(decision: Decision) -> tuple[str, ...]:
    route = decision.route
    return (
        decision.ticket,
        decision.type,
        decision.policy,
        decision.priority or "",
        (route.team or "") if route else "",
        (route.owner or "") if route else "",
        ", ".join(route.notify) if route else "",
        ", ".join(violation.rule for violation in decision.violations),
    )
