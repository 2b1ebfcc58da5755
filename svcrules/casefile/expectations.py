"""What a test expects, as written, to single things that must hold; names and values are checked against the policy."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from svcrules.casefile.model import Asking, Expected, Firing, Value
from svcrules.casefile.names import ACTIONS, Names
from svcrules.casefile.times import parse_instant, parse_span
from svcrules.diagnostics import Finding, listing, nearest, shorten
from svcrules.language.document import Mapping, Node, Scalar, Sequence
from svcrules.time.text import Unreadable

T = TypeVar("T")


class Expectations:
    """Reads nodes that fit the schema; what is wrong with them goes to `findings`."""

    def __init__(self, names: Names, zone: ZoneInfo, findings: list[Finding]) -> None:
        self._names = names
        self._zone = zone
        self._findings = findings

    def read(self, expect: Mapping) -> Iterator[Expected]:
        for key, node in expect.entries:
            match key.text:
                case "classification":
                    yield from self._classification(node)
                case "route":
                    yield from self._route(node)
                case "clocks":
                    yield from self._clocks(node)
                case name:
                    yield Expected((name,), self._single(name, node), node)

    def _single(self, name: str, node: Node) -> Value:
        match name:
            case "priority":
                return self._value(node, "priority", self._names.levels)
            case "rules":
                return self._named(node, "rule", self._names.rules)
            case "violations":
                return self._named(node, "rule of `intake` or `closing`", self._names.violable)
            case "actions":
                return self._named(node, "action", ACTIONS)
            case "asked":
                return tuple(self._asking(item) for item in _items(node))
            case "fired" | "not_fired":
                return tuple(self._firing(item) for item in _items(node))
        return _text(node)

    def _classification(self, node: Node) -> Iterator[Expected]:
        for key, value in _entries(node):
            values = self._names.schemes.get(key.text)
            if values is None:
                self._unknown("scheme", key, self._names.schemes)
            else:
                yield Expected(("classification", key.text), self._value(value, key.text, values), value)

    def _route(self, node: Node) -> Iterator[Expected]:
        for key, value in _entries(node):
            path = ("route", key.text)
            if key.text == "notify":
                yield Expected(path, self._named(value, "team", self._names.teams), value)
                continue
            person = key.text == "owner" and self._names.persons
            if isinstance(value, Scalar) and value.value is not None and not person:
                self._known("team", value, self._names.teams)
            yield Expected(path, _text(value), value)

    def _clocks(self, node: Node) -> Iterator[Expected]:
        for key, clock in _entries(node):
            if key.text not in self._names.clocks:
                self._unknown("clock", key, self._names.clocks)
                continue
            for what, value in _entries(clock):
                yield Expected(("clocks", key.text, what.text), self._of_clock(key.text, what.text, value), value)

    def _of_clock(self, clock: str, what: str, node: Node) -> Value:
        assert isinstance(node, Scalar)
        if node.value is None or isinstance(node.value, bool):
            return node.value
        match what:
            case "due":
                return self._instant(node, node.text)
            case "used" | "left" | "margin":
                return self._read(node, parse_span(node.text))
            case "rule":
                self._known(f"rule for clock `{clock}`", node, self._names.limits.get(clock, frozenset()))
        return node.text

    def _instant(self, node: Scalar, text: str) -> datetime | None:
        return self._read(node, parse_instant(text, self._zone))

    def _read(self, node: Scalar, value: T | Unreadable) -> T | None:
        if isinstance(value, Unreadable):
            self._findings.append(Finding("SR701", value.message, node.span, value.help))
            return None
        return value

    def _firing(self, node: Scalar) -> Firing:
        name, colon, time = node.text.partition(": ")
        if name not in self._names.firings:
            self._unknown("warning, breach, step or duty", node._replace(text=name), self._names.firings)
        return Firing(name, self._instant(node, time) if colon else None)

    def _asking(self, node: Scalar) -> Asking:
        text, colon, time = node.text.partition(": ")
        do, *words = text.split() or [""]
        if do not in ACTIONS:
            self._unknown("action", node._replace(text=do), ACTIONS)
        for word in words:
            if word not in self._names.in_actions and not self._names.persons:
                self._unknown("rule, team, task, clock or kind", node._replace(text=word), self._names.in_actions)
        return Asking((do, *words), self._instant(node, time) if colon else None)

    def _value(self, node: Node, name: str, values: Collection[str]) -> str | None:
        assert isinstance(node, Scalar)
        if node.value is not None and node.text not in values:
            message = f"`{shorten(node.text)}` is not a value of `{name}`"
            help_line = nearest(shorten(node.text), values) or f"known values: {listing(values)}"
            self._findings.append(Finding("SR707", message, node.span, help_line))
        return _text(node)

    def _named(self, node: Node, kind: str, known: Collection[str]) -> tuple[str, ...]:
        items = _items(node)
        for item in items:
            self._known(kind, item, known)
        return tuple(item.text for item in items)

    def _known(self, kind: str, node: Scalar, known: Collection[str]) -> None:
        if node.text not in known:
            self._unknown(kind, node, known)

    def _unknown(self, kind: str, node: Scalar, known: Collection[str]) -> None:
        policy = self._names.policy.name
        advice = nearest(shorten(node.text), known) or (
            f"known here: {listing(sorted(known))}" if known else f"the policy `{policy}` has none"
        )
        self._findings.append(Finding("SR706", f"unknown {kind} `{shorten(node.text)}`", node.span, advice))


def _entries(node: Node) -> tuple[tuple[Scalar, Node], ...]:
    assert isinstance(node, Mapping)
    return node.entries


def _items(node: Node) -> tuple[Scalar, ...]:
    assert isinstance(node, Sequence)
    return tuple(item for item in node.items if isinstance(item, Scalar))


def _text(node: Node) -> str | None:
    assert isinstance(node, Scalar)
    return None if node.value is None else node.text
