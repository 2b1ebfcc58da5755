"""What the tests of this folder share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from svcrules.decision import to_json
from svcrules.diagnostics import Finding
from svcrules.ingest.files import read_lines
from svcrules.ingest.mapping import read_mapping
from svcrules.ingest.rows import Reject, convert
from svcrules.ingest.table import read_table

_BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared"


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """Give a function from the name of a real file to its path; it skips the test where the file is not there."""
    folder = Path(os.environ.get("SVCRULES_SHARED", _BESIDE_THE_CHECKOUT)) / "data"

    def path_of(name: str) -> Path:
        path = folder / name
        if not path.is_file():
            pytest.skip(f"{path} is not there; set SVCRULES_SHARED to the folder that holds data/{name}")
        return path

    return path_of


@pytest.fixture(scope="session")
def from_csv(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], tuple[list[Any], str]]:
    """
    Give a function from the texts of mapping.yaml and tickets.csv to the events, and to all messages as one text.

    Both files are in UTF-8, whatever the mapping says.
    """
    path = tmp_path_factory.mktemp("csv") / "tickets.csv"

    def run(mapping_text: str, csv_text: str) -> tuple[list[Any], str]:
        mapping, findings = read_mapping(mapping_text.encode(), "mapping.yaml")
        if mapping is None:
            return [], _shown("", findings)
        path.write_bytes(csv_text.encode())
        table, findings = read_table(read_lines(str(path), mapping.encoding, path.name), path.name, mapping)
        if table is None:
            return [], _shown("", findings)
        outcomes = list(convert(mapping, table))
        rejects = [outcome for outcome in outcomes if isinstance(outcome, Reject)]
        events = [event for outcome in outcomes if not isinstance(outcome, Reject) for event in outcome]
        as_sent = [json.loads(to_json(event)) for event in events]
        return as_sent, "".join(_shown(f"tickets.csv:{reject.line}: ", reject.errors) for reject in rejects)

    return run


def _shown(place: str, findings: Iterable[Finding]) -> str:
    return "".join(f"{place}{finding}\n  help: {finding.help}\n" for finding in findings)
