"""
common-expression-language: rules in order as chains of `condition ? team : ...`, compiled once.

A chain of fifty is about the longest that its parser takes, and faster than a program for each rule. All programs share
the ticket's `Context`, so that the ticket is converted once.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import cel

from benchmarks.competitors.tests_as_text import tests_as_text
from benchmarks.shapes import Rule, Table, Ticket

CHAIN = 50


def prepare(table: Table) -> Callable[[Ticket], str]:
    programs = tuple(
        cel.compile("".join(map(_branch, table.rules[start : start + CHAIN])) + '""')
        for start in range(0, len(table.rules), CHAIN)
    )
    otherwise = table.otherwise

    def answer(ticket: Ticket) -> str:
        context = cel.Context(ticket)
        for program in programs:
            team: str = program.execute(context)
            if team:
                return team
        return otherwise

    return answer


def _branch(rule: Rule) -> str:
    return f"{' && '.join(tests_as_text(rule))} ? {json.dumps(rule.team)} : "
