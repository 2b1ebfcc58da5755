"""A ticket while it is being decided: facts, results as they come in, and what was found in its texts."""

from __future__ import annotations

from collections.abc import Mapping

from svcrules.evaluators.matchers import Found, WordIndex
from svcrules.language.model import Value


class Ticket:
    """
    Lives for one decision. `values` holds the facts and, as they are decided, the results of schemes and priority.
    """

    __slots__ = ("_found", "_words", "values")

    def __init__(self, values: dict[str, Value], words: Mapping[str, WordIndex]) -> None:
        self.values = values
        self._words = words
        self._found: dict[str, Found] = {}

    def found(self, field: str) -> Found:
        """Return the words of the policy that the field mentions; none where it is absent."""
        words = self._found.get(field)
        if words is None:
            text = self.values.get(field)
            words = self._words[field].found_in(text) if isinstance(text, str) else {}
            self._found[field] = words
        return words
