"""Histories: what happens to a ticket, step by step, for every engine the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from svcrules.events import Event


class Told(NamedTuple):
    """An event, with the values of counting fields that come with it."""

    event: Event
    counts: Mapping[str, int]


class Passed(NamedTuple):
    """Time passes until an instant; before the first event nothing comes of it."""

    until: datetime


Move = Told | Passed


class History(NamedTuple):
    """What happens to one ticket. `name` says where it comes from: `ticket 17`, or the id of a policy test."""

    name: str
    moves: tuple[Move, ...]

    @property
    def told(self) -> tuple[Told, ...]:
        return tuple(move for move in self.moves if isinstance(move, Told))
