"""
Chronicle: the whole history of a ticket with everything that has fired in it, and what will if nothing happens.

Made from the log alone, so it is the same in whatever order events came in and in whatever steps time was advanced. It
grows with each event, so that a ticket's next event does not cost its whole past again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from svcrules.evaluators.program import Program
from svcrules.state import Entry
from svcrules.ticket.firing import Firing, falling_due, fired_by_event
from svcrules.ticket.history import Snapshot, after


class Happening(NamedTuple):
    """A firing, and the place in the log of the event after which it happens."""

    place: int
    firing: Firing


@dataclass(frozen=True, slots=True)
class Chronicle:
    """
    `settled` has happened for certain: it was due before the last event, or came with an event. `fired` are the
    instants of what has settled, by key.
    """

    program: Program
    snapshots: tuple[Snapshot, ...]
    settled: tuple[Happening, ...]
    fired: Mapping[str, datetime]
    open: tuple[Happening, ...]

    @classmethod
    def of(cls, program: Program, log: tuple[Entry, ...]) -> Chronicle:
        """
        Return the chronicle of the log.

        Raises `EventError` where an event does not fit the policy.
        """
        chronicle = cls(program, (), (), {}, ())
        for entry in log:
            chronicle = chronicle.after(entry)
        return chronicle

    @classmethod
    def grown(cls, known: object, program: Program, log: tuple[Entry, ...], place: int) -> Chronicle:
        """Return the chronicle of the log; `known`, if it is one, is that of the log without the entry at `place`."""
        if not isinstance(known, Chronicle) or known.program is not program or place < len(known.snapshots):
            return cls.of(program, log)
        return known.after(log[place]) if place < len(log) else known

    def after(self, entry: Entry) -> Chronicle:
        """Return the chronicle with one more event, which is not earlier than the others."""
        last = self.snapshots[-1] if self.snapshots else None
        settled, fired = list(self.settled), dict(self.fired)
        for happening in self.open:
            if happening.firing.due < entry.time:
                settled.append(happening)
                fired[happening.firing.key] = happening.firing.due
        snapshot = after(self.program, last, entry)
        place = len(self.snapshots)
        for firing in fired_by_event(self.program, snapshot):
            settled.append(Happening(place, firing))
            fired[firing.key] = firing.due
        coming = []
        for firing in falling_due(self.program, snapshot, fired):
            happening = Happening(place, firing)
            if firing.caused:
                settled.append(happening)
                fired[firing.key] = firing.due
            else:
                coming.append(happening)
        return Chronicle(self.program, (*self.snapshots, snapshot), tuple(settled), fired, tuple(coming))

    @property
    def happenings(self) -> Iterator[Happening]:
        yield from self.settled
        yield from self.open

    def next_due(self, done: frozenset[str]) -> datetime | None:
        """Return when the first thing falls due that is not among those done."""
        return min((each.firing.due for each in self.happenings if each.firing.key not in done), default=None)
