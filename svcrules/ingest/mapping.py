"""A mapping file to the mapping that it means, with findings."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from svcrules.diagnostics import Finding, Span, in_order, listing
from svcrules.ingest.model import Cells, Constant, Converted, CsvMapping, EventPlan, Lookup, Test, Time, Value
from svcrules.ingest.times import DIRECTIVES, fault_of_format
from svcrules.language.context import scalars, text
from svcrules.language.document import Mapping, Node, Scalar, Sequence
from svcrules.language.schema import check_shape
from svcrules.language.source import read_document
from svcrules.language.timezones import zone_named


def read_mapping(data: bytes, name: str) -> tuple[CsvMapping | None, tuple[Finding, ...]]:
    """Return the mapping in `data` and what is wrong with it; the mapping is None where anything is."""
    document, findings = read_document(data, name)
    if document is not None:
        findings += check_shape(document, "mapping").findings
    if document is None or findings:
        return None, in_order(findings)
    reader = _Reader(document)
    mapping = reader.mapping()
    return (None if reader.findings else mapping), in_order(reader.findings)


class _Reader:
    """Reads a document that fits the schema: every node is of a kind that its place allows."""

    def __init__(self, document: Mapping) -> None:
        self.document = document
        self.findings: list[Finding] = []
        self.columns: dict[str, Span] = {}
        self.missing = frozenset({""})
        if document.get("missing"):
            self.missing = frozenset(cell.text for cell in scalars(document, "missing"))

    def mapping(self) -> CsvMapping:
        return CsvMapping(
            policy=text(self.document, "policy"),
            source=text(self.document, "source") or "",
            encoding=self._encoding(),
            delimiter=text(self.document, "delimiter") or ",",
            zone=self._zone(),
            missing=self.missing,
            subject=self._value(self.document.get("subject")),
            events=tuple(self._events()),
            columns=self.columns,
        )

    def _report(self, code: str, message: str, span: Span, help_line: str) -> None:
        self.findings.append(Finding(code, message, span, help_line))

    def _encoding(self) -> str:
        node = self.document.get("encoding")
        if not isinstance(node, Scalar):
            return "utf-8"
        try:
            "".encode(node.text)  # raises for codecs that are not for text, too
        except (LookupError, ValueError):
            help_line = "use a text encoding that Python knows, such as `utf-8`, `gb18030` or `cp1252`"
            self._report("SR607", f"unknown encoding `{node.text}`", node.span, help_line)
        return node.text

    def _zone(self) -> ZoneInfo:
        node = self.document.get("timezone")
        assert isinstance(node, Scalar)
        zone = zone_named(node)
        if isinstance(zone, Finding):
            self.findings.append(zone)
            return ZoneInfo("UTC")
        return zone

    def _events(self) -> Iterator[EventPlan]:
        shared = _entries(self.document.get("data"))
        events = self.document.get("events")
        assert isinstance(events, Sequence)
        for event in events.items:
            assert isinstance(event, Mapping)
            yield EventPlan(
                type=self._type(event.get("type")),
                when=self._test(event.get("when")),
                time=self._time(event.get("time")),
                data=self._data({**shared, **_entries(event.get("data"))}),
            )

    def _type(self, node: Node | None) -> Value:
        return Constant(node.text) if isinstance(node, Scalar) else self._value(node)

    def _test(self, node: Node | None) -> Test | None:
        if not isinstance(node, Mapping):
            return None
        column = self._columns(node)[0]
        present = node.get("present")
        if isinstance(present, Scalar):
            return Test(column, self.missing, among=not present.value)
        return Test(column, frozenset(cell.text for cell in scalars(node, "in")), among=True)

    def _time(self, node: Node | None) -> Time:
        assert isinstance(node, Mapping)
        form = node.get("format")
        if isinstance(form, Scalar) and (fault := fault_of_format(form.text)):
            help_line = f"known here: {listing(DIRECTIVES, len(DIRECTIVES))}"
            self._report("SR612", f"time format `{form.text}` {fault}", form.span, help_line)
        return Time(self._cells(node), text(node, "format"))

    def _data(self, entries: dict[str, tuple[Scalar, Node]]) -> dict[tuple[str, ...], Value]:
        for name, (key, _) in entries.items():
            outer = next((other for other in entries if name.startswith(f"{other}.")), None)
            if outer:
                message = f"field `{name}` lies within field `{outer}`, which holds a value of its own"
                self._report("SR614", message, key.span, "rename one of them, as the policy declares them")
        return {tuple(name.split(".")): self._value(value) for name, (_, value) in entries.items()}

    def _value(self, node: Node | None) -> Value:
        assert isinstance(node, Mapping)
        constant = node.get("constant")
        if isinstance(constant, Scalar):
            assert constant.value is not None
            return Constant(constant.value)
        kind = text(node, "as") or "text"
        separator = (text(node, "separator") or ";") if kind == "list" else None
        return Converted(self._cells(node), self._lookup(node), kind, separator)

    def _lookup(self, node: Mapping) -> Lookup | None:
        table = node.get("map")
        if not isinstance(table, Mapping):
            return None
        for key, _ in table.entries:
            if key.text in self.missing:
                message = f"map has an entry for `{key.text}`, which is one of `missing`"
                help_line = "a missing cell has no value: delete it in `map` or in `missing`"
                self._report("SR613", message, key.span, help_line)
        values = {key.text: value.value for key, value in table.entries if isinstance(value, Scalar)}
        other = node.get("otherwise")
        return Lookup(values, other.value if isinstance(other, Scalar) else None, complete=other is None)

    def _cells(self, node: Mapping) -> Cells:
        joined = node.get("join")
        return Cells(self._columns(node), joined.text if isinstance(joined, Scalar) else " ")

    def _columns(self, node: Mapping) -> tuple[str, ...]:
        one = node.get("column")
        names = (one,) if isinstance(one, Scalar) else scalars(node, "columns")
        for name in names:
            self.columns.setdefault(name.text, name.span)
        return tuple(name.text for name in names)


def _entries(node: Node | None) -> dict[str, tuple[Scalar, Node]]:
    """Return the entries of a mapping with their keys, by name."""
    return {key.text: (key, value) for key, value in node.entries} if isinstance(node, Mapping) else {}
