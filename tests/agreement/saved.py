"""Histories with their policies, kept as fixed cases: what generated tickets have shown once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from svcrules.agreement.model import History, Move, Passed, Told
from svcrules.events import Event


def history_of(name: str, moves: list[Mapping[str, Any]]) -> History:
    """Return the history that the `moves` of `svcrules verify --format json` say."""
    return History(name, tuple(map(_move, moves)))


def _move(said: Mapping[str, Any]) -> Move:
    if "until" in said:
        return Passed(datetime.fromisoformat(said["until"]))
    return Told(Event.from_dict(said["event"]), said.get("counts", {}))
