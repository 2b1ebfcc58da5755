"""Conditions and texts, read off docs/language.md."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import re2

from svcrules.decision import Fact
from svcrules.language import model
from svcrules.language.model import Condition, Test, Value

Facts = tuple[Fact, ...]
Values = Mapping[str, Value]


def holds(condition: Condition | None, values: Values) -> bool:
    """An absent field fails every test but `present: false` and a `not` around it. What has no condition holds."""
    match condition:
        case None:
            return True
        case model.All(parts=parts):
            return all(holds(part, values) for part in parts)
        case model.Any(parts=parts):
            return any(holds(part, values) for part in parts)
        case model.Not(part=part):
            return not holds(part, values)
        case Test(operator="present"):
            return (condition.field in values) == condition.operand
    return condition.field in values and bool(PASSES[condition.operator](values[condition.field], condition))


PASSES: dict[str, Callable[[Any, Any], Any]] = {
    "equal": lambda value, test: value == test.operand,
    "one_of": lambda value, test: value in test.operand,
    "at_least": lambda value, test: value >= test.operand,
    "more_than": lambda value, test: value > test.operand,
    "at_most": lambda value, test: value <= test.operand,
    "less_than": lambda value, test: value < test.operand,
    "between": lambda value, test: test.operand[0] <= value <= test.operand[1],
    "has": lambda value, test: test.operand in value,
    "has_any": lambda value, test: set(test.operand) & set(value),
    "has_all": lambda value, test: set(test.operand) <= set(value),
    "mentions": lambda value, test: mentioned(value, test.operand, test.apart_from),
    "matches": lambda value, test: matched(value, test.operand),
}


def because(condition: Condition | None, values: Values) -> Facts:
    """Why a condition holds: all parts of an `all`, the first of an `any` that holds, all that is said to a `not`."""
    match condition:
        case model.All(parts=parts):
            return once(fact for part in parts for fact in because(part, values))
        case model.Any(parts=parts):
            return because(next(part for part in parts if holds(part, values)), values)
    return said(condition, values)


def said(condition: Condition | None, values: Values) -> Facts:
    """What the ticket says to each test of a condition, passed or not."""
    facts = []
    for test in model.tests_in(condition) if condition else ():
        value = values.get(test.field)
        looks = test.operator in ("mentions", "matches") and value is not None
        facts.append(Fact(test.field, found=PASSES[test.operator](value, test)) if looks else Fact(test.field, value))
    return once(facts)


def once(facts: Iterable[Fact]) -> Facts:
    return tuple(dict.fromkeys(facts))


def matched(text: str, expression: str) -> tuple[str, ...]:
    """The leftmost part of the text, as written, that matches; of a long one the beginning."""
    match = re2.search(expression, text)
    return (match[0][:200],) if match else ()


def mentioned(text: str, words: tuple[str, ...], apart_from: tuple[str, ...]) -> tuple[str, ...]:
    """The words found at some place that lies inside none of the phrases."""
    text = comparable(text)

    def counts(begin: int, end: int) -> bool:
        return not any(b <= begin and end <= e for phrase in apart_from for b, e in places(phrase, text))

    return tuple(word for word in words if any(counts(*place) for place in places(word, text)))


def places(written: str, text: str) -> list[tuple[int, int]]:
    """Where a word stands in a comparable text: as a whole, or with any ending if it has a star."""
    word = comparable_word(written)
    bare = word.rstrip("*").rstrip()
    if bare not in text:
        return []
    begins = [at for at in range(len(text)) if text.startswith(bare, at)]
    spans = [(begin, begin + len(bare)) for begin in begins if not goes_on(text, begin)]
    return [(begin, end) for begin, end in spans if word.endswith("*") or not goes_on(text, end)]


def goes_on(text: str, at: int) -> bool:
    """Whether a word of an alphabet, or a number, goes on from the character before `at` to the one there."""
    return 0 < at < len(text) and all(map(in_word, text[at - 1 : at + 1]))


def in_word(character: str) -> bool:
    kind = unicodedata.name(character, "").split(" ")[0]
    return kind == "COMBINING" or (character.isalnum() and kind in ("LATIN", "GREEK", "CYRILLIC", "DIGIT"))


@cache
def comparable_word(written: str) -> str:
    """The one thing that is kept: a policy's words are few, and are looked for in every text."""
    return comparable(written).strip()


def comparable(text: str) -> str:
    """NFKC and case folding, plain apostrophes, single spaces, and nothing that cannot be seen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(PLAIN)).casefold())
    return " ".join(folded.translate(PLAIN).split())


PLAIN = str.maketrans("\u2018\u2019\u02bc", "'''", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
