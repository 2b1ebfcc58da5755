"""A mapping as meant: which cells of a CSV row become which parts of an event (docs/csv.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from svcrules.diagnostics import Span

Plain = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Constant:
    value: Plain


@dataclass(frozen=True, slots=True)
class Cells:
    """Columns, of which the cells that are not missing are joined."""

    columns: tuple[str, ...]
    join: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """
    Values by cell, where None leaves out what the value is for.

    `otherwise` is for cells without an entry; where the lookup is `complete`, such a cell is an error.
    """

    values: Mapping[str, Plain | None]
    otherwise: Plain | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Converted:
    """
    Cells that become a value: by `lookup`, or as the `kind` that the mapping's `as` names.

    With a `separator` they become a list, and so does each of its entries.
    """

    cells: Cells
    lookup: Lookup | None
    kind: str
    separator: str | None


Value = Constant | Converted


@dataclass(frozen=True, slots=True)
class Time:
    """`form` is for `strptime`; None is ISO 8601."""

    cells: Cells
    form: str | None


@dataclass(frozen=True, slots=True)
class Test:
    """Passes rows whose cell is one of `cells`; with `among` false, those whose cell is not."""

    column: str
    cells: frozenset[str]
    among: bool


@dataclass(frozen=True, slots=True)
class EventPlan:
    """
    An event that a row gives.

    `data` has the fields of all events, too; its keys are the names of fields, split at the dots.
    """

    type: Value
    when: Test | None
    time: Time
    data: Mapping[tuple[str, ...], Value]


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """`columns` are those that the file must have, with the first place where the mapping names each."""

    policy: str | None
    source: str
    encoding: str
    delimiter: str
    zone: ZoneInfo
    missing: frozenset[str]
    subject: Value
    events: tuple[EventPlan, ...]
    columns: Mapping[str, Span]
