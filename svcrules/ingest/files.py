"""The lines of a text file, plain or gzipped, whatever bytes it holds."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from typing import TextIO

from svcrules.diagnostics import Finding, Source, Span

MAX_LINE = 1_000_000
"""Characters; a longer line is no row of a table, and could fill the memory."""


class UnreadableFileError(Exception):
    """The file cannot be read, or not to its end; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read_lines(path: str, encoding: str, name: str) -> Iterator[str]:
    """
    Yield the lines of the file at `path` with their ends; `-` is standard input, a path in `.gz` is gzipped.

    A byte that is not `encoding` becomes the lone surrogate U+DC00 + byte: a bad row must not stop others. `name`
    is the file name to show.

    Raises `UnreadableFileError` if the file cannot be opened, breaks off, or has a line of `MAX_LINE` or more
    characters.
    """
    number = 1
    try:
        with _open(path, encoding) as stream:
            while line := stream.readline(MAX_LINE):
                if len(line) == MAX_LINE:
                    message = f"line of {MAX_LINE:,} characters or more"
                    raise _unreadable("SR102", message, name, number, "check that this is a CSV file")
                yield line
                number += 1
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"cannot be read from here on: {reason}" if number > 1 else f"cannot be read: {reason}"
        raise _unreadable("SR101", message, name, number, "check the path, and that the file is whole") from None


def _open(path: str, encoding: str) -> TextIO:
    if path == "-":
        return io.TextIOWrapper(sys.stdin.buffer, encoding, _KEEP, newline="")
    if path.endswith(".gz"):
        return gzip.open(path, "rt", encoding=encoding, errors=_KEEP, newline="")
    return open(path, encoding=encoding, errors=_KEEP, newline="")  # noqa: PTH123 - the name may be any text


def _unreadable(code: str, message: str, name: str, line: int, help_line: str) -> UnreadableFileError:
    return UnreadableFileError(Finding(code, message, Span(Source(name, ()), line, 1, line, 1), help_line))


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    # As Python's own `surrogateescape`, which gives up at bytes below 128, such as half a UTF-16 character.
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in bad), error.end


_KEEP = "svcrules.keep"
codecs.register_error(_KEEP, _keep_bytes)
