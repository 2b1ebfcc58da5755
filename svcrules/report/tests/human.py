"""Policy tests for people at a terminal: a line for each file, what differs in failed tests, and a summary."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from zoneinfo import ZoneInfo

from svcrules.casefile.model import Value
from svcrules.casefile.run import Difference, Failure, Result
from svcrules.casefile.session import FileResults, Session
from svcrules.casefile.times import written_instant
from svcrules.casefile.written import written, written_item
from svcrules.report.characters import columns, visible
from svcrules.report.checked import plural
from svcrules.report.human import paragraphs
from svcrules.report.tests import coverage, mutation
from svcrules.report.tests.outcome import Outcome

_MOST_SHOWN = 100


def render(outcome: Outcome) -> str:
    sessions = outcome.sessions
    parts = [part for session in sessions for part in _session(session)]
    text = "\n".join([*parts, _summary(sessions)]) + "\n"
    for more in (coverage.render(outcome.coverages), mutation.render(outcome.mutations)):
        text += f"\n{more}" if more else ""
    return text


def _session(session: Session) -> Iterator[str]:
    if session.findings:
        yield paragraphs(session.findings) + "\n"
    if not session.files and not session.findings:
        yield f"{visible(session.path)}: no tests"
    for file in session.files:
        yield _line(file)
    shown = [result for file in session.files for result in file.failed]
    for result in shown[:_MOST_SHOWN]:
        yield "\n" + failure_text(result, session.zone)
    if len(shown) > _MOST_SHOWN:
        yield f"\n{len(shown) - _MOST_SHOWN} more failed; name some of them with -k"
    if shown:
        yield ""


def _line(file: FileResults) -> str:
    failed = len(file.failed)
    counts = f"{len(file.results) - failed} passed" + (f", {failed} failed" if failed else "")
    return f"{visible(file.name)}: {counts}"


def failure_text(result: Result, zone: ZoneInfo) -> str:
    """Return what differs at the first instant at which something does."""
    failure = result.failures[0]
    heading = f"FAILED {result.case.id}"
    if result.case.title:
        heading += f": {visible(result.case.title)}"
    lines = [heading, f"  {_place(failure)}, at {written_instant(failure.entry.at, zone)}", *_table(failure, zone)]
    later = sum(len(each.differences) for each in result.failures[1:])
    if later:
        instants = plural(len(result.failures) - 1, "later instant", "later instants")
        lines.append(f"  and {plural(later, 'difference', 'differences')} at {instants}")
    return "\n".join(lines)


def _place(failure: Failure) -> str:
    span = failure.entry.span
    return f"{visible(span.source.name)}:{span.line}"


def _table(failure: Failure, zone: ZoneInfo) -> Iterator[str]:
    rows = [("", "expected", "got"), *(row for each in failure.differences for row in _rows(each, zone))]
    widths = [max(columns(row[place]) for row in rows) for place in range(2)]
    for name, wanted, got in rows:
        yield f"    {_padded(name, widths[0])}  {_padded(wanted, widths[1])} | {got}".rstrip()
    for each in failure.differences:
        for finding in each.findings:
            yield f"    {finding.code}: {visible(finding.message)}"


def _rows(difference: Difference, zone: ZoneInfo) -> Iterator[tuple[str, str, str]]:
    """Yield a row, or one for each item of a list."""
    expected = difference.expected
    names = [visible(".".join(expected.path))]
    yield from zip_longest(names, _lines(expected.wanted, zone), _lines(difference.got, zone), fillvalue="")


def _lines(value: Value, zone: ZoneInfo) -> list[str]:
    if isinstance(value, tuple) and value:
        return [visible(written_item(item, zone)) for item in value]
    return [visible(written(value, zone))]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _summary(sessions: tuple[Session, ...]) -> str:
    results = [result for session in sessions for result in session.results]
    failed = sum(not result.passed for result in results)
    findings = sum(len(session.findings) for session in sessions)
    counts = [plural(len(results), "test", "tests"), f"{failed} failed" if failed else "all passed"]
    if not results:
        counts.pop()
    if findings:
        counts.append(f"{plural(findings, 'error', 'errors')} in test files")
    return ", ".join(counts)
