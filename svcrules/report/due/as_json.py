"""The account of a deadline as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from svcrules.evaluators.program import Program
from svcrules.outlook.account import Account


def as_json(account: Account, program: Program, ticket: str) -> dict[str, Any]:
    """Return the account as JSON values; instants are in the zone of the policy, times in seconds."""
    policy, zone = program.policy, program.zone

    def written(at: datetime | None) -> str | None:
        return at.astimezone(zone).isoformat() if at is not None else None

    return {
        "policy": {"name": policy.name, "version": policy.version, "digest": policy.digest},
        "ticket": ticket,
        "clock": account.clock,
        "state": str(account.run.state),
        "rule": account.choice.reason.rule,
        "cites": list(account.choice.reason.cites),
        "limit": str(account.choice.limit.within),
        "calendar": account.choice.limit.calendar,
        "started": written(account.run.started),
        "due": written(account.due),
        "total_seconds": account.total.total_seconds(),
        "used_seconds": account.used.total_seconds(),
        "working_days": [str(day) for day in account.days],
        "end_of_days": written(account.end_of_days),
        "events": [
            {"time": written(mark.at), "change": str(mark.change), "type": mark.event} for mark in account.marks
        ],
        "steps": [
            {
                "kind": str(stage.part),
                "from": written(stage.start),
                "to": written(stage.end),
                "worked_seconds": stage.worked.total_seconds(),
                "used_seconds": stage.used.total_seconds(),
            }
            for stage in account.stages
        ],
    }
