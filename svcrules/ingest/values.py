"""What a mapping makes of the cells of a row, value by value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from svcrules.diagnostics import Finding
from svcrules.ingest.kinds import KINDS
from svcrules.ingest.model import Cells, Constant, Converted, CsvMapping, Lookup, Plain, Time, Value
from svcrules.ingest.times import instant

Result = Plain | tuple[Plain, ...] | None | Finding
"""A value, None where it is absent, or what is wrong with the cells."""


@dataclass(frozen=True, slots=True)
class Reading:
    """
    From the cells of a row, in the order of the header, to a value: `result(take(cells))`.

    `take` gives a cell or a tuple of cells. The two steps are apart because a call saved is worth it here.
    """

    take: Callable[[Sequence[str]], Any]
    result: Callable[[Any], Result]


class Readings:
    """Makes the readings of a mapping for a file with the columns `header`, which are all that it needs."""

    def __init__(self, mapping: CsvMapping, header: Sequence[str]) -> None:
        self._mapping = mapping
        self._header = header

    def field(self, value: Value) -> Reading:
        """Return the reading of a field of `data`."""
        if isinstance(value, Constant):
            return _always(value.value)
        return self._reading(value.cells, lambda cell: _converted(cell, value) if cell is not None else None)

    def attribute(self, name: str, value: Value) -> Reading:
        """Return the reading of an attribute of all events; it gives a text, or None where the map says so."""
        if isinstance(value, Constant):
            return _always(value.value)

        def read(cell: str | None) -> Result:
            if not cell:
                return _lacking(value.cells, name, f"fill it: every event needs a {name}")
            return cell if value.lookup is None else _looked_up(cell, value.lookup, value.cells)

        return self._reading(value.cells, read)

    def time(self, time: Time) -> Reading:
        """Return the reading of the time, which gives a text in RFC 3339."""

        def read(cell: str | None) -> Result:
            if cell is None:
                return _lacking(time.cells, "time", "fill it, or limit the event to rows with a time by `when`")
            found = instant(cell, time.form, self._mapping.zone)
            if found is None:
                wanted = f"the format `{time.form}`" if time.form else "ISO 8601"
                message = f"{_quoted(cell, time.cells)} does not fit {wanted}"
                return Finding("SR603", message, help="correct the cell, or `format` in the mapping")
            return found

        return self._reading(time.cells, read)

    def _reading(self, cells: Cells, read: Callable[[str | None], Result]) -> Reading:
        missing = self._mapping.missing

        @lru_cache(maxsize=10_000)  # most columns hold few different cells, and times come in runs
        def remembered(taken: str | tuple[str, ...]) -> Result:
            found = (taken,) if isinstance(taken, str) else taken
            present = [cell for cell in found if cell not in missing]
            return read(cells.join.join(present) if present else None)

        return Reading(itemgetter(*map(self._header.index, cells.columns)), remembered)


def _always(value: Plain) -> Reading:
    return Reading(itemgetter(0), lambda cell: value)


def _converted(cell: str, value: Converted) -> Result:
    if value.separator is None:
        return _single(cell, value)
    entries = []
    for part in filter(None, map(str.strip, cell.split(value.separator))):
        entry = _single(part, value)
        if isinstance(entry, Finding):
            return entry
        if entry is not None:
            entries.append(entry)
    return tuple(entries) or None


def _single(cell: str, value: Converted) -> Plain | Finding | None:
    if value.lookup is not None:
        return _looked_up(cell, value.lookup, value.cells)
    kind = KINDS.get(value.kind)
    if kind is None:
        return cell
    found = kind.read(cell.strip())
    if found is None:
        return Finding("SR605", f"{_quoted(cell, value.cells)} is not {kind.words}", help=kind.advice)
    return found


def _looked_up(cell: str, lookup: Lookup, cells: Cells) -> Plain | Finding | None:
    if cell in lookup.values:
        return lookup.values[cell]
    if lookup.complete:
        help_line = "add it to `map`, or say with `otherwise` what other cells mean"
        return Finding("SR602", f"{_quoted(cell, cells)} is not in the map", help=help_line)
    return lookup.otherwise


def _lacking(cells: Cells, name: str, help_line: str) -> Finding:
    return Finding("SR606", f"{_named(cells)} holds no {name}", help=help_line)


def _quoted(cell: str, cells: Cells, most: int = 60) -> str:
    shown = cell if len(cell) <= most else f"{cell[:most]}..."
    return f"`{shown}` in {_named(cells)}"


def _named(cells: Cells) -> str:
    names = ", ".join(f"`{column}`" for column in cells.columns)
    return f"column {names}" if len(cells.columns) == 1 else f"columns {names}"
