"""The example mappings turn every row of the files that they were written for into an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from svcrules.ingest.files import read_lines
from svcrules.ingest.mapping import read_mapping
from svcrules.ingest.rows import Reject, convert
from svcrules.ingest.table import read_table

_MAPPINGS = Path(__file__).parents[2] / "examples" / "mappings"


@pytest.mark.parametrize(
    ("mapping_name", "file_name", "rows"),
    [
        ("telecom_complaints.yaml", "telecom_complaints.csv", 1_112),
        ("incident_log.yaml", "incident_event_log.csv.gz", 119_998),
    ],
)
def test_every_row_gives_an_event(
    shared_data: Callable[[str], Path], mapping_name: str, file_name: str, rows: int
) -> None:
    path = shared_data(file_name)
    mapping, findings = read_mapping((_MAPPINGS / mapping_name).read_bytes(), mapping_name)
    assert mapping is not None, findings
    table, findings = read_table(read_lines(str(path), mapping.encoding, file_name), file_name, mapping)
    assert table is not None, findings
    kinds = Counter(
        outcome.errors[0].code if isinstance(outcome, Reject) else f"{len(outcome)} event"
        for outcome in convert(mapping, table)
    )
    assert kinds == {"1 event": rows}


@pytest.mark.parametrize("path", sorted(_MAPPINGS.glob("*.yaml")), ids=lambda path: path.name)
def test_example_mappings_have_no_findings(path: Path) -> None:
    assert read_mapping(path.read_bytes(), path.name)[1] == ()
