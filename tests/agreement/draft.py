"""A policy being drawn: what it has declared so far is what later parts can name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, TypeVar

from svcrules.language.model import STANDARD_EVENT_TYPES

Json = dict[str, Any]
Item = TypeVar("Item")


@dataclass(slots=True)
class Draft:
    """
    `random` may be one of Hypothesis, which then shrinks what is drawn from it.

    `fields` are the declarations by name, results of schemes among them as `one_of` fields; `clocks` those with a name
    that steps can hang on.
    """

    random: Random
    fields: dict[str, Json] = field(default_factory=dict)
    results: dict[str, Json] = field(default_factory=dict)
    teams: list[str] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    clocks: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=lambda: list(STANDARD_EVENT_TYPES))
    _ids: Any = field(default_factory=lambda: count(1))

    def maybe(self, percent: int = 50) -> bool:
        # What is left out is the smaller number, since Hypothesis shrinks towards it.
        return self.random.randint(1, 100) > 100 - percent

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def one(self, items: Sequence[Item]) -> Item:
        return items[self.random.randint(0, len(items) - 1)]

    def some(self, items: Sequence[Item], most: int = 3) -> list[Item]:
        """Return some of the items, at least one, each once."""
        left = list(items)
        return [left.pop(self.random.randint(0, len(left) - 1)) for _ in range(self.number(1, min(most, len(left))))]

    def id(self, kind: str) -> str:
        return f"{kind}-{next(self._ids)}"

    def named(self, kind: str, title: bool = True) -> Json:
        """Return the keys that every rule may have, with an id of its own."""
        rule: Json = {"id": self.id(kind)}
        if title or self.maybe(20):
            rule["title"] = {"en": kind.capitalize(), "zh": "规则"}
        if self.maybe(30):
            rule["cites"] = self.some(("manual-1.1", "manual-2.3-a"), 2)
        return rule

    @property
    def tested(self) -> dict[str, Json]:
        """All that conditions can test."""
        return self.fields | self.results

    def of_type(self, *keys: str) -> list[str]:
        """Return the fields that an event gives and that are declared by one of the keys or types."""
        return [name for name, said in self.fields.items() if said.get("type") in keys or set(keys) & said.keys()]
