"""A row of a picture: what is drawn in it, and the room that it takes."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """`behind` lies under the lines of the axis, `drawn` above them; the row ends at `bottom` and at `right`."""

    behind: list[str]
    drawn: list[str]
    bottom: float
    right: float
