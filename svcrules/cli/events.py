"""`svcrules events`: ticket events from other data."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from svcrules.cli.inputs import STANDARD_INPUT
from svcrules.cli.main import EXIT_IO, EXIT_REJECTS, EXIT_USAGE
from svcrules.cli.rejects import Rejects
from svcrules.decision import to_json
from svcrules.diagnostics import Finding
from svcrules.ingest.files import UnreadableFileError, read_lines
from svcrules.ingest.mapping import read_mapping
from svcrules.ingest.model import CsvMapping
from svcrules.ingest.rows import Event, Reject, convert
from svcrules.ingest.table import read_table
from svcrules.language.files import MAX_BYTES
from svcrules.report.human import paragraphs


@click.group()
def events() -> None:
    """Make ticket events from other data."""


@events.command("from-csv")
@click.argument("file")
@click.option("--mapping", "mapping_path", metavar="FILE", required=True, help="What the columns mean (YAML).")
@click.option(
    "--rejects",
    "rejects_path",
    type=click.Path(dir_okay=False, allow_dash=False),
    help="Write rejected rows here as NDJSON, instead of messages to standard error.",
)
def from_csv(file: str, mapping_path: str, rejects_path: str | None) -> None:
    """
    Turn the rows of the CSV file FILE into events, one JSON object a line.

    FILE may be gzipped (.gz); - is standard input.

    A row with an error gives no event and is rejected with its line and the cause; the others are turned into
    events all the same, and the exit code is 3. Where the mapping is wrong, or does not fit the file, it is 2.
    """
    name = "standard input" if file == STANDARD_INPUT else file
    _keep_inputs(rejects_path, (file, mapping_path))
    mapping = _mapping(mapping_path)
    try:
        table, findings = read_table(read_lines(file, mapping.encoding, name), name, mapping)
        if table is None:
            _stop(findings, EXIT_USAGE)
        with contextlib.ExitStack() as stack:
            # Bytes that are no text are lone surrogates here; written out as JSON does, they are not lost.
            reject_file = rejects_path and stack.enter_context(
                Path(rejects_path).open("w", encoding="utf-8", errors="backslashreplace")
            )
            rejects = Rejects(reject_file or None)
            total = _write(convert(mapping, table), name, rejects)
    except UnreadableFileError as error:
        _stop([error.finding], EXIT_IO)
    if rejects.count:
        click.echo(f"{rejects.count:,} of {total:,} rows rejected", err=True)
        raise SystemExit(EXIT_REJECTS)


def _keep_inputs(rejects_path: str | None, inputs: Iterable[str]) -> None:
    """Refuse to write the rejects over what is about to be read."""
    if rejects_path is None or not Path(rejects_path).exists():
        return
    for path in map(Path, inputs):
        if path.exists() and path.samefile(rejects_path):
            raise click.UsageError(f"--rejects would overwrite the input `{path}`")


def _mapping(path: str) -> CsvMapping:
    with Path(path).open("rb") as file:
        mapping, findings = read_mapping(file.read(MAX_BYTES + 1), path)
    if mapping is None:
        _stop(findings, EXIT_USAGE)
    return mapping


def _stop(findings: Iterable[Finding], code: int) -> NoReturn:
    click.echo(paragraphs(findings), err=True)
    raise SystemExit(code)


def _write(outcomes: Iterable[list[Event] | Reject], name: str, rejects: Rejects) -> int:
    """Write events to standard output, and what cannot be one to the rejects; return the number of rows."""
    total = 0
    for outcome in outcomes:
        total += 1
        if isinstance(outcome, Reject):
            given = {"row": outcome.cells} if outcome.cells else {"text": outcome.text}
            rejects.add(name, outcome.line, outcome.errors, given)
        else:
            sys.stdout.writelines(f"{to_json(event)}\n" for event in outcome)
    return total
