"""
Agreement as one JSON object, for programs. Keys are only ever added.

    {"seed": ...,
     "policies": [{"policy": the path, "engines": [those compared], "refused": {engine: why it does not take part},
                   "tests": policy tests, "tickets": ..., "events": ..., "decisions": ...,
                   "rules": {"reached": ..., "all": ...}, "decisions_per_second": ...,
                   "differing": how many histories by how many engines,
                   "differences": [{"history": its name, "engine": ..., "than": the engine that it differs from,
                                    "step": the index in "moves",
                                    "places": [{"path": ..., "expected": ..., "got": ...}],
                                    "moves": [{"event": ..., "counts": {...}} or {"until": an instant}]}]}],
     "summary": {"policies": ..., "tests": ..., "tickets": ..., "differing": ..., "agreed": true or false}}

At most five differences of a policy are given, each in a history as short as can be.
"""

from __future__ import annotations

from typing import Any

from svcrules.agreement.compare import Difference
from svcrules.agreement.model import Move, Told
from svcrules.agreement.written import event_json
from svcrules.report.agreement.outcome import OfPolicy, Outcome
from svcrules.report.as_json import json_text


def render(outcome: Outcome) -> str:
    return json_text(
        {
            "seed": outcome.seed,
            "policies": [_policy(policy) for policy in outcome.policies],
            "summary": {
                "policies": len(outcome.policies),
                "tests": sum(policy.verified.tests for policy in outcome.policies),
                "tickets": sum(policy.verified.tickets for policy in outcome.policies),
                "differing": outcome.differing,
                "agreed": outcome.agreed,
            },
        }
    )


def _policy(policy: OfPolicy) -> dict[str, Any]:
    verified = policy.verified
    tally = verified.tally
    return {
        "policy": policy.path,
        "engines": list(verified.engines),
        "refused": dict(verified.refused),
        "tests": verified.tests,
        "tickets": verified.tickets,
        "events": tally.events,
        "decisions": tally.decisions,
        "rules": {"reached": verified.reached, "all": verified.rules},
        "decisions_per_second": round(policy.rate, 1),
        "differing": tally.differing,
        "differences": [difference_json(difference) for difference in tally.differences],
    }


def difference_json(difference: Difference) -> dict[str, Any]:
    return {
        "history": difference.history.name,
        "engine": difference.engine,
        "than": difference.than,
        "step": difference.step,
        "places": [place._asdict() for place in difference.places],
        "moves": [_move(move) for move in difference.history.moves],
    }


def _move(move: Move) -> dict[str, Any]:
    if isinstance(move, Told):
        return {"event": event_json(move.event), "counts": dict(move.counts)}
    return {"until": move.until.isoformat().replace("+00:00", "Z")}
