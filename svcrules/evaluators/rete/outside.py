"""Conditions that the engine cannot decide safely, read plainly outside of it."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any as Anything

from svcrules.language.model import All, Any, Condition, Not, Test, Value
from svcrules.language.words import Word, comparable, joins, word

Values = Mapping[str, Value]

# A ticket's few texts are each looked into many times.
_comparable = lru_cache(maxsize=4)(comparable)


def outcome(condition: Condition) -> Callable[[Values], bool]:
    """Return what says whether the condition holds for a ticket's values."""
    match condition:
        case All(parts=parts):
            inner = tuple(map(outcome, parts))
            return lambda values: all(holds(values) for holds in inner)
        case Any(parts=parts):
            inner = tuple(map(outcome, parts))
            return lambda values: any(holds(values) for holds in inner)
        case Not(part=part):
            holds = outcome(part)
            return lambda values: not holds(values)
        case Test(field=field, operator="present", operand=wanted):
            return lambda values: (field in values) is wanted
    field, passes = condition.field, _passes(condition)
    return lambda values: field in values and passes(values[field])


def _passes(test: Test) -> Callable[[Anything], bool]:
    match test.operator:
        case "mentions":
            return _mentions(test)
        case "matches":
            return _matches(test)
    compare, operand = _COMPARISONS[test.operator], test.operand
    return lambda value: compare(value, operand)


_COMPARISONS: dict[str, Callable[[Anything, Anything], bool]] = {
    "equal": operator.eq,
    "one_of": lambda value, operands: value in operands,
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
    "between": lambda value, bounds: bounds[0] <= value <= bounds[1],
    "has": operator.contains,
    "has_any": lambda value, operands: not set(operands).isdisjoint(value),
    "has_all": lambda value, operands: set(operands).issubset(value),
}


def _matches(test: Test) -> Callable[[str], bool]:
    import re2  # only policies with regular expressions pay for it

    options = re2.Options()
    options.log_errors = False
    pattern = re2.compile(str(test.operand), options)
    return lambda value: pattern.search(value) is not None


def _mentions(test: Test) -> Callable[[str], bool]:
    assert isinstance(test.operand, tuple)
    words = [word(str(written)) for written in test.operand]
    phrases = [word(written) for written in test.apart_from]

    def mentioned(value: str) -> bool:
        text = _comparable(value)
        found = [each for each in words if each.text in text]
        if not found:
            return False
        covers = [(len(phrase.text), list(_places(phrase, text))) for phrase in phrases if phrase.text in text]
        return any(
            not any(_covers(begins, length, begin, begin + len(each.text)) for length, begins in covers)
            for each in found
            for begin in _places(each, text)
        )

    return mentioned


def _places(looked_for: Word, text: str) -> Iterator[int]:
    """Yield where the text has the word as a whole, in order."""
    begin = text.find(looked_for.text)
    while begin >= 0:
        end = begin + len(looked_for.text)
        if not _goes_on(text, begin) and (looked_for.stem or not _goes_on(text, end)):
            yield begin
        begin = text.find(looked_for.text, begin + 1)


def _goes_on(text: str, place: int) -> bool:
    """Say whether a word or number goes on from the character before the place to the one there."""
    return 0 < place < len(text) and joins(text[place - 1]) and joins(text[place])


def _covers(begins: list[int], length: int, begin: int, end: int) -> bool:
    """Say whether one of the phrases of this length, which begin there, holds the stretch."""
    last = bisect_right(begins, begin) - 1
    return last >= 0 and begins[last] + length >= end
