"""CSV text to rows, each with its place and its text, so that nothing is lost when a row cannot be used."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from svcrules.diagnostics import Finding, Source, Span, in_order, listing, nearest
from svcrules.ingest.model import CsvMapping


class Row(NamedTuple):
    """
    A row of the file.

    `number` counts rows, `line` is the line that it starts in; both count from 1, header and blank lines
    included. `text` is the row as it stands in the file. A row with a `fault` is not to be used: it may have
    more or fewer cells than the header.
    """

    number: int
    line: int
    text: str
    cells: list[str]
    fault: Finding | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` can be read once; blank lines are not among them."""

    header: list[str]
    rows: Iterator[Row]


def read_table(lines: Iterable[str], name: str, mapping: CsvMapping) -> tuple[Table | None, tuple[Finding, ...]]:
    """
    Return the table in `lines`, which have their ends, and what is wrong with its header; no table if so.

    `name` is the file name to show.
    """
    rows = _rows(lines, mapping)
    header = next(rows, None)
    if header is None:
        return None, (_in_header(name, "SR609", "the file is empty", "the first row must name the columns"),)
    if header.fault:
        message = f"the header cannot be read: {header.fault.message}"
        return None, (_in_header(name, header.fault.code, message, header.fault.help),)
    if findings := _header_findings(header.cells, name, mapping):
        return None, in_order(findings)
    return Table(header.cells, (_fitted(row, header.cells, mapping.delimiter) for row in rows)), ()


def _rows(lines: Iterable[str], mapping: CsvMapping) -> Iterator[Row]:
    read: list[str] = []
    # Strict, since otherwise a quote that is never closed makes one cell of the rest of the file, in silence.
    reader = csv.reader(_kept(lines, read), delimiter=mapping.delimiter, strict=True)
    for number in count(1):
        line = reader.line_num + 1
        read.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            help_line = 'look for a quote that is not closed; one inside a quoted cell is written twice (`""`)'
            fault = Finding("SR611", f"row is not well-formed CSV: {error}", help=help_line)
            yield Row(number, line, "".join(read), [], fault)
        else:
            if cells:
                text = "".join(read)
                yield Row(number, line, text, cells, _bad_text(text, mapping.encoding))


def _kept(lines: Iterable[str], kept: list[str]) -> Iterator[str]:
    """Hand the lines on without a byte order mark, and add each to `kept`."""
    for number, line in enumerate(lines):
        text = line if number else line.removeprefix("\ufeff")
        kept.append(text)
        yield text


def _bad_text(text: str, encoding: str) -> Finding | None:
    what = "a NUL character" if "\0" in text else ""
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates, which stand for such bytes
        what = f"bytes that are not `{encoding}`"
    if not what:
        return None
    return Finding("SR610", f"row holds {what}", help="repair the row, or correct `encoding` in the mapping")


def _fitted(row: Row, header: list[str], delimiter: str) -> Row:
    if row.fault or len(row.cells) == len(header):
        return row
    message = f"the header has {len(header)} columns, the row {len(row.cells)}"
    help_line = f"a cell that holds `{delimiter}` must stand in double quotes"
    return Row(row.number, row.line, row.text, row.cells, Finding("SR604", message, help=help_line))


def _header_findings(header: list[str], name: str, mapping: CsvMapping) -> list[Finding]:
    findings = []
    for column in dict.fromkeys(column for column in header if header.count(column) > 1):
        message = f"column `{column}` stands {header.count(column)} times in the header"
        findings.append(_in_header(name, "SR608", message, "give each column a name of its own"))
    if len(mapping.columns) > 1 and mapping.columns.keys().isdisjoint(header):
        help_line = f"it has {listing(header)}; check `delimiter` and `encoding` in the mapping"
        return [*findings, _in_header(name, "SR601", "the header has no column that the mapping names", help_line)]
    for column, span in mapping.columns.items():
        if column not in header:
            help_line = nearest(column, header) or f"the header has {listing(header)}"
            message = f"column `{column}` is not in the header of `{name}`"
            findings.append(Finding("SR601", message, span, help_line))
    return findings


def _in_header(name: str, code: str, message: str, help_line: str | None) -> Finding:
    return Finding(code, message, Span(Source(name, ()), 1, 1, 1, 1), help_line)
