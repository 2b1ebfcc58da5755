"""
The network that the engine makes of the productions of a stage, foretold to keep within its limits.

Productions whose comparisons begin alike share nodes. While a fact is matched, the children of a node that hold wait
on a stack. What may wait there at once is counted as if all held but equalities of one column with different values.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from svcrules.evaluators.rete.columns import Literal

# What durable-rules 2.0.28 was measured to bear; beyond it there are errors, endless loops and crashes.
MOST_BESIDE = 500
"""Distinct conditions under one node."""
MOST_WAITING = 60
"""Nodes that wait at once while a fact is matched."""
MOST_IDENTICAL = 200
"""Productions with the same condition."""
MOST_COLUMNS = 240
"""Columns of a fact, besides those that the engine itself needs."""


@dataclass(slots=True)
class _Node:
    """`waiting` is how many nodes may wait while those below this one are matched."""

    children: dict[Literal, _Node] = field(default_factory=dict)
    together: set[Hashable] = field(default_factory=set)
    ends: int = 0
    deepest: int = 1

    @property
    def waiting(self) -> int:
        return len(self.together) - 1 + self.deepest if self.together else 0

    def child(self, literal: Literal) -> _Node:
        self.together.add(literal.column if literal.is_equality else literal)
        return self.children.setdefault(literal, _Node())


class Network:
    """Its root stands for the comparison that tells the stage, which all its productions begin with."""

    def __init__(self) -> None:
        self._root = _Node()
        self._columns: set[str] = set()

    def take(self, literals: tuple[Literal, ...]) -> bool:
        """Add a production; False: a limit is passed now, so that the network is of no more use."""
        way = [self._root]
        for literal in literals:
            way.append(way[-1].child(literal))
        way[-1].ends += 1
        for above, below in zip(reversed(way[:-1]), reversed(way[1:]), strict=True):
            above.deepest = max(above.deepest, below.waiting)
        self._columns.update(literal.column for literal in literals)
        return (
            len(self._columns) <= MOST_COLUMNS
            and self._root.waiting <= MOST_WAITING
            and all(len(node.children) <= MOST_BESIDE for node in way)
            and way[-1].ends <= MOST_IDENTICAL
        )
