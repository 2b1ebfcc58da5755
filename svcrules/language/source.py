"""
Text to document: YAML in which every value knows where it stands.

Scalars are resolved by the YAML 1.2 core schema, so `no`, `on` and dates stay text. What could surprise its author
(duplicate keys, merge keys, tags) or exhaust the reader (size, depth, aliases) is a finding.

The tree is built from PyYAML's parse events instead of `yaml.compose`, because that recurses once per level and would
meet Python's or C's own limit before ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from svcrules.diagnostics import Finding, Source, Span

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 40
MAX_ALIASED = 20_000
_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `text` is how it was written, without quotes. Keys are always used as `text`."""

    value: str | int | float | bool | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping in the order of the file; keys are unique."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        return next((name for name, _ in self.entries if name.text == key), None)


Node = Scalar | Sequence | Mapping
Path = tuple[str | int, ...]


def plain(node: Node) -> Any:
    """Return the node as JSON values (str, int, float, bool, None, list, dict)."""
    match node:
        case Scalar(value=value):
            return value
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(entries=entries):
            return {key.text: plain(value) for key, value in entries}


def at_path(node: Node, path: Path) -> Node:
    """Return the node that `path` (keys and indexes) leads to; the last node on the way where it leads nowhere."""
    for step in path:
        below = None
        if isinstance(node, Mapping):
            below = node.get(str(step))
        elif isinstance(node, Sequence) and isinstance(step, int):
            below = node.items[step]
        if below is None:
            return node
        node = below
    return node


def read_document(data: bytes, name: str) -> tuple[Mapping | None, list[Finding]]:
    """
    Return the document in `data` and all findings; the document is None where it could not be read whole.

    `name` is the file name to show in findings.
    """
    if len(data) > MAX_BYTES:
        return None, [
            _whole(name, "SR102", f"file of more than {MAX_BYTES:,} bytes", "split the policy into more files")
        ]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        return None, [
            _whole(name, "SR103", f"line {line} is not valid UTF-8", "save the file as UTF-8 in your editor"),
        ]
    source = Source(name, tuple(_LINE_END.split(text)))
    if bad := _CONTROL.search(text):
        span = _span_of_offset(source, text, bad.start())
        message = f"control character U+{ord(bad.group()):04X} is not allowed in YAML"
        return None, [Finding("SR116", message, span, "delete it; some editors show it only on request")]
    return _Composer(source).read(text)


_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# What YAML 1.2 calls printable, turned round (section 5.1); a byte order mark is only allowed at the start.
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _whole(name: str, code: str, message: str, help_line: str) -> Finding:
    return Finding(code, message, Span(Source(name, ()), 1, 1, 1, 1), help_line)


def _span_of_offset(source: Source, text: str, offset: int) -> Span:
    lines = _LINE_END.split(text[:offset])
    line, column = len(lines), len(lines[-1]) + 1
    return Span(source, line, column, line, column + 1)


class _Stop(Exception):  # noqa: N818 - not an error of ours: it ends the reading of one file
    """Reading on makes no sense; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been read yet."""

    start: yaml.Event
    anchor: str | None
    mapping: bool
    items: list[Node]
    key: Scalar | None = None
    keys: dict[str, Scalar] | None = None
    aliased: int = 0
    size: int = 1


