"""Values of fields on and beside the boundaries that conditions draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from svcrules.agreement.texts import beside, text_for, values_of
from svcrules.language.model import Field, FieldType, Test

Wish = tuple[Test, bool]
"""A test, and whether it should pass."""
Wishes = list[Wish]

_TEXTS = ("", " ", "x", "漏气", "I'm  Ｏ\u200bK")
_LARGE = (2**53 + 1, -(2**63), 10**20)
_DAYS = ("2026-02-28", "0001-01-01", "9999-12-31")


def value_for(field: Field, wishes: Wishes, random: Random) -> Any:
    """Return a JSON value of the field, or None for none, that passes the tests that should pass, and no others."""
    tests = [test for test, _ in wishes]
    if field.type is FieldType.TEXT and not _may_be_absent(wishes, random):
        return text_for(wishes, random)
    candidates = values_beside(field, tests)
    random.shuffle(candidates)
    for value in candidates:
        if all(passes(test, value) is wanted for test, wanted in wishes):
            return value
    return random.choice(candidates)


def _may_be_absent(wishes: Wishes, random: Random) -> bool:
    absent = all(passes(test, None) is wanted for test, wanted in wishes)
    return absent and (random.random() < 0.3 or any(test.operator == "present" for test, _ in wishes))


def disturbed(field: Field, test: Test, value: Any, random: Random) -> Any:
    """Return another JSON value of the field, or None for none, as near to the boundary of the test as can be."""
    if field.type is FieldType.TEXT:
        texts = [text_for([(test, False)], random), text_for([(test, True)], random)]
        if isinstance(value, str):
            texts.append(beside(value, random))
        return random.choice([*texts, None])
    return random.choice([other for other in values_beside(field, [test]) if other != value] or [None])


def values_beside(field: Field, tests: Iterable[Test]) -> list[Any]:
    """Return the values on and beside the boundaries of the tests, and none."""
    candidates = list(_BESIDE[field.type](field, [operand for test in tests for operand in _operands(test)]))
    return [None, *candidates]


def _operands(test: Test) -> tuple[Any, ...]:
    if test.operator == "present":
        return ()
    return test.operand if isinstance(test.operand, tuple) else (test.operand,)


def passes(test: Test, value: Any) -> bool:
    """Say whether the JSON value passes the test, which looks at no words; absent values are None."""
    if value is None:
        return test.operator == "present" and test.operand is False
    holds = _HOLDS.get(test.operator)
    if holds is not None:
        return holds(value, test.operand)
    return isinstance(value, str) and value in values_of(test)


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "equal": lambda value, operand: bool(value == operand),
    "one_of": lambda value, operand: value in operand,
    "at_least": lambda value, operand: bool(value >= operand),
    "more_than": lambda value, operand: bool(value > operand),
    "at_most": lambda value, operand: bool(value <= operand),
    "less_than": lambda value, operand: bool(value < operand),
    "between": lambda value, operand: bool(operand[0] <= value <= operand[1]),
    "present": lambda value, operand: bool(operand),
    "has": lambda value, operand: operand in value,
    "has_any": lambda value, operand: any(item in value for item in operand),
    "has_all": lambda value, operand: all(item in value for item in operand),
}


def _listed(field: Field, operands: list[Any]) -> Iterator[Any]:
    yield from dict.fromkeys((*operands, *field.values))


def _lists(field: Field, operands: list[Any]) -> Iterator[Any]:
    named = list(dict.fromkeys((*operands, *(field.values or ("other", "")))))
    yield []
    yield [named[0], named[0]]
    for item in named:
        yield [item]
        yield [other for other in named if other != item]
    yield list(dict.fromkeys(operands))
    yield named


def _texts(field: Field, operands: list[Any]) -> Iterator[Any]:
    yield from (*operands, *_TEXTS)


def _integers(field: Field, operands: list[Any]) -> Iterator[Any]:
    bounds = [bound for bound in (field.minimum, field.maximum) if bound is not None]
    around = {whole + step for edge in (*operands, *bounds, 0) for whole in _whole(edge) for step in (-1, 0, 1)} | set(
        _LARGE
    )
    allowed = [number for number in sorted(around) if _is_within(field, number)]
    yield from allowed
    # To JSON, 3.0 is as whole as 3.
    yield from map(float, allowed[:2])


def _whole(edge: float) -> tuple[int, int]:
    return math.floor(edge), math.ceil(edge)


def _numbers(field: Field, operands: list[Any]) -> Iterator[Any]:
    bounds = [bound for bound in (field.minimum, field.maximum) if bound is not None]
    for edge in dict.fromkeys((*operands, *bounds, 0)):
        near = (edge, edge - 1, edge + 1, edge - 0.01, edge + 0.01, math.nextafter(edge, -math.inf))
        for number in (*near, math.nextafter(edge, math.inf), float(edge)):
            if _is_within(field, number):
                yield number
    yield from (number for number in _LARGE if _is_within(field, number))


def _is_within(field: Field, number: float) -> bool:
    return (field.minimum is None or number >= field.minimum) and (field.maximum is None or number <= field.maximum)


def _dates(field: Field, operands: list[Any]) -> Iterator[Any]:
    for day in map(date.fromisoformat, operands or _DAYS[:1]):
        for step in (-1, 0, 1):
            try:
                yield (day + timedelta(days=step)).isoformat()
            except OverflowError:
                continue
    yield from _DAYS


_BESIDE: dict[FieldType, Callable[[Field, list[Any]], Iterable[Any]]] = {
    FieldType.ONE_OF: _listed,
    FieldType.SOME_OF: _lists,
    FieldType.LIST: _lists,
    FieldType.TEXT: _texts,
    FieldType.INTEGER: _integers,
    FieldType.NUMBER: _numbers,
    FieldType.DATE: _dates,
    FieldType.BOOLEAN: lambda field, operands: (True, False),
}
