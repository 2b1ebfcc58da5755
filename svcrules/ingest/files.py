"""The lines of a text file, plain or gzipped, whatever bytes it holds."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from typing import TextIO

from svcrules.diagnostics import Finding

MAX_LINE = 1_000_000
"""Characters; a longer line is no row of a table, and could fill the memory."""


class UnreadableFileError(Exception):
    """The file cannot be read, or not to its end; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read_lines(path: str, encoding: str) -> Iterator[str]:
    """
    Yield the lines of the file at `path` with their ends; `-` is standard input, a name in `.gz` is gzipped.

    A byte that is not `encoding` becomes the lone surrogate U+DC00 + byte: a bad row must not stop others.

    Raises `UnreadableFileError` if the file cannot be opened, breaks off, or has a line of `MAX_LINE` or more
    characters.
    """
    number = 0
    try:
        with _open(path, encoding) as stream:
            while line := stream.readline(MAX_LINE):
                number += 1
                if len(line) == MAX_LINE:
                    message = f"line {number} of `{path}` has {MAX_LINE:,} characters or more"
                    raise UnreadableFileError(Finding("SR102", message, help="check that this is a CSV file"))
                yield line
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        raise UnreadableFileError(_broken(path, number, error)) from None


def _open(path: str, encoding: str) -> TextIO:
    if path == "-":
        return io.TextIOWrapper(sys.stdin.buffer, encoding, _KEEP, newline="")
    if path.endswith(".gz"):
        return gzip.open(path, "rt", encoding=encoding, errors=_KEEP, newline="")
    return open(path, encoding=encoding, errors=_KEEP, newline="")  # noqa: PTH123 - the name may be any text


def _broken(path: str, number: int, error: Exception) -> Finding:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    where = f" after line {number}" if number else ""
    return Finding("SR101", f"`{path}` cannot be read{where}: {reason[:1].lower()}{reason[1:]}")


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    # As Python's own `surrogateescape`, which gives up at bytes below 128, such as half a UTF-16 character.
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in bad), error.end


_KEEP = "svcrules.keep"
codecs.register_error(_KEEP, _keep_bytes)
