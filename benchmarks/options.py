"""What a run is asked for, and how much of each thing is measured."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Options(NamedTuple):
    """`data` is the folder of the incident log; `quick` asks for little of everything: to see that all works."""

    quick: bool
    data: Path | None
    seed: int = 1

    @property
    def rounds(self) -> int:
        return 3 if self.quick else 15

    @property
    def seconds(self) -> float:
        """About how long one contestant runs in one round."""
        return 0.03 if self.quick else 0.1

    @property
    def tickets(self) -> int:
        """For one routing table, and created events for one policy."""
        return 300 if self.quick else 2_000

    @property
    def lives(self) -> int:
        """Tickets of one policy whose states are weighed."""
        return 40 if self.quick else 400

    @property
    def open_tickets(self) -> int:
        return 1_000 if self.quick else 100_000

    @property
    def incident_events(self) -> int | None:
        """All if None."""
        return 2_000 if self.quick else None
