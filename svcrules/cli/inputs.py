"""Reading events from files and standard input, a line at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from svcrules.diagnostics import Finding
from svcrules.events import MAX_EVENT_BYTES, parse_json

STANDARD_INPUT = "-"
_MAX_JSON_FILE_BYTES = 64 * 1024 * 1024
_KEPT_OF_LARGE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """
    One event as it came in: where from, its number there (from 1), and either its value or what is wrong.

    `raw` is the input as it was, for the rejects; of an event that is too large only the beginning.
    """

    file: str
    number: int
    raw: str
    value: Any
    findings: tuple[Finding, ...]


def read_lines(files: Iterable[str], read: Callable[[int], None]) -> Iterator[Line]:
    """
    Yield the events of the files in order, telling `read` how many bytes were taken in.

    A file ending in `.json` is one event or a list of events; any other holds one event a line. `-` is standard input.
    Raises OSError where a file cannot be read.
    """
    for name in files:
        if name == STANDARD_INPUT:
            yield from _ndjson("standard input", sys.stdin.buffer, read)
        elif name.endswith(".json"):
            yield from _json_file(name, read)
        else:
            with Path(name).open("rb") as file:
                yield from _ndjson(name, file, read)


def _ndjson(name: str, file: IO[bytes], read: Callable[[int], None]) -> Iterator[Line]:
    number = 0
    while raw := file.readline(MAX_EVENT_BYTES + 2):
        number += 1
        size = len(raw)
        if size > MAX_EVENT_BYTES + 1 and not raw.endswith(b"\n"):
            # Too large: pass over the rest of the line, however long, without holding it.
            while (rest := file.readline(MAX_EVENT_BYTES)) and size:
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
        read(size)
        text = raw.rstrip(b"\r\n")
        if number == 1:
            text = text.removeprefix(b"\xef\xbb\xbf")
        if text.strip():
            yield _line(name, number, text)


def _line(name: str, number: int, text: bytes) -> Line:
    value, findings = parse_json(text)
    shown = text[:_KEPT_OF_LARGE] if len(text) > MAX_EVENT_BYTES else text
    return Line(name, number, shown.decode("utf-8", "backslashreplace"), value, tuple(findings))


def _json_file(name: str, read: Callable[[int], None]) -> Iterator[Line]:
    with Path(name).open("rb") as file:
        data = file.read(_MAX_JSON_FILE_BYTES + 1)
    read(len(data))
    value, findings = parse_json(data.removeprefix(b"\xef\xbb\xbf"), _MAX_JSON_FILE_BYTES)
    if findings or not isinstance(value, list):
        yield Line(name, 1, data[:MAX_EVENT_BYTES].decode("utf-8", "backslashreplace"), value, tuple(findings))
        return
    from svcrules.decision import to_json

    for number, item in enumerate(value, 1):
        yield Line(name, number, to_json(item), item, ())
