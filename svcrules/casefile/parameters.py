"""Parameters: a text that is `$NAME` stands for the value of that name."""

from __future__ import annotations

import re

from svcrules.diagnostics import Finding, nearest
from svcrules.language.document import Mapping, Node, Scalar, Sequence

_NAME = re.compile(r"\$([a-z][a-z0-9_]*)")


class Parameters:
    """The values of one variant; `used` gathers the names that stand somewhere, `findings` those that have no value."""

    def __init__(self, variant: Mapping | None) -> None:
        self._values = {key.text: value for key, value in variant.entries} if variant is not None else {}
        self.used: set[str] = set()
        self.findings: list[Finding] = []

    def filled(self, node: Node) -> Node:
        """Return the node with the values in the places of their names; they keep their own places in the file."""
        match node:
            case Scalar(value=str(written)) if match := _NAME.fullmatch(written):
                return self._value(node, match[1])
            case Sequence(items=items, span=span):
                return Sequence(tuple(self.filled(item) for item in items), span)
            case Mapping(entries=entries, span=span):
                return Mapping(tuple((key, self.filled(value)) for key, value in entries), span)
        return node

    def _value(self, node: Scalar, name: str) -> Node:
        self.used.add(name)
        value = self._values.get(name)
        if value is None:
            advice = nearest(name, self._values) or "give it in each entry of `parameters` of this test"
            self.findings.append(Finding("SR703", f"no parameter `{name}`", node.span, advice))
            return node
        return value

    def unused(self) -> set[str]:
        return self._values.keys() - self.used
