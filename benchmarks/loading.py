"""Loading: from YAML to policy, from policy to program, and what it takes to have the program in a worker process."""

from __future__ import annotations

from typing import Any

from benchmarks import ours
from benchmarks.options import Options
from benchmarks.report import number, print_table
from benchmarks.shapes import SIZES, routing_table
from benchmarks.timing import timed
from svcrules import load_policy
from svcrules.evaluators.program import Program

STEPS = ("YAML to policy", "policy to program", "packed for a worker", "unpacked there")


def measure(options: Options) -> dict[str, Any]:
    """Return milliseconds by policy and step, and the bytes that are sent to a worker."""
    results = {}
    for size in SIZES:
        text = ours.policy_text(routing_table(size, options.seed))
        results[f"one table of {size:,} rules"] = _steps(lambda text=text: ours.loaded(text), options)
    for name in ours.POLICIES:
        results[name] = _steps(lambda name=name: load_policy(ours.FOLDER / name), options)
    print_table(
        "Loading, in ms",
        ("", *STEPS, "bytes sent"),
        (
            (name, *(number(found[step]) for step in STEPS), f"{found['bytes sent']:,.0f}")
            for name, found in results.items()
        ),
    )
    return results


def _steps(load: Any, options: Options) -> dict[str, float]:
    rounds = 2 if options.quick else 5
    loading, policy = timed(load, rounds)
    making, _ = timed(lambda: Program(policy), rounds)
    packing, data = timed(lambda: ours.packed(policy), rounds)
    unpacking, _ = timed(lambda: ours.unpacked(data), rounds)
    seconds = (loading, making, packing, unpacking)
    return {**{step: each * 1e3 for step, each in zip(STEPS, seconds, strict=True)}, "bytes sent": len(data)}
