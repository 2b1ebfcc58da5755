"""Rows of a CSV file to events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from svcrules.diagnostics import Finding
from svcrules.ingest.model import CsvMapping, EventPlan
from svcrules.ingest.table import Row, Table
from svcrules.ingest.values import Readings

Event = dict[str, Any]
"""JSON values under the attribute names of CloudEvents, in a fixed order."""


@dataclass(frozen=True, slots=True)
class Reject:
    """
    A row that gives no events, and why.

    `cells`, by column, is empty where the row does not fit the header; then there is only its `text`.
    """

    line: int
    text: str
    cells: Mapping[str, str]
    errors: tuple[Finding, ...]


def convert(mapping: CsvMapping, table: Table) -> Iterator[list[Event] | Reject]:
    """Yield for each row its events, which may be none, or a reject: one error keeps all of them back."""
    converter = _Converter(mapping, table.header)
    for row in table.rows:
        errors: list[Finding] = []
        if row.fault:
            errors.append(row.fault)
        else:
            events = converter.events(row, errors)
        yield _reject(row, table.header, errors) if errors else events


def _reject(row: Row, header: Sequence[str], errors: list[Finding]) -> Reject:
    cells = dict(zip(header, row.cells, strict=True)) if len(row.cells) == len(header) else {}
    # The events of a row share fields, so an error may have been met for each of them.
    return Reject(row.line, row.text, cells, tuple(dict.fromkeys(errors)))


class _Converter:
    def __init__(self, mapping: CsvMapping, header: Sequence[str]) -> None:
        readings = Readings(mapping, header)
        self._source = mapping.source
        self._policy = {} if mapping.policy is None else {"policy": mapping.policy}
        self._subject = readings.attribute("subject", mapping.subject)
        self._plans = [_Plan(plan, readings, header) for plan in mapping.events]

    def events(self, row: Row, errors: list[Finding]) -> list[Event]:
        """Return the events of the row; what is wrong goes to `errors`, and then the events are of no use."""
        subject = self._subject.result(self._subject.take(row.cells))
        if isinstance(subject, Finding):
            errors.append(subject)
        events: list[Event] = []
        for plan in self._plans:
            if plan.applies(row.cells):
                kind, time, data = plan.read(row.cells, errors)
                if subject is not None and kind is not None:
                    # The row makes the id unique in the file; where it gives a type twice, a second number does.
                    before = sum(event["type"] == kind for event in events)
                    number = f"{row.number}.{before + 1}" if before else f"{row.number}"
                    events.append(
                        {
                            "specversion": "1.0",
                            "id": f"{subject}-{kind}-{number}",
                            "type": kind,
                            "source": self._source,
                            "subject": subject,
                            "time": time,
                            **self._policy,
                            "data": data,
                        }
                    )
        return events


class _Plan:
    """An event of the mapping, ready to be read from the cells of a row."""

    def __init__(self, plan: EventPlan, readings: Readings, header: Sequence[str]) -> None:
        self._type = readings.attribute("type", plan.type)
        self._time = readings.time(plan.time)
        readings_of_data = [(path, readings.field(value)) for path, value in plan.data.items()]
        self._data = [(path[:-1], path[-1], field.take, field.result) for path, field in readings_of_data]
        self._test = plan.when
        self._column = header.index(plan.when.column) if plan.when else 0

    def applies(self, cells: Sequence[str]) -> bool:
        test = self._test
        return test is None or (cells[self._column] in test.cells) is test.among

    def read(self, cells: Sequence[str], errors: list[Finding]) -> tuple[Any, Any, dict[str, Any]]:
        """Return type, time and data; what is wrong goes to `errors`."""
        kind = self._type.result(self._type.take(cells))
        time = self._time.result(self._time.take(cells))
        errors += [found for found in (kind, time) if isinstance(found, Finding)]
        data: dict[str, Any] = {}
        for parents, name, take, result in self._data:
            value = result(take(cells))
            if isinstance(value, Finding):
                errors.append(value)
            elif value is not None:
                inner = data
                for parent in parents:
                    inner = inner.setdefault(parent, {})
                inner[name] = value
        return kind, time, data
