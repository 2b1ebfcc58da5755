"""Findings: what is wrong, where, and what to do. Values, not exceptions; renderings live in `report`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from svcrules.codes import CODES, Severity


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """
    A file as it was read: the name to show, and its lines without their ends.

    Equal only to itself, since findings are compared often and files are long.
    """

    name: str
    lines: tuple[str, ...] = field(repr=False)


class Span(NamedTuple):
    """
    A stretch of a source. Lines and columns count from 1, in characters; the end column is the first one after it.
    """

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def place(self) -> str:
        return f"{self.source.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that is wrong. `message` is one sentence without capital or period; `help` says what to do about it.

    `span` is None where there is no text to point at, for example for a folder that does not exist.
    """

    code: str
    message: str
    span: Span | None = None
    help: str | None = None

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.span.place}:{self.span.column}: " if self.span else ""
        return f"{where}{self.severity} {self.code}: {self.message}"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings sorted by file, place and code, without repetitions; those without a place come first."""

    def key(finding: Finding) -> tuple[str, int, int, str, str]:
        span = finding.span
        if span is None:
            return ("", 0, 0, finding.code, finding.message)
        return (span.source.name, span.line, span.column, finding.code, finding.message)

    return tuple(sorted(dict.fromkeys(findings), key=key))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the help line that names the known name nearest to `name`, or None where none is near."""
    from difflib import get_close_matches  # only needed once something is wrong

    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else None


def listing(names: Iterable[str], most: int = 12) -> str:
    """Return the names in backticks with commas, cut after `most` of them."""
    known = list(names)
    shown = ", ".join(f"`{name}`" for name in known[:most])
    return f"{shown} and {len(known) - most} more" if len(known) > most else shown


def shorten(text: str, most: int = 60) -> str:
    """Return the text as a message can quote it."""
    return text if len(text) <= most else text[:most] + "..."
