"""Reading test files: cases in reading.yaml; times and durations as they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from svcrules import Evaluator
from svcrules.casefile.read import files_of, read_cases
from svcrules.casefile.times import parse_instant, parse_span, written_instant, written_span

_CASES = yaml.safe_load((Path(__file__).parent / "reading.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["case"])
def test_findings(desk: Evaluator, case: dict[str, Any]) -> None:
    _, findings = read_cases([("tests.yaml", case["tests"].encode())], desk.policy)
    assert [str(finding) for finding in findings] == case["findings"]
    assert all(finding.help for finding in findings)


def test_ids_are_unique_in_all_files(desk: Evaluator) -> None:
    text = b"tests: [{id: a, timeline: [{at: 2026-09-28 09:30, event: created, expect: {rules: [crew]}}]}]"
    _, findings = read_cases([("one.yaml", text), ("two.yaml", text)], desk.policy)
    assert [str(finding) for finding in findings] == [
        "two.yaml:1:14: error SR705: test id `a` is used twice, first at one.yaml:1"
    ]


def test_what_is_wrong_is_left_out(desk: Evaluator) -> None:
    text = """
tests:
  - {id: a, timeline: [{at: noon, event: created, expect: {rules: [crew]}}]}
  - {id: b, timeline: [{at: 2026-09-28 09:30, event: created, expect: {rules: [crew]}}]}
"""
    files, _ = read_cases([("tests.yaml", text.encode())], desk.policy)
    assert [[case.id for case in file.cases] for file in files] == [["b"]]


def test_only_the_folder_of_that_name_holds_tests(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "a.yaml").write_text("tests: []", encoding="utf-8")
    assert files_of(tmp_path) == ([], [])
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "b.yaml").write_text("tests: []", encoding="utf-8")
    assert files_of(tmp_path) == ([(str(tmp_path / "tests" / "b.yaml"), b"tests: []")], [])
    assert files_of(tmp_path / "tests" / "b.yaml") == ([], [])


_ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC"])
_INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - see timezones


@given(_INSTANTS, _ZONES)
def test_instants_are_read_as_they_are_written(instant: datetime, zone: str) -> None:
    assert parse_instant(written_instant(instant, ZoneInfo(zone)), ZoneInfo(zone)) == instant


@given(st.integers(-(10**8), 10**8))
def test_spans_are_read_as_they_are_written(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_span(written_span(span)) == span
