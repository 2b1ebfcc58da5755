"""Rows of a CSV file to events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from svcrules.diagnostics import Finding
from svcrules.ingest.model import CsvMapping, EventPlan
from svcrules.ingest.table import Row, Table
from svcrules.ingest.values import Reading, Readings

Event = dict[str, Any]
"""JSON values under the attribute names of CloudEvents, in a fixed order."""


@dataclass(frozen=True, slots=True)
class Reject:
    """
    A row that gives no events, and why.

    `cells` are by column; it is empty where the row does not fit the header, and there is only its `text`.
    """

    line: int
    text: str
    cells: Mapping[str, str]
    errors: tuple[Finding, ...]


def convert(mapping: CsvMapping, table: Table) -> Iterator[list[Event] | Reject]:
    """Yield for each row its events, which may be none, or a reject: one error keeps all of them back."""
    readings = Readings(mapping, table.header)
    subject = readings.attribute("subject", mapping.subject)
    plans = [_Plan(plan, readings, table.header) for plan in mapping.events]
    for row in table.rows:
        errors = [row.fault] if row.fault else []
        events = [] if errors else _events(mapping, subject, plans, row, errors)
        yield _reject(row, table.header, errors) if errors else events


class _Plan:
    """An event of the mapping, ready to be read from the cells of a row."""

    def __init__(self, plan: EventPlan, readings: Readings, header: Sequence[str]) -> None:
        self.type = readings.attribute("type", plan.type)
        self.time = readings.time(plan.time)
        self.data = [(path[:-1], path[-1], readings.field(value)) for path, value in plan.data.items()]
        self._test = plan.when
        self._column = header.index(plan.when.column) if plan.when else 0

    def applies(self, cells: Sequence[str]) -> bool:
        test = self._test
        return test is None or (cells[self._column] in test.cells) is test.among

    def read_data(self, cells: Sequence[str], errors: list[Finding]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for parents, name, reading in self.data:
            value = reading(cells)
            if isinstance(value, Finding):
                errors.append(value)
            elif value is not None:
                inner = data
                for parent in parents:
                    inner = inner.setdefault(parent, {})
                inner[name] = value
        return data


def _events(
    mapping: CsvMapping, subject: Reading, plans: Sequence[_Plan], row: Row, errors: list[Finding]
) -> list[Event]:
    """Return the events of the row; what is wrong goes to `errors`, and then the events are of no use."""
    events: list[Event] = []
    ticket = subject(row.cells)
    for plan in plans:
        if plan.applies(row.cells):
            kind, time = plan.type(row.cells), plan.time(row.cells)
            errors += [found for found in (ticket, kind, time) if isinstance(found, Finding)]
            data = plan.read_data(row.cells, errors)
            if ticket is not None and kind is not None:
                before = sum(event["type"] == kind for event in events)
                # The row makes the id unique in the file, or the number after it where a row gives a type twice.
                number = f"{row.number}.{before + 1}" if before else f"{row.number}"
                event = {"specversion": "1.0", "id": f"{ticket}-{kind}-{number}", "type": kind}
                event |= {"source": mapping.source, "subject": ticket, "time": time}
                if mapping.policy is not None:
                    event["policy"] = mapping.policy
                events.append(event | {"data": data})
    return events


def _reject(row: Row, header: Sequence[str], errors: list[Finding]) -> Reject:
    cells = dict(zip(header, row.cells, strict=True)) if len(row.cells) == len(header) else {}
    # The events of a row share fields, so an error may have been met for each of them.
    return Reject(row.line, row.text, cells, tuple(dict.fromkeys(errors)))
