"""`svcrules events`: ticket events from other data."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from svcrules.diagnostics import Finding
from svcrules.ingest.files import UnreadableFileError, read_lines
from svcrules.ingest.mapping import read_mapping
from svcrules.ingest.model import CsvMapping
from svcrules.ingest.rows import Event, Reject, convert
from svcrules.ingest.table import read_table
from svcrules.language.source import MAX_BYTES
from svcrules.report.characters import encodable, visible
from svcrules.report.human import paragraphs

_UNUSABLE = 2
_REJECTED = 3

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@click.group()
def events() -> None:
    """Make ticket events from other data."""


@events.command("from-csv")
@click.argument("file")
@click.option("--mapping", "mapping_path", metavar="MAPPING.yaml", required=True, help="What cells mean.")
@click.option("--rejects", "rejects_path", metavar="FILE", help="Where rejected rows go, as JSON lines.")
def from_csv(file: str, mapping_path: str, rejects_path: str | None) -> None:
    """
    Turn the rows of the CSV file FILE into events, one JSON object a line.

    FILE may be gzipped (.gz); - is standard input. A row with an error gives no event: it is told on standard
    error, or in the file of --rejects.

    Exit codes: 0 done; 2 the mapping does not fit, or FILE cannot be read to its end; 3 some rows rejected.
    """
    name = "<stdin>" if file == "-" else file
    mapping = _mapping(mapping_path)
    try:
        table, findings = read_table(read_lines(file, mapping.encoding), name, mapping)
        if table is None:
            _stop(findings)
        with _rejects(rejects_path, name, (file, mapping_path)) as reject:
            total, rejected = _write(convert(mapping, table), reject)
    except UnreadableFileError as error:
        _stop([error.finding])
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # click ends quietly where the reader of our output has gone
        raise click.ClickException(f"cannot write: {error}") from None
    if rejected:
        click.echo(f"{rejected:,} of {total:,} rows rejected", err=True)
        raise SystemExit(_REJECTED)


def _mapping(path: str) -> CsvMapping:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        _stop([Finding("SR101", f"`{path}` cannot be read: {error.strerror}")])
    mapping, findings = read_mapping(data, path)
    if mapping is None:
        _stop(findings)
    return mapping


def _stop(findings: Iterable[Finding]) -> NoReturn:
    click.echo(paragraphs(findings), err=True)
    raise SystemExit(_UNUSABLE)


def _write(outcomes: Iterable[list[Event] | Reject], reject: Callable[[Reject], None]) -> tuple[int, int]:
    """Write events to standard output and hand on rejects; return the numbers of rows and of rejects."""
    out = click.get_binary_stream("stdout")
    total = rejected = 0
    for outcome in outcomes:
        total += 1
        if isinstance(outcome, Reject):
            rejected += 1
            reject(outcome)
        else:
            out.writelines(f"{_to_json(event)}\n".encode() for event in outcome)
    out.flush()
    return total, rejected


@contextmanager
def _rejects(path: str | None, name: str, inputs: tuple[str, ...]) -> Iterator[Callable[[Reject], None]]:
    """Yield what to do with a reject: write it to the file at `path`, or tell of it on standard error."""
    if path is None:
        yield lambda reject: click.echo(_told(reject, name), err=True)
        return
    for other in map(Path, inputs):
        if other.exists() and Path(path).exists() and other.samefile(path):
            raise click.BadParameter(f"`{path}` is read from and would be lost", param_hint="--rejects")
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        yield lambda reject: print(encodable(_to_json(_record(reject, name))), file=file)


def _told(reject: Reject, name: str) -> str:
    place = visible(f"{name}:{reject.line}")
    lines = []
    for error in reject.errors:
        lines.append(f"{place}: {error.severity} {error.code}: {visible(error.message)}")
        lines.append(f"  help: {visible(error.help or '')}")
    return "\n".join(lines)


def _record(reject: Reject, name: str) -> dict[str, object]:
    errors = [{"code": error.code, "message": error.message, "help": error.help} for error in reject.errors]
    record: dict[str, object] = {"file": name, "line": reject.line, "errors": errors}
    return record | ({"row": reject.cells} if reject.cells else {"text": reject.text})
