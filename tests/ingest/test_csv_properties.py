"""Whatever a CSV file holds, nothing raises and no row is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcrules.ingest.files import UnreadableFileError, read_lines
from svcrules.ingest.mapping import read_mapping
from svcrules.ingest.model import CsvMapping
from svcrules.ingest.rows import Event, Reject, convert
from svcrules.ingest.table import read_table

_MAPPING = b"""
mapping: 1
source: /import/test
timezone: America/New_York
missing: ["", "?"]
subject: {column: id}
data:
  count: {column: n, as: integer}
  loss: {column: n, as: number}
  tags: {column: text, as: list, separator: " "}
  kind: {column: text, map: {a: b}, otherwise: null}
  customer.name: {columns: [id, text]}
events:
  - {type: created, time: {column: at}}
  - {type: closed, when: {column: n, in: [1, 2]}, time: {column: at, format: "%d.%m.%Y %H:%M"}}
"""
_HEADER = "id,at,n,text\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def _mapping() -> CsvMapping:
    mapping, findings = read_mapping(_MAPPING, "mapping.yaml")
    assert mapping is not None, findings
    return mapping


def _outcomes(text: str) -> list[list[Event] | Reject]:
    table, findings = read_table(text.splitlines(keepends=True), "tickets.csv", _mapping())
    assert table is not None, findings
    return list(convert(_mapping(), table))


@given(st.text() | st.text(alphabet='",\r\n\0\ufeff1a.'))
def test_any_text_is_read_to_its_end(text: str) -> None:
    _outcomes(_HEADER + text)
    read_table(text.splitlines(keepends=True), "tickets.csv", _mapping())


_CELLS = st.sampled_from(["", "?", "1", "x", "2026-03-08T02:30", "08.03.2026 02:30", '"a,b"', '"a""b"', '"two\nlines"'])
_ROWS = st.lists(st.lists(_CELLS, min_size=1, max_size=6).map(",".join).filter(bool), max_size=8)


@given(_ROWS)
def test_every_row_is_a_list_of_events_or_a_reject(rows: list[str]) -> None:
    outcomes = _outcomes(_HEADER + "".join(f"{row}\n" for row in rows))
    assert len(outcomes) == len(rows)
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, Reject):
            assert outcome.errors
            assert outcome.text == f"{row}\n"


@given(_ROWS)
def test_ids_are_unique_in_a_file_and_the_same_again(rows: list[str]) -> None:
    text = _HEADER + "".join(f"{row}\n" for row in rows)
    ids = [event["id"] for outcome in _outcomes(text) if isinstance(outcome, list) for event in outcome]
    assert len(ids) == len(set(ids))
    assert _outcomes(text) == _outcomes(text)


_ENCODINGS = st.sampled_from(["gb18030", "utf-16", "utf-16-le", "utf-32", "cp1252", "ascii", "utf-7", "big5"])


@given(st.binary(), _ENCODINGS)
def test_any_bytes_are_lines_in_any_encoding(folder: Path, data: bytes, encoding: str) -> None:
    with suppress(UnreadableFileError):  # some encodings must start with a byte order mark
        "".join(_lines(folder, data, encoding))


@given(st.binary())
def test_bytes_that_are_not_utf_8_can_be_had_back(folder: Path, data: bytes) -> None:
    assert "".join(_lines(folder, data, "utf-8")).encode("utf-8", "surrogateescape") == data


def _lines(folder: Path, data: bytes, encoding: str) -> Iterator[str]:
    path = folder / "any.csv"
    path.write_bytes(data)
    return read_lines(str(path), encoding, "any.csv")
