"""
A long run of the engine `rete`: its memory must stay flat, and every thousandth ticket agree with the plain reading.

Usage: python -m tests.evaluators.rete_long_run [TICKETS [POLICY]]
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from svcrules import Policy, load_policy
from svcrules.evaluators.reference import holds
from svcrules.evaluators.rete import Matched, Rete, other_conditions
from svcrules.evaluators.rete.stages import tables_of
from svcrules.language.model import Condition, Field, FieldType, Test, Value, tests_in

POLICIES = Path(__file__).parents[2] / "policies"
_REPORTS = 20
_SETTLED = 4
"""Reports after which memory must not grow any more: by then the largest ticket has been seen many times."""
_SLACK = 4 * 1024
"""KiB by which memory may differ all the same."""


def plainly(policy: Policy, values: dict[str, Value]) -> Matched:
    """Return what matches, rule by rule."""
    values = dict(values)
    winners: dict[str, int | None] = {}
    for table, result in tables_of(policy):
        if table.applies is None or holds(table.applies, values):
            winner = next((index for index, rule in enumerate(table.rules) if holds(rule.when, values)), None)
            winners[table.name] = winner
            if result is not None:
                values[result] = table.otherwise.answer if winner is None else table.rules[winner].answer
    others = enumerate(other_conditions(policy))
    return Matched(winners, frozenset(number for number, condition in others if holds(condition, values)))


def tickets(policy: Policy, seed: int) -> Iterator[dict[str, Value]]:
    """Yield tickets without end, with what the policy tests and what lies beside it."""
    generator = random.Random(seed)
    tests: dict[str, list[Test]] = {name: [] for name in policy.fields}
    for condition in _all_conditions(policy):
        for test in tests_in(condition):
            tests.setdefault(test.field, []).append(test)
    choices = {name: _choices(field, tests[name]) for name, field in policy.fields.items()}
    while True:
        share = generator.random()
        yield {
            name: _value(policy.fields[name], listed, generator)
            for name, listed in choices.items()
            if listed and generator.random() < share
        }


def _all_conditions(policy: Policy) -> Iterator[Condition]:
    for table, _ in tables_of(policy):
        yield from (rule.when for rule in table.rules)
        if table.applies is not None:
            yield table.applies
    yield from other_conditions(policy)


def _choices(field: Field, tests: Iterable[Test]) -> list[Any]:
    """Return the values that a field may have, or the pieces of which they are made."""
    written: list[Any] = [
        operand
        for test in tests
        if test.operator != "present"
        for operand in (*(test.operand if isinstance(test.operand, tuple) else (test.operand,)), *test.apart_from)
    ]
    match field.type:
        case FieldType.ONE_OF | FieldType.SOME_OF:
            return list(field.values)
        case FieldType.BOOLEAN:
            return [True, False]
        case FieldType.INTEGER | FieldType.NUMBER:
            steps = (-1, 0, 1) if field.type is FieldType.INTEGER else (-0.01, 0, 0.01)
            return [number + step for number in (*written, 0) for step in steps]
        case FieldType.DATE:
            return [*written, "2026-02-28", "2026-10-01"]
    return [*written, "-", "x", "无"]


def _value(field: Field, choices: list[Any], generator: random.Random) -> Value:
    match field.type:
        case FieldType.SOME_OF | FieldType.LIST:
            return tuple(generator.choices(choices, k=generator.randrange(4)))
        case FieldType.TEXT:
            return " ".join(generator.choices(choices, k=generator.randrange(1, 4)))
    value: Value = generator.choice(choices)
    return value


def resident() -> int:
    """Return the memory that the process has in use, in KiB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4


def main(count: int, name: str) -> None:
    policy = load_policy(POLICIES / name)
    rete = Rete(policy)
    # Made before, so that what is measured is the engine.
    prepared = [values for values, _ in zip(tickets(policy, 0), range(2_000), strict=False)]
    sizes: list[int] = []
    start = time.perf_counter()
    for number in range(1, count + 1):
        values = prepared[number % len(prepared)]
        matched = rete.run(values)
        if number % 997 == 0:
            assert matched == plainly(policy, values)
        if number % max(count // _REPORTS, 1) == 0:
            sizes.append(resident())
            rate = number / (time.perf_counter() - start)
            print(f"{number:>9,} tickets  {rate:>7,.0f} tickets/s  {sizes[-1]:>9,} KiB", flush=True)
    rete.close()
    growth = max(sizes[_SETTLED:]) - sizes[_SETTLED]
    assert growth <= _SLACK, f"memory grew by {growth:,} KiB"
    print(f"flat: {growth:,} KiB more than after {_SETTLED + 1} of {_REPORTS} reports")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, sys.argv[2] if len(sys.argv) > 2 else "gas")
