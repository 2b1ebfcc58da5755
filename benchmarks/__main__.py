"""`python -m benchmarks`: measure, print tables, write JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks import advance, decisions, figures, incidents, loading, state, tables
from benchmarks.competitors import PACKAGES
from benchmarks.environment import environment
from benchmarks.options import Options

SUBJECTS = {
    "tables": tables.measure,
    "decisions": decisions.measure,
    "loading": loading.measure,
    "state": state.measure,
    "advance": advance.measure,
    "incidents": incidents.measure,
}
BESIDE = Path(__file__).parents[2] / "shared" / "data"
"""Where the incident log is looked for: beside the checkout."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure svcrules, and others beside it.")
    parser.add_argument("--only", action="append", choices=SUBJECTS, help="this subject; may be given several times")
    parser.add_argument("--quick", action="store_true", help="little of everything, to see that all works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured to FILE")
    parser.add_argument("--data", type=Path, metavar="DIR", default=BESIDE, help="the folder of the incident log")
    given = parser.parse_args()
    options = Options(given.quick, given.data)
    where = environment(("svcrules", *PACKAGES))
    print(", ".join(f"{name} {version}" for name, version in where.items()))
    results = {name: measure(options) for name, measure in SUBJECTS.items() if name in (given.only or SUBJECTS)}
    found = figures.figures(results)
    figures.show(found)
    if given.json is not None:
        whole = {"environment": where, "quick": options.quick, "figures": found, "results": results}
        given.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
