"""Columns: what the engine sees of a ticket, as booleans, 32-bit integers and short words under names of our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import Any, NamedTuple

from svcrules.evaluators.rete.outside import outcome
from svcrules.language.model import Condition, FieldType, Policy, Test, Value, tests_in

Encoded = bool | int | str

# What the engine calls the comparisons; an equality has no name.
_COMPARISONS = {"at_least": "$gte", "more_than": "$gt", "at_most": "$lte", "less_than": "$lt"}

_SAFE_WORD = re.compile(r"[A-Za-z0-9_-]{1,200}")
_MOST = 2**31 - 1
"""The engine reads the integers of its rules as a C `long`, which has 32 bits on some systems."""
_MOST_DECIMALS = 6


class Literal(NamedTuple):
    """
    One comparison that the engine makes; `operator` is `equal` or a key of `_COMPARISONS`.

    `computed` says that the column holds the outcome of a condition, found outside the engine.
    """

    column: str
    operator: str
    operand: Encoded
    computed: bool = False

    @property
    def is_equality(self) -> bool:
        return self.operator == "equal"

    @property
    def pattern(self) -> dict[str, Any]:
        """The comparison in the engine's notation."""
        compared = {self.column: self.operand}
        return compared if self.is_equality else {_COMPARISONS[self.operator]: compared}


class _Encoding(NamedTuple):
    """How the engine sees the values of a field, and how an operand; None: not at all."""

    value: Callable[[Any], Encoded | None]
    operand: Callable[[Any], Encoded | None]


class Columns:
    """The columns that the conditions of a policy need; each is made when a literal of it is asked for."""

    def __init__(self, policy: Policy, conditions: Iterable[Condition]) -> None:
        self._encodings: dict[str, _Encoding] = {}
        operands = _numbers_compared(conditions)
        for name, field in policy.fields.items():
            encoding = _encoding(field.type, field.values, operands.get(name, ()))
            if encoding is not None:
                self._encodings[name] = encoding
        for scheme in policy.value_schemes:
            self._encodings[scheme.name] = _words(scheme.values)
        self._names: dict[str | Condition, str] = {}
        self._readers: dict[str, Callable[[Mapping[str, Value]], Encoded | None]] = {}

    def read(self, column: str, values: Mapping[str, Value]) -> Encoded | None:
        """Return what the engine is to see in the column; None: nothing, so that no comparison with it holds."""
        return self._readers[column](values)

    def computed(self, condition: Condition) -> Literal:
        """Return the literal that says that the condition holds."""
        holds = outcome(condition)
        column = self._column(condition, lambda values: holds(values) or None)
        return Literal(column, "equal", True, computed=True)

    def native(self, test: Test) -> Literal | None:
        """Return the test as the engine can make it, or None where it cannot do so safely."""
        field = test.field
        encoding = self._encodings.get(field)
        if encoding is None or (test.operator != "equal" and test.operator not in _COMPARISONS):
            return None
        operand = encoding.operand(test.operand)
        if operand is None:
            return None
        column = self._column(
            field, lambda values: encoding.value(values[field]) if values.get(field) is not None else None
        )
        return Literal(column, test.operator, operand)

    def _column(self, key: str | Condition, reader: Callable[[Mapping[str, Value]], Encoded | None]) -> str:
        # Names such as `c12` keep clear of the engine's own words, and of names with the same 32-bit hash.
        name = self._names.setdefault(key, f"c{len(self._names)}")
        self._readers.setdefault(name, reader)
        return name


def _encoding(type_: FieldType, values: Collection[str], operands: Iterable[Decimal]) -> _Encoding | None:
    match type_:
        case FieldType.ONE_OF:
            return _words(values)
        case FieldType.BOOLEAN:
            return _Encoding(_boolean, _boolean)
        case FieldType.DATE:
            return _Encoding(_date, _date)
        case FieldType.INTEGER | FieldType.NUMBER:
            return _numbers(min(max(map(_decimals, operands), default=0), _MOST_DECIMALS))
    return None


def _words(values: Collection[str]) -> _Encoding:
    safe = frozenset(value for value in values if _SAFE_WORD.fullmatch(value))

    def word(value: object) -> str | None:
        return value if isinstance(value, str) and value in safe else None

    return _Encoding(word, word)


def _boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _date(value: str) -> int:
    """Return 2026-10-01 as 20261001."""
    return int(value.replace("-", ""))


def _numbers(decimals: int) -> _Encoding:
    """
    Numbers as integers that compare alike.

    A number is scaled until operands with so many decimals are whole, then doubled: operands are even, and a number
    between two that can be operands is odd.
    """
    scale = 10**decimals

    def value(number: float) -> int:
        if abs(number) > _MOST:
            return _MOST if number > 0 else -_MOST
        exact = _exact(number) * scale
        floor = int(exact.to_integral_value(ROUND_FLOOR))
        doubled = 2 * floor if exact == floor else 2 * floor + 1
        return max(-_MOST, min(doubled, _MOST))

    def operand(number: float) -> int | None:
        encoded = value(number)
        return encoded if encoded % 2 == 0 else None  # the ends of the range are odd

    return _Encoding(value, operand)


def _exact(number: Any) -> Decimal:
    """Return the number as it is written; in this range the order is that of the numbers themselves."""
    return Decimal(repr(number))


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _numbers_compared(conditions: Iterable[Condition]) -> dict[str, list[Decimal]]:
    """Return the numbers with which each field is compared."""
    found: dict[str, list[Decimal]] = {}
    for condition in conditions:
        for test in tests_in(condition):
            operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
            numbers = (_exact(operand) for operand in operands if type(operand) in (int, float))
            found.setdefault(test.field, []).extend(numbers)
    return found
