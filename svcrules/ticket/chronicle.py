"""
Chronicle: the whole history of a ticket with everything that has fired in it, and what will if nothing happens.

Made from the log alone, so it is the same in whatever order events came in and in whatever steps time was advanced. It
grows with each event, so that a ticket's next event does not cost its whole past again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from svcrules.evaluators.program import Program
from svcrules.state import Entry
from svcrules.ticket.firing import Firing, fired_by_event
from svcrules.ticket.forecast import NEVER, Forecast
from svcrules.ticket.history import Snapshot, after
from svcrules.ticket.waiting import falling_due


class Happening(NamedTuple):
    """A firing, and the place in the log of the event after which it happens."""

    place: int
    firing: Firing


@dataclass(frozen=True, slots=True)
class Chronicle:
    """
    `snapshots` are those after the latest events; before them, `dropped` ones are not kept. `settled` has happened for
    certain: it was due before the last event, or came with an event. `fired` are the instants of what has settled, by
    key; `coming` is what follows if no other event comes, None before the first.
    """

    program: Program
    dropped: int
    snapshots: tuple[Snapshot, ...]
    settled: tuple[Happening, ...]
    fired: Mapping[str, datetime]
    coming: Forecast | None
    # What `next_due` said last: it is asked for again with each step of time.
    _next: dict[frozenset[str], datetime | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, program: Program, log: tuple[Entry, ...]) -> Chronicle:
        """
        Return the chronicle of the log.

        Raises `EventError` where an event does not fit the policy.
        """
        chronicle = cls(program, 0, (), (), {}, None)
        for entry in log:
            chronicle = chronicle.after(entry)
        return chronicle

    @classmethod
    def grown(cls, known: object, program: Program, log: tuple[Entry, ...], place: int) -> Chronicle:
        """Return the chronicle of the log; `known`, if it is one, is that of the log without the entry at `place`."""
        if not isinstance(known, Chronicle) or known.program is not program or place < known.size:
            return cls.of(program, log)
        return known.after(log[place]) if place < len(log) else known

    @property
    def size(self) -> int:
        """The number of events."""
        return self.dropped + len(self.snapshots)

    @property
    def last(self) -> Snapshot:
        return self.snapshots[-1]

    def snapshot(self, place: int, log: tuple[Entry, ...]) -> Snapshot:
        """Return the ticket after the event at the place in the log, of which this is the chronicle."""
        if place >= self.dropped:
            return self.snapshots[place - self.dropped]
        return Chronicle.of(self.program, log[: place + 1]).last

    def lean(self) -> Chronicle:
        """Return the chronicle with no more than later events need."""
        if len(self.snapshots) <= 1:
            return self
        return Chronicle(
            self.program, self.size - 1, self.snapshots[-1:], self.settled, self.fired, self.coming, self._next
        )

    def after(self, entry: Entry) -> Chronicle:
        """Return the chronicle with one more event, which is not earlier than the others."""
        last = self.last if self.snapshots else None
        settled, fired = list(self.settled), dict(self.fired)

        def settle(place: int, firings: Iterable[Firing]) -> None:
            for firing in firings:
                settled.append(Happening(place, firing))
                fired[firing.key] = firing.due

        place = self.size
        if self.coming is not None:
            settle(place - 1, self.coming.until(entry.time, inclusive=False))
        snapshot = after(self.program, last, entry)
        settle(place, fired_by_event(self.program, snapshot))
        coming = self._coming_after(last, snapshot, dict(fired))
        settle(place, [firing for firing in coming.until(snapshot.at, inclusive=True) if firing.caused])
        snapshots = (*self.snapshots, snapshot)
        return Chronicle(self.program, self.dropped, snapshots, tuple(settled), fired, coming.without(fired))

    def _coming_after(self, last: Snapshot | None, snapshot: Snapshot, fired: Mapping[str, datetime]) -> Forecast:
        unchanged = last is not None and snapshot.ticket is last.ticket and snapshot.clocks is last.clocks
        if unchanged and last is not None and snapshot.climbs is last.climbs and self.coming is not None:
            return self.coming.without(fired)
        return falling_due(self.program, snapshot, fired)

    @property
    def happenings(self) -> Iterator[Happening]:
        yield from self.settled
        yield from self._open(NEVER)

    def unanswered(self, done: frozenset[str], until: datetime) -> list[Happening]:
        """Return what is due until then and not among those done, in order."""
        due = [each for each in self.settled if each.firing.due <= until and each.firing.key not in done]
        due += [each for each in self._open(until) if each.firing.key not in done]
        due.sort(key=lambda each: each.firing.due)
        return due

    def next_due(self, done: frozenset[str]) -> datetime | None:
        """Return when the first thing falls due that is not among those done."""
        if done not in self._next:
            self._next.clear()
            self._next[done] = self._next_due(done)
        return self._next[done]

    def _next_due(self, done: frozenset[str]) -> datetime | None:
        settled = min((each.firing.due for each in self.settled if each.firing.key not in done), default=None)
        if settled is not None:
            # What comes is never due before what has settled.
            return settled
        return next((each.firing.due for each in self._open(NEVER) if each.firing.key not in done), None)

    def _open(self, until: datetime) -> Iterator[Happening]:
        place = self.size - 1
        for firing in self.coming.until(until, inclusive=True) if self.coming is not None else ():
            yield Happening(place, firing)
