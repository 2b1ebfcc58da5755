"""The line that a finding points at, and the carets under it."""

from __future__ import annotations

from svcrules.diagnostics import Span
from svcrules.report.characters import columns, fitting, visible

# Columns of the widest excerpt, and how many of them stand before the carets where a line is cut.
_WIDTH = 100
_BEFORE = 40
_CUT = "…"


def excerpt(span: Span) -> tuple[str, str] | None:
    """
    Return the first line of the span and the carets to put below it; None where the source has no such line.

    A span over several lines is underlined to the end of its first line; an empty one gets one caret.
    """
    if span.line > len(span.source.lines):
        return None
    line = span.source.lines[span.line - 1]
    first = min(span.column - 1, len(line))
    last = len(line) if span.end_line > span.line else span.end_column - 1
    start, stop = _window(line, first)
    before, after = _CUT if start else "", _CUT if stop < len(line) else ""
    indent = len(before) + columns(line[start:first])
    carets = max(1, columns(line[first : min(last, stop)]))
    return (before + visible(line[start:stop]) + after).rstrip(), " " * indent + "^" * carets


def _window(line: str, at: int) -> tuple[int, int]:
    """Return from where to where to show the line, so that the character at `at` is in it."""
    if fitting(line, _WIDTH) == len(line):
        return 0, len(line)
    start = at - fitting(line[max(0, at - _BEFORE) : at][::-1], _BEFORE)
    return start, start + fitting(line[start : start + _WIDTH], _WIDTH)
