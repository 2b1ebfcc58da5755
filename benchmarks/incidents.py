"""
The audit log of an IT service desk, decided by the policy `service-norms`: clocks, ladders and counting over months.

The log is no part of the project: "Incident management process enriched event log" of the UCI repository, 119,998
events, CC BY 4.0. Its events are put in the order of their times, as they would have come in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks import ours
from benchmarks.options import Options
from benchmarks.report import number, print_table
from benchmarks.workers import Workers
from svcrules import Caseload, Decision, Evaluator, Event
from svcrules.ingest.files import read_lines
from svcrules.ingest.mapping import read_mapping
from svcrules.ingest.rows import Reject, convert
from svcrules.ingest.table import read_table

FILE = "incident_event_log.csv.gz"
MAPPING = Path(__file__).parents[1] / "examples" / "mappings" / "incident_log.yaml"
POLICY = "service-norms"
WORKERS = 2
BATCH = 1_000
ONE_PROCESS = "events and what falls due, as JSON"
TWO_PROCESSES = f"the same, {WORKERS} worker processes"


def measure(options: Options) -> dict[str, Any]:
    """Return seconds and number of decisions by what was done; nothing where the log is not there."""
    if options.data is None or not (options.data / FILE).exists():
        print(f"\nleft out: incident log (no {FILE}; say where it is with --data)")
        return {}
    events = _events(options.data / FILE, options.incident_events)
    evaluator = ours.evaluator(POLICY)
    seconds: dict[str, float] = {}
    tallies: dict[str, Tally] = {}
    with Workers(WORKERS, ours.packed(evaluator.policy)) as workers:
        ways: dict[str, Callable[[], Iterable[object]]] = {
            "events": lambda: map(Caseload(evaluator).decide, events),
            "events and what falls due": lambda: _decided(evaluator, events),
            ONE_PROCESS: lambda: map(ours.json_line, _decided(evaluator, events)),
            TWO_PROCESSES: lambda: workers.decide(events, partial(_together, {}), BATCH),
        }
        for name, way in ways.items():
            begin = perf_counter()
            tallies[name] = _tally(way())
            seconds[name] = perf_counter() - begin
    if tallies[ONE_PROCESS] != tallies[TWO_PROCESSES]:
        raise SystemExit("the workers decide otherwise than the one process")
    counts = {name: tally.count for name, tally in tallies.items()}
    _show(len(events), seconds, counts)
    return {"events": len(events), "seconds": seconds, "decisions": counts}


class Tally(NamedTuple):
    """How many decisions there are, and of lines a sum of hashes, in whatever order they come."""

    count: int
    sum: int


def _tally(decisions: Iterable[object]) -> Tally:
    """Go through the decisions without keeping them."""
    count = total = 0
    for decision in decisions:
        count += 1
        if isinstance(decision, str):
            total += hash(decision)
    return Tally(count, total)


def _decided(evaluator: Evaluator, events: list[Event]) -> Iterator[Decision]:
    return ours.decided(Caseload(evaluator, timed=True), events, events[-1].time)


def _together(customers: dict[str, str], event: Event) -> str:
    """Return the customer of the ticket as it first named one: tickets of a customer are counted together."""
    customer = event.data.get("customer", {}).get("id", event.subject)
    return customers.setdefault(event.subject, customer)


def _events(path: Path, most: int | None) -> list[Event]:
    mapping, findings = read_mapping(MAPPING.read_bytes(), MAPPING.name)
    assert mapping is not None, findings
    table, findings = read_table(read_lines(str(path), mapping.encoding, path.name), path.name, mapping)
    assert table is not None, findings
    events: list[Event] = []
    for outcome in convert(mapping, table):
        assert not isinstance(outcome, Reject), outcome
        events += map(Event.from_dict, outcome)
        if most is not None and len(events) >= most:
            break
    return sorted(events, key=lambda event: event.time)


def _show(events: int, seconds: dict[str, float], counts: dict[str, int]) -> None:
    print_table(
        f"Incident log, {events:,} events",
        ("", "seconds", "decisions", "us each", "each second"),
        (
            (name, number(each), f"{counts[name]:,}", number(each / counts[name] * 1e6), f"{counts[name] / each:,.0f}")
            for name, each in seconds.items()
        ),
    )
