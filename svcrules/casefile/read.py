"""Test files to the tests that they mean, with findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from svcrules.casefile.expectations import Expectations
from svcrules.casefile.model import Case, Entry, Expected
from svcrules.casefile.names import Names
from svcrules.casefile.parameters import Parameters
from svcrules.casefile.times import parse_instant, parse_later
from svcrules.diagnostics import Finding, Span, in_order, listing, nearest, shorten
from svcrules.language.context import text
from svcrules.language.document import Mapping, Node, Scalar, Sequence, plain
from svcrules.language.files import read_files
from svcrules.language.model import Policy
from svcrules.language.schema import check_shape
from svcrules.language.source import read_document
from svcrules.time.text import Unreadable

FOLDER = "tests"


class CaseFile(NamedTuple):
    """The tests of one file, in its order."""

    name: str
    data: bytes
    cases: tuple[Case, ...]


def files_of(policy: Path) -> tuple[list[tuple[str, bytes]], list[Finding]]:
    """Return name and content of the test files of the policy in the folder; a policy that is one file has none."""
    folder = policy / FOLDER
    return read_files(folder) if folder.is_dir() else ([], [])


def read_cases(files: Iterable[tuple[str, bytes]], policy: Policy) -> tuple[tuple[CaseFile, ...], tuple[Finding, ...]]:
    """
    Return the tests in the files, given as name and content, and everything that is wrong with them.

    Tests that something is wrong with are left out.
    """
    reader = _Reader(policy)
    read = []
    for name, data in files:
        document, findings = read_document(data, name)
        reader.findings += findings
        if document is None:
            continue
        shape = check_shape(document, "tests")
        reader.findings += shape.findings
        if not shape.findings:
            read.append(CaseFile(name, data, tuple(reader.cases(document))))
    return tuple(read), in_order(reader.findings)


class _Reader:
    """Reads documents that fit the schema: every node is of a kind that its place allows, or stands for a parameter."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._zone = ZoneInfo(policy.timezone)
        self._names = Names(policy)
        self._ids: dict[str, Span] = {}
        self.findings: list[Finding] = []

    def cases(self, document: Mapping) -> Iterator[Case]:
        tests = document.get("tests")
        assert isinstance(tests, Sequence)
        for test in tests.items:
            assert isinstance(test, Mapping)
            self._claim_id(test)
            yield from self._variants(test)

    def _claim_id(self, test: Mapping) -> None:
        id_ = test.get("id")
        assert isinstance(id_, Scalar)
        first = self._ids.setdefault(id_.text, id_.span)
        if first is not id_.span:
            message = f"test id `{id_.text}` is used twice, first at {first.place}"
            self._report("SR705", message, id_.span, "give each test of the policy its own id")

    def _variants(self, test: Mapping) -> Iterator[Case]:
        id_ = text(test, "id") or ""
        variants = test.get("parameters")
        if not isinstance(variants, Sequence):
            yield from self._variant(test, id_, None)
            return
        for number, variant in enumerate(variants.items, 1):
            assert isinstance(variant, Mapping)
            yield from self._variant(test, f"{id_}[{number}]", variant)

    def _variant(self, test: Mapping, id_: str, variant: Mapping | None) -> Iterator[Case]:
        """Yield the test with its parameters filled in, unless something is wrong with it."""
        before = len(self.findings)
        parameters = Parameters(variant)
        timeline = test.get("timeline")
        assert timeline is not None
        filled = Mapping(
            tuple(
                (key, parameters.filled(node) if key.text == "timeline" else node)
                for key, node in test.entries
                if key.text != "parameters"
            ),
            test.span,
        )
        self.findings += parameters.findings
        for key, _ in variant.entries if variant is not None else ():
            if key.text in parameters.unused():
                advice = f"write `${key.text}` where it is meant, or delete it"
                self._report("SR704", f"parameter `{key.text}` is not used", key.span, advice)
        if variant is not None and not parameters.findings:
            self.findings += check_shape(filled, "tests", "test").findings
        if len(self.findings) > before:
            return
        case = self._case(filled, id_, variant)
        if len(self.findings) == before:
            yield case

    def _case(self, test: Mapping, id_: str, variant: Mapping | None) -> Case:
        timeline, title = test.get("timeline"), test.get("title")
        assert isinstance(timeline, Sequence)
        before = len(self.findings)
        entries = tuple(self._entries(timeline))
        first = test.key("id")
        assert first is not None
        if len(self.findings) == before and not any(entry.expected for entry in entries):
            self._report("SR709", "the test expects nothing", first.span, "write what must hold under `expect`")
        span = variant.span if variant is not None else first.span
        return Case(id_, title.text if isinstance(title, Scalar) else None, entries, span)

    def _entries(self, timeline: Sequence) -> Iterator[Entry]:
        start: datetime | None = None
        last: tuple[datetime, Scalar] | None = None
        begun: set[str | None] = set()
        for node in timeline.items:
            assert isinstance(node, Mapping)
            at = node.get("at")
            assert isinstance(at, Scalar)
            instant = self._instant(at, start)
            if instant is None:
                if start is None:
                    return  # the times of the others may hang on it
                continue
            start = start if start is not None else instant
            if last is not None and instant < last[0]:
                message = f"`{shorten(at.text)}` is before `{shorten(last[1].text)}` in line {last[1].span.line}"
                self._report("SR702", message, at.span, "put the entries into the order of time")
            last = (instant, at)
            entry = self._entry(node, instant, at)
            if entry.event is None and entry.ticket not in begun:
                self._report("SR708", "a ticket begins with an event", at.span, "write which, such as `event: created`")
            begun.add(entry.ticket)
            yield entry

    def _instant(self, at: Scalar, start: datetime | None) -> datetime | None:
        if not at.text.startswith("+"):
            instant = parse_instant(at.text, self._zone)
        elif start is None:
            instant = Unreadable(
                f"`{shorten(at.text)}` counts from the first entry, which this is",
                "write a time, as `2026-09-28 09:30`",
            )
        else:
            instant = parse_later(at.text[1:], start)
        if isinstance(instant, Unreadable):
            self._report("SR701", instant.message, at.span, instant.help)
            return None
        return instant

    def _entry(self, node: Mapping, at: datetime, written: Scalar) -> Entry:
        expect, data = node.get("expect"), node.get("data")
        event = node.get("event")
        expected: tuple[Expected, ...] = ()
        if isinstance(expect, Mapping):
            expected = tuple(Expectations(self._names, self._zone, self.findings).read(expect))
        self._check_event(node, event, expect)
        return Entry(
            at=at,
            event=event.text if isinstance(event, Scalar) else None,
            data=plain(data) if data is not None else {},
            ticket=text(node, "ticket"),
            expected=expected,
            span=written.span,
        )

    def _check_event(self, node: Mapping, event: Node | None, expect: Node | None) -> None:
        asked = expect if isinstance(expect, Mapping) else Mapping((), node.span)
        if event is None:
            for key in (node.key("data"), *(asked.key(name) for name in ("actions", "violations", "rejected"))):
                if key is not None:
                    message = f"`{key.text}` is about an event, and there is none"
                    self._report("SR710", message, key.span, "write which, such as `event: updated`")
        elif isinstance(event, Scalar) and asked.get("rejected") is None:
            known = self._policy.event_types
            if event.text not in known:
                advice = nearest(shorten(event.text), known) or f"known here: {listing(known)}"
                self._report("SR706", f"unknown event type `{shorten(event.text)}`", event.span, advice)

    def _report(self, code: str, message: str, span: Span, help_line: str) -> None:
        self.findings.append(Finding(code, message, span, help_line))
