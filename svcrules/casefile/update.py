"""
What came out, written into the expectations of failed tests; comments and layout of the file stay.

Only keys that are there are written. An expectation that several variants of a test share is left alone where they
came to different things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from svcrules.casefile.model import Expected, Firing, Item, Value
from svcrules.casefile.run import Difference
from svcrules.casefile.session import FileResults
from svcrules.casefile.written import written, written_item
from svcrules.decision import OTHERWISE
from svcrules.diagnostics import Span
from svcrules.language.document import Scalar, Sequence
from svcrules.language.scalars import resolved


class Updated(NamedTuple):
    """The file with `written` expectations changed; `left` says how many that differ could not be."""

    name: str
    data: bytes
    written: int
    left: int


def updated(file: FileResults, zone: ZoneInfo) -> Updated:
    """Return the file as it would pass."""
    texts: dict[Span, set[str | None]] = {}
    nodes: dict[Span, Expected] = {}
    wrong: set[Span] = set()
    for expected, difference in _expectations(file):
        text = _text(difference, zone) if difference is not None else None
        texts.setdefault(expected.node.span, set()).add(text)
        nodes[expected.node.span] = expected
        if difference is not None:
            wrong.add(expected.node.span)
    edits = [
        _edit(nodes[span], text)
        for span, found in texts.items()
        for text in found
        if text is not None and len(found) == 1
    ]
    left = len(wrong) - len(edits) + _unexpected_rejections(file)
    return Updated(file.name, _edited(file.data, edits), len(edits), left)


def _unexpected_rejections(file: FileResults) -> int:
    differences = (each for result in file.results for failure in result.failures for each in failure.differences)
    return sum(each.expected.path == ("rejected",) and each.expected.wanted is None for each in differences)


def _expectations(file: FileResults) -> Iterator[tuple[Expected, Difference | None]]:
    for result in file.results:
        differences = {
            (difference.expected.path, difference.expected.node.span): difference
            for failure in result.failures
            for difference in failure.differences
        }
        for entry in result.case.entries:
            for expected in entry.expected:
                yield expected, differences.get((expected.path, expected.node.span))


def _text(difference: Difference, zone: ZoneInfo) -> str | None:
    """Return what came out as YAML, an item of a list in each line; None where the key would have to go."""
    wanted, got = difference.expected.wanted, difference.got
    name = difference.expected.path[-1]
    if name == "rejected" and got is None:
        return None
    if isinstance(got, tuple):
        return "\n".join(_quoted(written_item(item, zone)) for item in _items(name, wanted, got))
    return written(got, zone) if got is None or isinstance(got, bool) else _quoted(written(got, zone))


def _items(name: str, wanted: Value, got: tuple[Item, ...]) -> tuple[Item, ...]:
    expected = wanted if isinstance(wanted, tuple) else ()
    match name:
        case "rules":
            return tuple(rule for rule in got if rule != OTHERWISE)
        case "not_fired":
            return tuple(item for item in expected if isinstance(item, Firing) and item.name not in got)
        case "fired" if not any(isinstance(item, Firing) and item.due for item in expected):
            return tuple(item._replace(due=None) if isinstance(item, Firing) else item for item in got)
    return got


_PLAIN = re.compile(r"[^\W_][\w.%+/-]*(?:(?: |:)[\w.%+/-]+)*")


def _quoted(text: str) -> str:
    """Return the text as a scalar that stands anywhere."""
    try:
        if _PLAIN.fullmatch(text) and resolved(text) == text:
            return text
    except OverflowError:
        pass
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Edit(NamedTuple):
    begin: tuple[int, int]
    end: tuple[int, int]
    text: str


def _edit(expected: Expected, text: str) -> _Edit:
    node = expected.node
    begin, end = (node.span.line, node.span.column), (node.span.end_line, node.span.end_column)
    if isinstance(node, Scalar):
        return _Edit(begin, end, text)
    assert isinstance(node, Sequence)
    items = text.split("\n") if text else []
    in_block = node.span.source.lines[begin[0] - 1][begin[1] - 1 : begin[1]] == "-"
    if not in_block:
        return _Edit(begin, end, f"[{', '.join(items)}]")
    # A sequence in block style ends where the next thing begins; its last item is where its text ends.
    last = node.items[-1].span
    indented = ("\n" + " " * (begin[1] - 1)).join(f"- {item}" for item in items) or "[]"
    return _Edit(begin, (last.end_line, last.end_column), indented)


def _edited(data: bytes, edits: list[_Edit]) -> bytes:
    text = data.decode("utf-8-sig")
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for edit in sorted(edits, reverse=True):
        begin, end = (starts[line - 1] + column - 1 for line, column in (edit.begin, edit.end))
        text = text[:begin] + edit.text + text[end:]
    mark = data[:3] if data.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.encode("utf-8")
