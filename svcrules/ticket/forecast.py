"""Forecast: firings to come, in order, worked out as far as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from heapq import heapify, heappop, heapreplace
from typing import Any as Anything
from typing import NamedTuple

from svcrules.ticket.firing import Fired, Firing


class Prospect(NamedTuple):
    """Firings one after the other, none before `bound`; they are worked out as they are asked for."""

    bound: datetime
    firings: Callable[[Fired], Iterator[Firing]]


_Waiting = tuple[datetime, bool, int, Firing | None, Anything]
"""When at the earliest; whether that is a firing; the place of the prospect; the firing; those from there on."""


class Forecast:
    """
    What falls due from the event of a snapshot on if no other comes, and is not among `fired`; never changed.

    Most of it never comes to pass, because another event does. So no more is worked out than is asked for: of the rest
    it is enough to know an instant before which it cannot be due.
    """

    __slots__ = ("_prospects", "fired")

    def __init__(self, prospects: tuple[Prospect, ...], fired: Fired) -> None:
        self._prospects = prospects
        self.fired = fired

    def without(self, fired: Fired) -> Forecast:
        """Return the forecast where this has fired."""
        return Forecast(self._prospects, fired)

    def until(self, end: datetime, *, inclusive: bool) -> Iterator[Firing]:
        """Yield what is due before the end, or at it, in order; at one instant in the order of the policy."""
        # A firing comes before what is only known not to be due before its instant, unless that comes first in the
        # policy and may be due then, too: `worked_out` sorts after what is not.
        waiting: list[_Waiting] = [
            (bound, False, place, None, firings)
            for place, (bound, firings) in enumerate(self._prospects)
            if bound < end or (inclusive and bound == end)
        ]
        heapify(waiting)
        while waiting:
            _, _, place, firing, firings = waiting[0]
            if firing is None:
                coming = firings(self.fired)
            else:
                if firing.due > end or (firing.due == end and not inclusive):
                    return
                yield firing
                coming = firings
            following = next(coming, None)
            if following is None:
                heappop(waiting)
            else:
                heapreplace(waiting, (following.due, True, place, following, coming))

    def __iter__(self) -> Iterator[Firing]:
        return self.until(NEVER, inclusive=True)


NEVER = datetime.max.replace(tzinfo=UTC)
