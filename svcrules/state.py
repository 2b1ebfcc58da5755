"""
The state of a ticket: the log of its events, what has been answered to it, and the policy that it is decided by.

All that a decision says is computed from the log. A state is a small JSON value (schemas/state.schema.json), so that it
can be kept anywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from svcrules.events import Event, parse_time


class StateError(Exception):
    """A state that cannot be used: it is malformed, or pinned to another version of the policy."""


class Entry(NamedTuple):
    """
    An event in the log.

    `data` is what it said, as JSON values; `counts` the values of counting fields that came with it.
    """

    time: datetime
    source: str
    id: str
    type: str
    time_text: str
    data: Mapping[str, Any]
    counts: Mapping[str, int]

    @property
    def order(self) -> tuple[datetime, str, str]:
        """What the log is sorted by, so that it is the same in whatever order events come in."""
        return (self.time, self.source, self.id)

    def to_dict(self) -> dict[str, Any]:
        value: dict[str, Any] = {"id": self.id, "source": self.source, "type": self.type, "time": self.time_text}
        if self.data:
            value["data"] = dict(self.data)
        if self.counts:
            value["counts"] = dict(self.counts)
        return value


def entry_of(event: Event, counts: Mapping[str, int]) -> Entry:
    time = event.time.astimezone(UTC)
    return Entry(time, event.source, event.id, event.type, event.time_text, event.data, counts)


@dataclass(frozen=True, slots=True)
class State:
    """
    `log` is sorted by time; `done` holds the keys of what has fired and been answered; `until` is the instant up to
    which what fell due has been asked for, if it has.
    """

    ticket: str
    policy: str
    version: str
    digest: str
    log: tuple[Entry, ...] = ()
    done: frozenset[str] = frozenset()
    until: datetime | None = None
    # The chronicle, kept so that the next event need not go through the log again; no part of the state.
    chronicle: object = field(default=None, compare=False, repr=False)

    def replaced(
        self, log: tuple[Entry, ...], done: frozenset[str], until: datetime | None, chronicle: object
    ) -> State:
        return State(self.ticket, self.policy, self.version, self.digest, log, done, until, chronicle)

    def repinned(self, version: str, digest: str) -> State:
        """Return the state as another version of the policy goes on with it."""
        return State(self.ticket, self.policy, version, digest, self.log, self.done, self.until)

    @property
    def as_of(self) -> datetime:
        """The latest instant that the state knows of."""
        latest = self.log[-1].time
        return max(latest, self.until) if self.until is not None else latest

    def find(self, source: str, id_: str) -> int | None:
        """Return the place of the event in the log."""
        return next((i for i, entry in enumerate(self.log) if entry.id == id_ and entry.source == source), None)

    def with_entry(self, entry: Entry) -> tuple[tuple[Entry, ...], int]:
        """Return the log with one more entry, and its place there."""
        place = bisect_right(self.log, entry.order, key=lambda each: each.order)
        return (*self.log[:place], entry, *self.log[place:]), place

    def to_dict(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "ticket": self.ticket,
            "policy": {"name": self.policy, "version": self.version, "digest": self.digest},
            "log": [entry.to_dict() for entry in self.log],
            "done": sorted(self.done),
        }
        if self.until is not None:
            value["until"] = self.until.isoformat().replace("+00:00", "Z")
        return value

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> State:
        """
        Return the state that `to_dict` gave.

        Raises `StateError` where the value is no state.
        """
        try:
            policy = value["policy"]
            log = tuple(sorted((_entry(each) for each in value["log"]), key=lambda entry: entry.order))
            until = _instant(value["until"]) if "until" in value else None
            done = frozenset(value["done"])
            return cls(value["ticket"], policy["name"], policy["version"], policy["digest"], log, done, until)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise StateError(f"not the state of a ticket: {type(error).__name__} {error}") from error


def _entry(value: Mapping[str, Any]) -> Entry:
    time = _instant(value["time"])
    data, counts = value.get("data", {}), value.get("counts", {})
    return Entry(time, value["source"], value["id"], value["type"], value["time"], data, counts)


def _instant(text: str) -> datetime:
    time = parse_time(text)
    if time is None:
        raise ValueError(f"`{text}` is no time")
    return time.astimezone(UTC)
