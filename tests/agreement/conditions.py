"""Conditions for drawn policies: every operator, nested."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.agreement.draft import Draft, Json
from tests.strategies import COMPARISONS, LABELS, PATTERNS, PHRASES, WORDS

NUMBERS = (0, 3, 10, -2)
AMOUNTS = (0.5, 3, 10, -0.01)
DATES = ("2026-02-28", "2026-10-01", "2028-02-29")
TEXTS = ("Ann", "fire", "漏气", "")
_DEEPEST = 3


def condition(draft: Draft, depth: int = 0) -> Json:
    """Draw a condition on what the draft has declared so far."""
    kind = draft.number(0, 9)
    if depth == _DEEPEST or kind < 5:
        return _tests(draft, 1)
    if kind < 7:
        return _tests(draft, 3)
    if kind == 7:
        return {"not": condition(draft, depth + 1)}
    nested: Json = {draft.one(("all", "any")): [condition(draft, depth + 1) for _ in range(draft.number(1, 3))]}
    return nested | _tests(draft, 1) if draft.maybe(30) else nested


def maybe_when(draft: Draft, percent: int = 60) -> Json:
    return {"when": condition(draft)} if draft.maybe(percent) else {}


def _tests(draft: Draft, most: int) -> Json:
    return {name: _test(draft, draft.tested[name]) for name in draft.some(list(draft.tested), most)}


def _test(draft: Draft, declared: Json, negated: int = 0) -> Any:
    if negated < _DEEPEST and draft.maybe(15):
        return {"not": _test(draft, declared, negated + 1)}
    if draft.maybe(8):
        return {"present": draft.maybe()}
    if "one_of" in declared:
        return _of_values(draft, declared["one_of"])
    if "some_of" in declared:
        return _of_list(draft, declared["some_of"])
    return _BY_TYPE[declared.get("type", "integer")](draft)


def _of_values(draft: Draft, values: Any) -> Any:
    listed = tuple(values)
    if draft.maybe(10):
        return {"present": True, "not": draft.one(listed)}
    return draft.one(listed) if draft.maybe() else draft.some(listed)


def _of_list(draft: Draft, values: Any) -> Json:
    listed = tuple(values)
    test: Json = draft.one(
        (
            {"has": draft.one(listed)},
            {"has_any": draft.some(listed)},
            {"has_all": draft.some(listed)},
        )
    )
    return test | {"present": True} if draft.maybe(10) else test


def _ordered(draft: Draft, values: tuple[Any, ...]) -> Any:
    low, high = sorted((draft.one(values), draft.one(values)))
    kind = draft.number(0, 6)
    if kind < 2:
        return _of_values(draft, values)
    if kind == 2:
        return {"between": [low, high]}
    if kind == 3:
        return {draft.one(("at_least", "more_than")): low, draft.one(("at_most", "less_than")): high}
    return {draft.one(COMPARISONS): low}


def _text(draft: Draft) -> Any:
    kind = draft.number(0, 9)
    if kind < 2:
        return _of_values(draft, TEXTS)
    if kind < 4:
        return {"matches": draft.one(PATTERNS)}
    test: Json = {"mentions": draft.some(WORDS, 4)}
    if kind < 7:
        test["apart_from"] = draft.some(PHRASES)
    if kind == 9:
        test["matches"] = draft.one(PATTERNS)
    return test


_BY_TYPE: dict[str, Callable[[Draft], Any]] = {
    "integer": lambda draft: _ordered(draft, NUMBERS),
    "number": lambda draft: _ordered(draft, AMOUNTS),
    "date": lambda draft: _ordered(draft, DATES),
    "text": _text,
    "boolean": lambda draft: draft.maybe(),
    "list": lambda draft: _of_list(draft, LABELS),
}
