"""The few figures that are quoted, from all that was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.competitors import BY_CATEGORY, HAND_WRITTEN, ZEN
from benchmarks.decisions import ONE_TABLE
from benchmarks.ours import POLICIES, WAYS
from benchmarks.report import number, print_table
from benchmarks.shapes import SIZES
from benchmarks.tables import SVCRULES

Results = Mapping[str, Mapping[str, Any]]


def figures(results: Results) -> dict[str, str]:
    """Return the figures of the subjects that were measured, as text."""
    found: dict[str, str] = {}
    if tables := results.get("tables"):
        found |= _of_tables(tables)
    if decisions := results.get("decisions"):
        found |= _of_decisions(decisions)
    if loading := results.get("loading"):
        steps = loading[f"one table of {SIZES[-1]:,} rules"]
        found[f"loading {SIZES[-1]:,} rules"] = ", ".join(
            f"{step} {number(value)} ms" for step, value in steps.items() if step != "bytes sent"
        )
    if state := results.get("state"):
        found["state of an open ticket as JSON"] = f"{_span(state, 'JSON, median')} bytes (medians)"
        found["state of an open ticket in memory"] = f"{_span(state, 'in memory')} bytes"
    if advance := results.get("advance"):
        whole = advance["all five"]
        each = number(whole["advanced_s"] / whole["tickets"] * 1e6)
        found[f"{whole['tickets']:,} open tickets, nothing due"] = (
            f"{number(whole['advanced_s'])} s ({each} us each); caseloads asked {number(whole['caseload_us'])} us"
        )
    if incidents := results.get("incidents"):
        for name, seconds in incidents["seconds"].items():
            found[f"incident log, {incidents['events']:,} events: {name}"] = f"{number(seconds)} s"
    return found


def _of_tables(tables: Mapping[str, Any]) -> dict[str, str]:
    hundred = tables["100"]
    found = {}
    zen = [hundred[name]["to_svcrules"] for name in ZEN if name in hundred]
    if zen:
        found["100 rules: our rate to that of zen-engine, the faster way"] = f"{number(min(zen))} times"
    for name in (HAND_WRITTEN, BY_CATEGORY):
        found[f"100 rules: our rate to that of {name}"] = f"{number(hundred[name]['to_svcrules'])} times"
    most = f"{SIZES[-1]:,}"
    found[f"our cost at {most} rules over cost at {SIZES[0]}"] = number(
        tables[str(SIZES[-1])][SVCRULES]["to_least_size"]
    )
    return found


def _of_decisions(decisions: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for way in WAYS:
        microseconds = [decisions[f"{policy}, {way}"]["us"] for policy in POLICIES]
        found[f"full decision {way}, five policies"] = (
            f"{number(min(microseconds))} to {number(max(microseconds))} us, "
            f"{1e6 / max(microseconds):,.0f} to {1e6 / min(microseconds):,.0f} a second"
        )
    zen = [decisions[ONE_TABLE.format(name)]["us"] for name in ZEN if ONE_TABLE.format(name) in decisions]
    if zen:
        found["zen-engine on one table, in the same run"] = f"{number(min(zen))} us"
    return found


def _span(state: Mapping[str, Mapping[str, float]], column: str) -> str:
    values = [found[column] for found in state.values()]
    return f"{min(values):,.0f} to {max(values):,.0f}"


def show(found: Mapping[str, str]) -> None:
    if found:
        print_table("Figures", ("", ""), found.items())
