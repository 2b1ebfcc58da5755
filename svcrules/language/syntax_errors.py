"""What the YAML parser says of a file that it cannot read, put for people who edit policies."""

from __future__ import annotations

import re
import unicodedata

import yaml

from svcrules.diagnostics import Finding, Source, Span


def syntax_finding(error: yaml.MarkedYAMLError, source: Source) -> Finding:
    """Return the finding for the parser's error in the source."""
    mark = error.problem_mark or error.context_mark
    assert mark is not None
    line, column = mark.line + 1, mark.column + 1
    written = source.lines[line - 1] if line <= len(source.lines) else ""
    begun = error.context_mark.line if error.context_mark else mark.line
    help_line = _syntax_help(error.problem or "", written, mark.column, "".join(source.lines[begun:line]))
    span = Span(source, line, column, line, column + 1)
    return Finding("SR104", f"not well-formed YAML: {_problem(error)}", span, help_line)


def _problem(error: yaml.MarkedYAMLError) -> str:
    """Return what the parser says, and where the thing begins that it was parsing."""
    problem, mark = error.problem or "not readable", error.problem_mark
    if not error.context:
        return problem
    begins = error.context_mark.line if error.context_mark else 0
    begun = f" that begins in line {begins + 1}" if mark is not None and begins < mark.line else ""
    return f"{error.context}{begun}: {problem}"


def _syntax_help(problem: str, line: str, column: int, lines: str) -> str:
    """
    Return the advice for the parser's problem at the column of the line.

    `lines` is all that the parser was reading when it met the problem.
    """
    if "\t" in (line[column : column + 1], line.strip(" ")[:1]):
        return "indent with spaces: YAML does not allow tabs there"
    if wide := _WIDE_MARK.search(lines):
        return f"write `{unicodedata.normalize('NFKC', wide.group())}` instead of `{wide.group()}`, or quote the text"
    for part, advice in _SYNTAX_HELP.items():
        if part in problem:
            return advice
    return "check indentation, quotes and colons here and in the line before"


_WIDE_MARK = re.compile("[：，［］｛｝＂＃]")
_SYNTAX_HELP = {
    "mapping values are not allowed": "quote a text that holds a colon and a space; else check the indentation",
    "cannot start any token": "quote a text that begins with this character",
    "unknown escape character": "write `\\\\` for a backslash, or use single quotes",
    "unexpected end of stream": "close the quotes",
}
