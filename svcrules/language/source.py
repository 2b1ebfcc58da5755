"""
Text to document: YAML in which every value knows where it stands.

Scalars are resolved by the YAML 1.2 core schema, so `no`, `on` and dates stay text. What could surprise its author
(duplicate keys, merge keys, tags) or exhaust the reader (size, depth, aliases) is a finding.

The tree is built from PyYAML's parse events instead of `yaml.compose`, because that recurses once per level and would
meet Python's or C's own limit before ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from svcrules.diagnostics import Finding, Source, Span, shorten
from svcrules.language.document import Mapping, Node, Scalar, Sequence
from svcrules.language.files import MAX_BYTES
from svcrules.language.scalars import resolved
from svcrules.language.syntax_errors import syntax_finding

MAX_VALUES = 300_000
MAX_DEPTH = 40
MAX_ALIASED = 20_000
MAX_KEY = 200


def read_document(data: bytes, name: str) -> tuple[Mapping | None, list[Finding]]:
    """
    Return the document in `data` and all findings; the document is None where it could not be read whole.

    `name` is the file name to show in findings.
    """
    document, findings, _ = read_counted(data, name, MAX_VALUES)
    return document, findings


def read_counted(data: bytes, name: str, most_values: int) -> tuple[Mapping | None, list[Finding], int]:
    """Return document and findings as `read_document` does, and the number of values with aliases written out."""
    if len(data) > MAX_BYTES:
        span = Span(Source(name, ()), 1, 1, 1, 1)
        return None, [Finding("SR102", f"more than {MAX_BYTES:,} bytes", span, _TOO_LARGE)], 0
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(error, name)], 0
    if bad := _CONTROL.search(text):
        span = _span_of_offset(Source(name, tuple(_LINE_END.split(text))), text, bad.start())
        message = f"control character U+{ord(bad.group()):04X} is not allowed in YAML"
        help_line = "delete it; some editors show it only on request"
        if bad.group() == "\0":
            help_line = "save the file as UTF-8 in your editor: it looks like UTF-16, or like no text at all"
        return None, [Finding("SR116", message, span, help_line)], 0
    # Without control characters, Python's line ends are those of YAML, and found much faster than by an expression.
    lines = text.splitlines()
    if not text or _LINE_END.match(text[-1]):
        lines.append("")  # where findings at the end of the file point
    source = Source(name, tuple(lines))
    composer = _Composer(source, most_values)
    return composer.read(text), composer.findings, composer.size


# What a named tuple's own constructor calls in the end, at half the cost: there is one of these for each value.
_new = tuple.__new__
_TOO_LARGE = "a policy is rules; keep data elsewhere"
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# What YAML 1.2 does not call printable (section 5.1); a byte order mark is only allowed at the start. The printable
# turned round would say the same, but takes Python thirty times as long to compile.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def _not_utf8(error: UnicodeDecodeError, name: str) -> Finding:
    # What is no UTF-8 shows as a mark in the excerpt; the rest of the line helps to find it.
    source = Source(name, tuple(_LINE_END.split(error.object.decode("utf-8", "replace"))))
    span = _span_of_offset(source, error.object[: error.start].decode("utf-8"), error.start)
    message = f"byte 0x{error.object[error.start]:02X} is not valid UTF-8"
    return Finding("SR103", message, span, "save the file as UTF-8 in your editor")


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
    """
    A collection whose end has not been read yet: `entries` holds those of a mapping by their keys; None in a sequence.

    `size` (values, itself included) and `depth` (levels) count with aliases written out.
    """

    start: Any
    items: list[Node]
    entries: dict[str, tuple[Scalar, Node]] | None
    key: Scalar | None = None
    size: int = 1
    depth: int = 1


class _Composer:
    def __init__(self, source: Source, most_values: int) -> None:
        self.source = source
        self.most_values = most_values
        self.findings: list[Finding] = []
        # Node, size, depth; None for an anchor whose value has not ended yet.
        self.anchors: dict[str, tuple[Node, int, int] | None] = {}
        self.values = 0
        self.aliased = 0
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.size = 0
        self.documents = 0
        self._taken: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.DocumentStartEvent: self._start_document,
            yaml.ScalarEvent: self._add_scalar,
            yaml.AliasEvent: self._add_alias,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
        }

    def read(self, text: str) -> Mapping | None:
        try:
            for event in _events(text):
                if (take := self._taken.get(type(event))) is not None:
                    take(event)
        except yaml.MarkedYAMLError as error:
            self.findings.append(syntax_finding(error, self.source))
            return None
        except _Stop as stop:
            self.findings.append(stop.finding)
            return None
        if not isinstance(self.root, Mapping):
            message, span = "the file holds no section", Span(self.source, 1, 1, 1, 1)
            if self.root is not None:
                message, span = "the file is not a mapping of sections", self.root.span
            self.findings.append(Finding("SR114", message, span, "start with a section such as `policy: NAME`"))
            return None
        return self.root

    def _start_document(self, event: yaml.Event) -> None:
        self.documents += 1
        if self.documents > 1:
            help_line = "put each section into one file without `---` between"
            raise _Stop(self._at(event, "SR113", "a second document starts here", help_line))

    def _add_scalar(self, event: Any) -> None:
        text: str = event.value
        span = self._span(event, event)
        if event.tag is not None:
            self._refuse_tag(event)
        if event.style == '"' and (bad := _CONTROL.search(text)):
            message = f"the escape of control character U+{ord(bad.group()):04X} is not allowed"
            raise _Stop(Finding("SR116", message, span, "delete it: no text of a policy needs it"))
        # implicit[0] is true for plain scalars only; quoted and block scalars are text.
        value = self._resolve(text, span) if event.implicit[0] else text
        self._add(_new(Scalar, (value, text, span)), event.anchor)

    def _open(self, event: Any) -> None:
        self._check_depth(event, 1)
        self._refuse_tag(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.stack.append(_Open(event, [], {} if type(event) is yaml.MappingStartEvent else None))

    def _check_depth(self, event: yaml.Event, more: int) -> None:
        if len(self.stack) + more > MAX_DEPTH:
            raise _Stop(
                self._at(
                    event,
                    "SR105",
                    f"nested more than {MAX_DEPTH} levels deep",
                    "a condition that deep cannot be reviewed; split it into schemes",
                )
            )

    def _close(self, event: Any) -> None:
        top = self.stack.pop()
        span = self._span(top.start, event)
        entries = top.entries
        node = Sequence(tuple(top.items), span) if entries is None else Mapping(tuple(entries.values()), span)
        self._add(node, top.start.anchor, top.size, top.depth)

    def _add(self, node: Node, anchor: str | None, size: int = 1, depth: int = 0) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, size, depth)
        self.values += 1
        if self.values > self.most_values:
            message = f"more than {MAX_VALUES:,} values in the policy"
            raise _Stop(Finding("SR102", message, node.span, _TOO_LARGE))
        if not self.stack:
            self.root, self.size = node, size
            return
        top = self.stack[-1]
        top.size += size
        if depth >= top.depth:
            top.depth = depth + 1
        if top.entries is None:
            top.items.append(node)
        elif top.key is None:
            top.key = self._key(node)
        else:
            self._add_entry(top.entries, top.key, node)
            top.key = None

    def _add_entry(self, entries: dict[str, tuple[Scalar, Node]], key: Scalar, node: Node) -> None:
        first = entries.get(key.text)
        if first is None:
            entries[key.text] = (key, node)
            return
        message = f"key `{key.text}` stands twice in this mapping, first in line {first[0].span.line}"
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
        if len(node.text) > MAX_KEY:
            message = f"a key of more than {MAX_KEY} characters"
            raise _Stop(Finding("SR111", message, node.span, "write a name as key and the text behind the colon"))
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
        if event.anchor not in self.anchors:
            raise _Stop(
                self._at(
                    event,
                    "SR104",
                    f"alias `*{event.anchor}` has no anchor before it",
                    f"put `&{event.anchor}` before the value that is meant",
                )
            )
        target = self.anchors[event.anchor]
        if target is None:
            raise _Stop(
                self._at(
                    event,
                    "SR107",
                    f"alias `*{event.anchor}` stands inside its own anchor",
                    "write the value out",
                )
            )
        node, size, depth = target
        self._check_depth(event, depth)
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
        self._add(node, None, size, depth)

    def _resolve(self, text: str, span: Span) -> str | int | float | bool | None:
        try:
            return resolved(text)
        except OverflowError:
            help_line = "put it in quotes if it is text, such as a phone number"
            self.findings.append(Finding("SR112", f"number `{shorten(text)}` is out of range", span, help_line))
            return text

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            written = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise _Stop(
                self._at(
                    event,
                    "SR108",
                    f"tag `{shorten(written)}` is not allowed",
                    "write plain values; quote a text that starts with `!`",
                )
            )

    def _span(self, start: Any, end: Any) -> Span:
        first, last = start.start_mark, end.end_mark
        return _new(Span, (self.source, first.line + 1, first.column + 1, last.line + 1, last.column + 1))

    def _at(self, event: yaml.Event, code: str, message: str, help_line: str) -> Finding:
        return Finding(code, message, self._span(event, event), help_line)


def _events(text: str) -> Iterator[yaml.Event]:
    # libyaml where PyYAML was built with it (all its wheels are): about ten times as fast.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return iter(loader(text).get_event, None)
