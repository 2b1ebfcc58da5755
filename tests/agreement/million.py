"""
Compare the evaluators on many generated policies and tickets.

    python -m tests.agreement.million --policies 2000 --tickets 500 --jobs 2 --seed 0

Each policy comes from the seed and its number, so that any of them can be drawn again with `--only NUMBER`. A
difference is printed as a case for tests/agreement/cases. Exit code 1 if there is one.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from random import Random
from time import perf_counter
from typing import NamedTuple

from svcrules.agreement.session import Plan, Verified, verify
from svcrules.engines import ENGINES
from svcrules.report.agreement.as_json import difference_json
from svcrules.report.as_json import json_text
from tests.agreement.policies import loaded, policy

MOST_EVENTS = 3
_TOLD_EVERY = 50


class Drawn(NamedTuple):
    """A policy by its number, and what came of it; `cases` are its differences as texts."""

    number: int
    verified: Verified
    cases: tuple[str, ...]


def drawn(number: int, tickets: int, seed: int) -> Drawn:
    sections = policy(Random(f"{seed}/{number}"))
    read = loaded(sections).policy
    assert read is not None
    verified = verify(read, (), Plan(ENGINES, tickets, seed, MOST_EVENTS))
    cases = tuple(
        json_text({"about": f"policy {number} of seed {seed}", "policy": sections, **difference_json(difference)})
        for difference in verified.tally.differences
    )
    return Drawn(number, verified, cases)


def _all(numbers: range, tickets: int, seed: int, jobs: int) -> Iterator[Drawn]:
    one = partial(drawn, tickets=tickets, seed=seed)
    if jobs == 1:
        yield from map(one, numbers)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(one, numbers)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.agreement.million")
    parser.add_argument("--policies", type=int, default=2000)
    parser.add_argument("--tickets", type=int, default=500, help="of each policy")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="the number of a single policy")
    options = parser.parse_args()
    numbers = range(options.policies) if options.only is None else range(options.only, options.only + 1)
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    begin = perf_counter()
    for each in _all(numbers, options.tickets, options.seed, options.jobs):
        tally = each.verified.tally
        counts += Counter(
            policies=1,
            tickets=each.verified.tickets,
            events=tally.events,
            decisions=tally.decisions,
            rules=each.verified.rules,
            reached=each.verified.reached,
            differing=tally.differing,
        )
        refused.update(f"{engine}: {why}" for engine, why in each.verified.refused.items())
        for case in each.cases:
            print(case, flush=True)
        if counts["policies"] % _TOLD_EVERY == 0 or counts["policies"] == len(numbers):
            print(_line(counts, perf_counter() - begin), flush=True)
    for why, times in refused.most_common():
        print(f"refused {times} times: {why}")
    return 1 if counts["differing"] else 0


def _line(counts: Counter[str], seconds: float) -> str:
    return (
        f"{counts['policies']:,} policies, {counts['tickets']:,} tickets, {counts['events']:,} events, "
        f"{counts['decisions']:,} decisions, {counts['reached']:,} of {counts['rules']:,} rules reached, "
        f"{counts['differing']:,} differences; {seconds:,.0f} s, {counts['tickets'] / seconds:,.0f} tickets a second"
    )


if __name__ == "__main__":
    sys.exit(main())
