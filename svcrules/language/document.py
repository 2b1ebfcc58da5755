"""The document: YAML as written, in which every value knows where it stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from svcrules.diagnostics import Span


class Scalar(NamedTuple):
    """A single value; `text` is how it was written, without quotes. Keys are always used as `text`."""

    value: str | int | float | bool | None
    text: str
    span: Span


class Sequence(NamedTuple):
    items: tuple[Node, ...]
    span: Span


class Mapping(NamedTuple):
    """A mapping in the order of the file; keys are unique."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    def key(self, key: str) -> Scalar | None:
        for name, _ in self.entries:
            if name.text == key:
                return name
        return None


Node = Scalar | Sequence | Mapping
Path = tuple[str | int, ...]


def plain(node: Node) -> Any:
    """Return the node as JSON values (str, int, float, bool, None, list, dict)."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


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
