"""`svcrules events from-csv`: files in, files out, exit codes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svcrules.cli.events import events

_MAPPING = """\
mapping: 1
source: /import/test
timezone: UTC
subject: {column: id}
data: {text: {column: text}}
events: [{type: created, time: {column: at}}]
"""
_CSV = "id,at,text\n1,2026-01-01,漏气\n2,never,\n3,2026-01-03,\n"
_EVENT_1 = (
    '{"specversion":"1.0","id":"1-created-2","type":"created","source":"/import/test","subject":"1",'
    '"time":"2026-01-01T00:00:00Z","data":{"text":"漏气"}}\n'
)
_EVENT_3 = (
    '{"specversion":"1.0","id":"3-created-4","type":"created","source":"/import/test","subject":"3",'
    '"time":"2026-01-03T00:00:00Z","data":{}}\n'
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("mapping.yaml").write_text(_MAPPING, encoding="utf-8")
    Path("tickets.csv").write_text(_CSV, encoding="utf-8")
    return tmp_path


def _from_csv(*arguments: str, data: bytes | None = None) -> Result:
    return CliRunner().invoke(events, ["from-csv", *arguments, "--mapping", "mapping.yaml"], input=data)


def test_events_go_to_standard_output_and_rejects_to_standard_error() -> None:
    result = _from_csv("tickets.csv")
    assert (result.stdout, result.exit_code) == (_EVENT_1 + _EVENT_3, 3)
    assert result.stderr == (
        "tickets.csv:3: error SR603: `never` in column `at` does not fit ISO 8601\n"
        "  help: correct the cell, or `format` in the mapping\n"
        "1 of 3 rows rejected\n"
    )


def test_a_file_without_rejects_gives_0() -> None:
    result = _from_csv("-", data=_CSV.replace("never", "2026-01-02").encode())
    assert (result.stdout.count("\n"), result.stderr, result.exit_code) == (3, "", 0)


def test_rejects_in_a_file_hold_the_row() -> None:
    rows = b"id,at,text\n1,2026-01-01\n2,,a\n3,2026-01-01,\xff\n"
    result = _from_csv("-", "--rejects", "rejects.ndjson", data=rows)
    assert (result.stdout, result.stderr, result.exit_code) == ("", "3 of 3 rows rejected\n", 3)
    assert [json.loads(line) for line in Path("rejects.ndjson").read_text(encoding="utf-8").splitlines()] == [
        {
            "file": "standard input",
            "line": 2,
            "errors": [
                {
                    "code": "SR604",
                    "message": "the header has 3 columns, the row 2",
                    "help": "a cell that holds `,` must stand in double quotes",
                }
            ],
            "text": "1,2026-01-01\n",
        },
        {
            "file": "standard input",
            "line": 3,
            "errors": [
                {
                    "code": "SR606",
                    "message": "column `at` holds no time",
                    "help": "fill it, or limit the event to rows with a time by `when`",
                }
            ],
            "row": {"id": "2", "at": "", "text": "a"},
        },
        {
            "file": "standard input",
            "line": 4,
            "errors": [
                {
                    "code": "SR610",
                    "message": "row holds bytes that are not `utf-8`",
                    "help": "repair the row, or correct `encoding` in the mapping",
                }
            ],
            "row": {"id": "3", "at": "2026-01-01", "text": "\udcff"},
        },
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    Path("mapping.yaml").write_text(f"encoding: {encoding.removesuffix('-sig')}\n{_MAPPING}", encoding="utf-8")
    assert _from_csv("-", data=_CSV.encode(encoding)).stdout == _EVENT_1 + _EVENT_3


def test_gzip() -> None:
    Path("tickets.csv.gz").write_bytes(gzip.compress(_CSV.encode()))
    assert _from_csv("tickets.csv.gz").stdout == _EVENT_1 + _EVENT_3


def test_a_gzip_file_that_breaks_off_says_where() -> None:
    rows = "".join(f"{number},2026-01-01,{number * 7919}\n" for number in range(20_000))
    whole = gzip.compress(f"id,at,text\n{rows}".encode())
    Path("tickets.csv.gz").write_bytes(whole[: len(whole) // 2])
    result = _from_csv("tickets.csv.gz")
    line = result.stdout.count("\n") + 2
    assert result.exit_code == 4
    assert result.stderr == (
        f"tickets.csv.gz:{line}:1: error SR101: cannot be read from here on: "
        "Compressed file ended before the end-of-stream marker was reached\n"
        "  help: check the path, and that the file is whole\n"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.csv", "No such file or directory"),
        (".", "Is a directory"),
        ("mapping.csv.gz", "Not a gzipped file (b'ma')"),
    ],
)
def test_files_that_cannot_be_read(name: str, reason: str) -> None:
    Path("mapping.csv.gz").write_text(_MAPPING, encoding="utf-8")
    result = _from_csv(name)
    assert (result.stdout, result.exit_code) == ("", 4)
    assert result.stderr == (
        f"{name}:1:1: error SR101: cannot be read: {reason}\n  help: check the path, and that the file is whole\n"
    )


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    result = _from_csv("-", data=b"id,at,text\n" + b"x" * 2_000_000)
    assert (result.stdout, result.exit_code) == ("", 4)
    assert result.stderr == (
        "standard input:2:1: error SR102: line of 1,000,000 characters or more\n  help: check that this is a CSV file\n"
    )


def test_a_cell_that_is_too_long_is_a_reject() -> None:
    result = _from_csv("-", data=f"id,at,text\n1,2026-01-01,{'x' * 200_000}\n3,2026-01-03,\n".encode())
    assert (result.stdout, result.exit_code) == (_EVENT_3.replace("created-4", "created-3"), 3)
    assert result.stderr.startswith(
        "standard input:2: error SR611: row is not well-formed CSV: field larger than field limit (131072)\n"
    )


def test_a_wrong_mapping_is_shown_with_its_line() -> None:
    Path("mapping.yaml").write_text(_MAPPING.replace("UTC", "Mars"), encoding="utf-8")
    result = _from_csv("tickets.csv")
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr == (
        "mapping.yaml:3:11: error SR313: unknown time zone `Mars`\n"
        "    3 | timezone: Mars\n"
        "      |           ^^^^\n"
        "  help: use an IANA name such as `Asia/Shanghai`\n"
    )


def test_rejects_do_not_overwrite_the_input() -> None:
    result = _from_csv("tickets.csv", "--rejects", "./tickets.csv")
    assert result.exit_code == 2
    assert "--rejects would overwrite the input `tickets.csv`" in result.stderr
    assert Path("tickets.csv").read_text(encoding="utf-8") == _CSV
