"""
Chronicle: the whole history of a ticket with everything that has fired in it, and what will if nothing happens.

Made from the log alone, so it is the same in whatever order events came in and in whatever steps time was advanced. It
grows with each event, so that a ticket's next event does not cost its whole past again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from svcrules.evaluators.program import Program
from svcrules.state import Entry
from svcrules.ticket.firing import Firing, Forecast, falling_due, fired_by_event
from svcrules.ticket.history import Snapshot, after


class Happening(NamedTuple):
    """A firing, and the place in the log of the event after which it happens."""

    place: int
    firing: Firing


@dataclass(frozen=True, slots=True)
class Chronicle:
    """
    `settled` has happened for certain: it was due before the last event, or came with an event. `fired` are the
    instants of what has settled, by key; `coming` is what follows if no other event comes, None before the first.
    """

    program: Program
    snapshots: tuple[Snapshot, ...]
    settled: tuple[Happening, ...]
    fired: Mapping[str, datetime]
    coming: Forecast | None

    @classmethod
    def of(cls, program: Program, log: tuple[Entry, ...]) -> Chronicle:
        """
        Return the chronicle of the log.

        Raises `EventError` where an event does not fit the policy.
        """
        chronicle = cls(program, (), (), {}, None)
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

        def settle(place: int, firings: Iterable[Firing]) -> None:
            for firing in firings:
                settled.append(Happening(place, firing))
                fired[firing.key] = firing.due

        place = len(self.snapshots)
        if self.coming is not None:
            settle(place - 1, self.coming.until(entry.time, inclusive=False))
        snapshot = after(self.program, last, entry)
        settle(place, fired_by_event(self.program, snapshot))
        coming = falling_due(self.program, snapshot, dict(fired))
        settle(place, [firing for firing in coming.until(snapshot.at, inclusive=True) if firing.caused])
        return Chronicle(self.program, (*self.snapshots, snapshot), tuple(settled), fired, coming.without(fired))

    @property
    def happenings(self) -> Iterator[Happening]:
        yield from self.settled
        yield from self._open(_NEVER)

    def unanswered(self, done: frozenset[str], until: datetime) -> list[Happening]:
        """Return what is due until then and not among those done, in order."""
        due = [each for each in self.settled if each.firing.due <= until and each.firing.key not in done]
        due += [each for each in self._open(until) if each.firing.key not in done]
        due.sort(key=lambda each: each.firing.due)
        return due

    def next_due(self, done: frozenset[str]) -> datetime | None:
        """Return when the first thing falls due that is not among those done."""
        settled = min((each.firing.due for each in self.settled if each.firing.key not in done), default=None)
        if settled is not None:
            # What comes is never due before what has settled.
            return settled
        return next((each.firing.due for each in self._open(_NEVER) if each.firing.key not in done), None)

    def _open(self, until: datetime) -> Iterator[Happening]:
        place = len(self.snapshots) - 1
        for firing in self.coming.until(until, inclusive=True) if self.coming is not None else ():
            yield Happening(place, firing)


_NEVER = datetime.max.replace(tzinfo=UTC)