class _Composer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self.anchors: dict[str, tuple[Node | None, int]] = {}
        self.aliased = 0
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0

    def read(self, text: str) -> tuple[Mapping | None, list[Finding]]:
        try:
            for event in _events(text):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            self.findings.append(self._syntax_finding(error))
            return None, self.findings
        except _Stop as stop:
            self.findings.append(stop.finding)
            return None, self.findings
        if not isinstance(self.root, Mapping):
            span = self.root.span if self.root is not None else Span(self.source, 1, 1, 1, 1)
            self.findings.append(
                Finding(
                    "SR114",
                    "the file is not a mapping of sections",
                    span,
                    "start with a section such as `policy: NAME`",
                )
            )
            return None, self.findings
        return self.root, self.findings

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _Stop(
                        self._at(
                            event,
                            "SR113",
                            "a second document starts here",
                            "put each section into one file without `---` between",
                        )
                    )
            case yaml.ScalarEvent():
                self._add(self._scalar(event), event.anchor)
            case yaml.AliasEvent():
                self._add_alias(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close(event)

    def _open(self, event: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _Stop(
                self._at(
                    event,
                    "SR105",
                    f"nested more than {MAX_DEPTH} levels deep",
                    "a condition that deep cannot be reviewed; split it into schemes",
                )
            )
        self._refuse_tag(event)
        mapping = isinstance(event, yaml.MappingStartEvent)
        if event.anchor:
            self.anchors[event.anchor] = (None, 0)
        self.stack.append(_Open(event, event.anchor, mapping, [], keys={} if mapping else None))

    def _close(self, event: yaml.Event) -> None:
        top = self.stack.pop()
        span = self._span(top.start, event)
        node: Node
        if top.mapping:
            assert top.keys is not None
            node = Mapping(tuple(zip(top.keys.values(), top.items, strict=True)), span)
        else:
            node = Sequence(tuple(top.items), span)
        self._add(node, top.anchor, top.size)

    def _add(self, node: Node, anchor: str | None, size: int = 1) -> None:
        if anchor:
            self.anchors[anchor] = (node, size)
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.size += size
        if not top.mapping:
            top.items.append(node)
        elif top.key is None:
            top.key = self._key(node)
        else:
            self._add_entry(top, top.key, node)
            top.key = None

    def _add_entry(self, top: _Open, key: Scalar, node: Node) -> None:
        assert top.keys is not None
        first = top.keys.get(key.text)
        if first is None:
            top.keys[key.text] = key
            top.items.append(node)
            return
        message = f"key `{key.text}` stands twice in this mapping, first in line {first.span.line}"
        self.findings.append(Finding("SR109", message, key.span, "keep one of them; merge what they say"))

    def _key(self, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            raise _Stop(
                Finding(
                    "SR111",
                    "a key must be a single word, not a list or mapping",
                    node.span,
                    "check the indentation, and quote texts that start with `[` or `{`",
                )
            )
        if node.text == "":
            raise _Stop(Finding("SR111", "a key is empty", node.span, "write the key before the colon"))
        if node.text == "<<" and node.value == "<<":
            raise _Stop(
                Finding(
                    "SR110",
                    "merge keys (`<<`) are not supported: they hide what a rule says",
                    node.span,
                    "write the keys out, or give the whole value an anchor and use its alias",
                )
            )
        return node

    def _add_alias(self, event: Any) -> None:
        node, size = self.anchors.get(event.anchor, (None, -1))
        if size == -1:
            raise _Stop(
                self._at(
                    event,
                    "SR104",
                    f"alias `*{event.anchor}` has no anchor before it",
                    f"put `&{event.anchor}` before the value that is meant",
                )
            )
        if node is None:
            raise _Stop(
                self._at(
                    event,
                    "SR107",
                    f"alias `*{event.anchor}` stands inside its own anchor",
                    "write the value out",
                )
            )
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            raise _Stop(
                self._at(
                    event,
                    "SR106",
                    f"aliases add more than {MAX_ALIASED:,} values",
                    "write the values out, or use fewer aliases of aliases",
                )
            )
        self._add(node, None, size)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        span = self._span(event, event)
        self._refuse_tag(event)
        text: str = event.value
        # implicit[0] is true for plain scalars only; quoted and block scalars are text.
        value = self._resolve(text, span) if event.implicit[0] else text
        return Scalar(value, text, span)

    def _resolve(self, text: str, span: Span) -> str | int | float | bool | None:
        """The core schema of YAML 1.2 (section 10.3.2), with numbers kept to what every JSON reader holds."""
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            number = int(text, 0) if text[:2] in ("0x", "0o") else int(text) if len(text) < 25 else _INT64
            if -_INT64 <= number < _INT64:
                return number
        elif _FLOAT.fullmatch(text) and not _NOT_FINITE.fullmatch(text):
            value = float(text)
            if abs(value) != float("inf"):
                return value
        elif not _NOT_FINITE.fullmatch(text):
            return text
        self.findings.append(
            Finding(
                "SR112",
                f"number `{_shorten(text)}` is out of range",
                span,
                "put it in quotes if it is text, such as a phone number",
            )
        )
        return text

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            written = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise _Stop(
                self._at(
                    event,
                    "SR108",
                    f"tag `{_shorten(written)}` is not allowed",
                    "write plain values; quote a text that starts with `!`",
                )
            )

    def _syntax_finding(self, error: yaml.MarkedYAMLError) -> Finding:
        mark = error.problem_mark or error.context_mark
        problem = (error.problem or "not readable").strip()
        context = f"{error.context}: " if error.context else ""
        if mark is None:
            return _whole(self.source.name, "SR104", f"not well-formed YAML: {context}{problem}", _SYNTAX_HELP)
        line, column = mark.line + 1, mark.column + 1
        written = self.source.lines[line - 1] if line <= len(self.source.lines) else ""
        help_line = _SYNTAX_HELP
        if "\t" in written[: column + 1]:
            help_line = "indent with spaces: YAML does not allow tabs there"
        return Finding(
            "SR104",
            f"not well-formed YAML: {context}{problem}",
            Span(self.source, line, column, line, column + 1),
            help_line,
        )

    def _span(self, start: yaml.Event, end: yaml.Event) -> Span:
        first, last = start.start_mark, end.end_mark
        assert first is not None
        assert last is not None
        return Span(self.source, first.line + 1, first.column + 1, last.line + 1, last.column + 1)

    def _at(self, event: yaml.Event, code: str, message: str, help_line: str) -> Finding:
        return Finding(code, message, self._span(event, event), help_line)


_SYNTAX_HELP = "check indentation, quotes and colons here and in the line before"
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def _events(text: str) -> Iterator[yaml.Event]:
    # libyaml where PyYAML was built with it (all its wheels are): about ten times as fast.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.parse(text, Loader=loader)


def _shorten(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[:most] + "..."
