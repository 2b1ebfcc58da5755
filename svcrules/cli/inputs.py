"""Reading events from files and standard input, a line at a time."""

from __future__ import annotations

import io
import select
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from svcrules.diagnostics import Finding
from svcrules.events import MAX_EVENT_BYTES, Event, EventError, parse_json

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STANDARD_INPUT = "-"
_MAX_JSON_FILE_BYTES = 64 * 1024 * 1024
_KEPT_OF_LARGE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """
    One event as it came in: where from, its number there (from 1), and its JSON; of one that is too large only the
    beginning.

    `parsed` is the value and what is wrong with it, where that is known already.
    """

    file: str
    number: int
    text: bytes
    parsed: tuple[Any, list[Finding]] | None = None

    def event(self) -> Event:
        """Return the event. Raises `EventError` if there is something wrong with it."""
        return event_of(self.parsed or parse_json(self.text))

    @property
    def raw(self) -> str:
        """The input as it was, for the rejects."""
        return self.text.decode("utf-8", "backslashreplace")


def event_of(parsed: tuple[Any, list[Finding]]) -> Event:
    """Return the event in the JSON value. Raises `EventError` if there is something wrong with either."""
    value, findings = parsed
    if findings:
        raise EventError(findings)
    return Event.from_dict(value)


def read_lines(
    files: Iterable[str], read: Callable[[int], None], before_waiting: Callable[[], None] | None = None
) -> Iterator[Line]:
    """
    Yield the events of the files in order, telling `read` how many bytes were taken in.

    A file ending in `.json` is one event or a list of events; any other holds one event a line. `-` is standard input;
    `before_waiting` is called where nothing more has come in there yet. Raises OSError where a file cannot be read.
    """
    for name in files:
        if name == STANDARD_INPUT:
            yield from _ndjson("standard input", _standard_input(before_waiting), read)
        elif name.endswith(".json"):
            yield from _json_file(name, read)
        else:
            with Path(name).open("rb") as file:
                yield from _ndjson(name, file, read)


def _standard_input(before_waiting: Callable[[], None] | None) -> IO[bytes]:
    file = sys.stdin.buffer
    raw = getattr(file, "raw", None)
    if before_waiting is None or not isinstance(raw, io.RawIOBase):
        return file
    return io.BufferedReader(_Announcing(raw, before_waiting), _AT_ONCE)


_AT_ONCE = 64 * 1024


class _Announcing(io.RawIOBase):
    """A stream that tells before it waits for more."""

    def __init__(self, stream: io.RawIOBase, before_waiting: Callable[[], None]) -> None:
        self._stream = stream
        self._before_waiting = before_waiting

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        if not self._is_ready():
            self._before_waiting()
        return self._stream.readinto(buffer)

    def _is_ready(self) -> bool:
        try:
            return bool(select.select([self._stream], [], [], 0)[0])
        except (OSError, ValueError):  # not all systems can tell
            return False


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
            large = len(text) > MAX_EVENT_BYTES
            yield Line(name, number, text[:_KEPT_OF_LARGE], parse_json(text)) if large else Line(name, number, text)


def _json_file(name: str, read: Callable[[int], None]) -> Iterator[Line]:
    with Path(name).open("rb") as file:
        data = file.read(_MAX_JSON_FILE_BYTES + 1)
    read(len(data))
    value, findings = parse_json(data.removeprefix(b"\xef\xbb\xbf"), _MAX_JSON_FILE_BYTES)
    if findings or not isinstance(value, list):
        yield Line(name, 1, data[:MAX_EVENT_BYTES], (value, findings))
        return
    from svcrules.decision import to_json

    for number, item in enumerate(value, 1):
        yield Line(name, number, to_json(item).encode(), (item, []))
