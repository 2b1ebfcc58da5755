"""One routing table of 10 to 10,000 rules, the answer only: svcrules, other engines, and Python written by hand."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any

from benchmarks import ours
from benchmarks.competitors import COMPETITORS, HAND_WRITTEN, Answer, installed
from benchmarks.options import Options
from benchmarks.report import number, print_table, ratio
from benchmarks.shapes import SIZES, Table, Ticket, routing_table, tickets_for
from benchmarks.timing import Measured, Work, fitted, interleaved

SVCRULES = "svcrules"
EVERYBODY = (SVCRULES, *COMPETITORS)
Key = tuple[int, str]
"""Size of the table, and who answers."""


def measure(options: Options) -> dict[str, Any]:
    """
    Return by size what each one takes for a ticket, and what it took to get ready.

    All sizes are measured in the same rounds, since they are compared, too.
    """
    works: dict[Key, Work] = {}
    ready: dict[Key, float] = {}
    for size in SIZES:
        table = routing_table(size, options.seed)
        tickets = tickets_for(table, options.tickets, options.seed + 1)
        for name, answer, seconds in prepared(table, EVERYBODY):
            works[size, name] = fitted(answer, tickets, options.seconds)
            check(name, answer, table, works[size, name].items)
            ready[size, name] = seconds
    measured = interleaved(works, options.rounds)
    for size in SIZES:
        _show(size, {name: each for (its_size, name), each in measured.items() if its_size == size}, ready)
    _show_flatness(measured)
    return {str(size): _results(size, measured, ready) for size in SIZES}


def prepared(table: Table, names: Container[str]) -> Iterator[tuple[str, Answer, float]]:
    """Yield those of the names that are installed, ready for the table, and the seconds that this took."""
    text = ours.policy_text(table)
    preparations = {SVCRULES: lambda _: ours.table_answer(ours.loaded(text)), **installed()}
    for name, prepare in preparations.items():
        if name in names:
            begin = perf_counter()
            answer = prepare(table)
            yield name, answer, perf_counter() - begin


def check(name: str, answer: Answer, table: Table, tickets: Sequence[Ticket]) -> None:
    """Raises `SystemExit` where an answer is wrong: times of different answers cannot be compared."""
    for ticket in tickets:
        right, given = table.answer(ticket), answer(ticket)
        if given != right:
            raise SystemExit(f"{name} answers {given} to {ticket}, which is {right} by the table")


def _results(size: int, measured: Mapping[Key, Measured], ready: Mapping[Key, float]) -> dict[str, Any]:
    return {
        name: {
            **each.to_dict(),
            "to_svcrules": each.over(measured[size, SVCRULES]),
            "to_hand_written": each.over(measured[size, HAND_WRITTEN]),
            "to_least_size": each.over(measured[SIZES[0], name]),
            "ready_ms": ready[size, name] * 1e3,
        }
        for (its_size, name), each in measured.items()
        if its_size == size
    }


def _show(size: int, measured: Mapping[str, Measured], ready: Mapping[Key, float]) -> None:
    print_table(
        f"One table of {size:,} rules, answer only",
        ("", "us a ticket", "to svcrules", "to hand-written", "ready in ms", "tickets"),
        (
            (
                name,
                number(each.microseconds),
                ratio(each.over(measured[SVCRULES])),
                ratio(each.over(measured[HAND_WRITTEN])),
                number(ready[size, name] * 1e3),
                f"{each.items:,}",
            )
            for name, each in sorted(measured.items(), key=lambda pair: pair[1].microseconds)
        ),
    )


def _show_flatness(measured: Mapping[Key, Measured]) -> None:
    least, *others = SIZES
    names = [name for size, name in measured if size == least]
    print_table(
        f"Cost over cost at {least} rules",
        ("", *(f"{size:,} rules" for size in others)),
        ((name, *(ratio(measured[size, name].over(measured[least, name])) for size in others)) for name in names),
    )
