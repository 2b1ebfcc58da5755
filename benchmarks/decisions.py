"""
The full decision on a `created` event by each of the five policies: classify, prioritise, limits, route, ladders.

In the same rounds, as a yardstick: one routing table of 100 rules, answer only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks import ours, tables
from benchmarks.competitors import ZEN
from benchmarks.options import Options
from benchmarks.report import number, print_table, ratio
from benchmarks.shapes import routing_table, tickets_for
from benchmarks.timing import Measured, Work, fitted, interleaved
from benchmarks.vocabulary import decidable
from svcrules import Evaluator, Event

YARDSTICK = 100
ONE_TABLE = "one table, {}"


def measure(options: Options) -> dict[str, Any]:
    """Return what a decision takes, by policy and way, and the yardsticks."""
    works = {}
    for name in ours.POLICIES:
        evaluator = ours.evaluator(name)
        given = decidable(evaluator, options.tickets, options.seed)
        events = list(map(Event.from_dict, given))
        for way, decide in ours.WAYS.items():
            works[f"{name}, {way}"] = fitted(decide(evaluator), events, options.seconds)
        works[f"{name}, from a mapping"] = fitted(evaluator.decide, given, options.seconds)
        works[f"{name}, with JSON"] = fitted(_with_json(evaluator), events, options.seconds)
    works |= _yardsticks(options)
    measured = interleaved(works, options.rounds)
    _show(measured)
    return {name: each.to_dict() for name, each in measured.items()}


def _with_json(evaluator: Evaluator) -> Callable[[Event], str]:
    return lambda event: ours.json_line(evaluator.decide(event))


def _yardsticks(options: Options) -> dict[str, Work]:
    table = routing_table(YARDSTICK, options.seed)
    tickets = tickets_for(table, options.tickets, options.seed + 1)
    return {
        ONE_TABLE.format(name): fitted(answer, tickets, options.seconds)
        for name, answer, _ in tables.prepared(table, (tables.SVCRULES, *ZEN))
    }


def _show(measured: dict[str, Measured]) -> None:
    zen = [measured[ONE_TABLE.format(name)] for name in ZEN if ONE_TABLE.format(name) in measured]
    print_table(
        f"Full decision on a created event; one table of {YARDSTICK} rules beside it",
        ("", "us each", "each second", "to zen-engine's one table", "events"),
        (
            (
                name,
                number(each.microseconds),
                f"{1e6 / each.microseconds:,.0f}",
                ratio(max(map(each.over, zen))) if zen else "",
                f"{each.items:,}",
            )
            for name, each in measured.items()
        ),
    )
