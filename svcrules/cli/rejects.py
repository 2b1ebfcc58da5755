"""Rejects: input that could not be used, with where and why, so that it can be mended and sent again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from svcrules.decision import to_json
from svcrules.diagnostics import Finding
from svcrules.report.characters import visible


class Rejects:
    """
    Counts rejects and writes each at once: to a file as a line of JSON with the input, to standard error for people.
    """

    def __init__(self, file: IO[str] | None) -> None:
        self._file = file
        self.count = 0

    def add(self, file: str, line: int, findings: Iterable[Finding], given: Mapping[str, Any]) -> None:
        """Write a reject; `given` is what came in, under the name that the reject has for it."""
        self.count += 1
        if self._file is None:
            for finding in findings:
                click.echo(visible(f"{file}:{line}: {finding}"), err=True)
                if finding.help:
                    click.echo(visible(f"  help: {finding.help}"), err=True)
            return
        errors = [{"code": finding.code, "message": finding.message, "help": finding.help} for finding in findings]
        self._file.write(to_json({"file": file, "line": line, "errors": errors, **given}) + "\n")


@contextmanager
def rejects_to(path: str | None) -> Iterator[Rejects]:
    """Yield the rejects that are written to the file at `path`, or to standard error where it is None."""
    if path is None:
        yield Rejects(None)
        return
    # Names of files can hold bytes that are not UTF-8; in JSON, what stands for them is a valid escape.
    with Path(path).open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        yield Rejects(file)
