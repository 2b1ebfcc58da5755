"""
Counting: the values of counting fields, such as complaints of one customer within 30 days.

The core takes them as arguments; this is the implementation in memory, for streams and tests.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from svcrules.evaluators.matching import compiled
from svcrules.evaluators.program import Program
from svcrules.events import Event
from svcrules.language.model import Count, Value

_KEPT_WINDOWS = 2


class _Created(NamedTuple):
    """A ticket of a key: when it was created, and its values of the fields that the count names."""

    time: datetime
    ticket: str
    distinct: Value | None
    same: tuple[Value | None, ...]


class Counters:
    """
    Counts tickets by what their `created` events say, in the time of the events.

    Tickets created more than twice the window before the latest are forgotten, so an event that comes in later than
    that counts too few.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        counted = {name: field.counted for name, field in program.policy.fields.items() if field.counted is not None}
        self._counts = {name: (count, compiled(count.when, program.texts)) for name, count in counted.items()}
        self._seen: dict[tuple[str, Value], list[_Created]] = {}

    def count(self, event: Event) -> Mapping[str, int]:
        """
        Return the values of the counting fields for the event, and take it into account from now on.

        Only `created` events are counted and have values. The same ticket is counted once.
        """
        if event.type != "created" or not self._counts:
            return {}
        facts, _, _, findings = self._program.vocabulary.read(event.data)
        if findings:
            return {}  # the event will be rejected
        ticket = self._program.ticket(facts)
        values = {}
        for name, (count, matcher) in self._counts.items():
            key = facts.get(count.by)
            if key is None:
                continue
            seen = self._seen.setdefault((name, key), [])
            if matcher.holds(ticket):
                _remember(seen, _created(event, facts, count), count.within)
            values[name] = _counted(seen, _created(event, facts, count), count)
        return values


def _created(event: Event, facts: Mapping[str, Value], count: Count) -> _Created:
    distinct = facts.get(count.distinct) if count.distinct is not None else None
    return _Created(event.time, event.subject, distinct, tuple(facts.get(field) for field in count.same))


def _remember(seen: list[_Created], created: _Created, within: timedelta) -> None:
    if any(each.ticket == created.ticket for each in seen):
        return
    insort(seen, created, key=lambda each: each.time)
    oldest = seen[-1].time - _KEPT_WINDOWS * within
    del seen[: bisect_left(seen, oldest, key=lambda each: each.time)]


def _counted(seen: list[_Created], created: _Created, count: Count) -> int:
    begins = bisect_left(seen, created.time - count.within, key=lambda each: each.time)
    ends = bisect_right(seen, created.time, key=lambda each: each.time)
    alike = [each for each in seen[begins:ends] if each.same == created.same]
    if count.distinct is None:
        return len(alike)
    return len({each.distinct for each in alike if each.distinct is not None})
