"""A ticket while it is being decided: facts, results as they come in, and what was found in its texts."""

from __future__ import annotations

from svcrules.evaluators.texts import Bits, Texts
from svcrules.language.model import Value


class Ticket:
    """
    `values` holds the facts and, as they are decided, the results of schemes and priority; `found` what each text that
    is there has of all that the policy looks for.
    """

    __slots__ = ("found", "values")

    def __init__(self, values: dict[str, Value], texts: Texts, before: Ticket | None = None) -> None:
        self.values = values
        self.found: dict[str, Bits] = {}
        for field, index in texts.items():
            text = values.get(field)
            if not isinstance(text, str):
                continue
            if before is not None and before.values.get(field) == text:
                self.found[field] = before.found[field]
            else:
                self.found[field] = index.found_in(text)
