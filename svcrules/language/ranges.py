"""Ranges of numbers: whether tests that stand together leave any value of a field."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from svcrules.language.model import Field, FieldType, Test


@dataclass(frozen=True, slots=True)
class _Range:
    """
    The numbers between two bounds. Each bound is a pair that sorts by how much it shuts out:
    `low` is (number, excluded), `high` is (number, included).
    """

    low: tuple[float, bool] = (-math.inf, False)
    high: tuple[float, bool] = (math.inf, True)

    def narrowed(self, operator: str, numbers: list[float]) -> _Range:
        match operator:
            case "at_least" | "more_than":
                return _Range(max(self.low, (numbers[0], operator == "more_than")), self.high)
            case "at_most" | "less_than":
                return _Range(self.low, min(self.high, (numbers[0], operator == "at_most")))
            case "between" | "equal":
                low, high = numbers[0], numbers[-1]
                return _Range(max(self.low, (low, False)), min(self.high, (high, True)))
        return self

    def of_integers(self) -> _Range:
        """The same range with both bounds moved inwards to whole numbers, included."""
        (low, excluded), (high, included) = self.low, self.high
        if math.isfinite(low):
            low = math.floor(low) + 1 if excluded else math.ceil(low)
        if math.isfinite(high):
            high = math.floor(high) if included else math.ceil(high) - 1
        return _Range((low, False), (high, True))

    @property
    def empty(self) -> bool:
        (low, excluded), (high, included) = self.low, self.high
        return low > high or (low == high and (excluded or not included))


def some_number(field: Field, tests: Iterable[Test]) -> bool:
    """Say whether some number within the bounds of the field passes all the tests."""
    start = _Range()
    if field.minimum is not None:
        start = start.narrowed("at_least", [field.minimum])
    if field.maximum is not None:
        start = start.narrowed("at_most", [field.maximum])
    ranges = [start]
    for test in tests:
        numbers = _numbers(test)
        if test.operator == "one_of":
            ranges = [range_.narrowed("equal", [number]) for range_ in ranges for number in numbers]
        else:
            ranges = [range_.narrowed(test.operator, numbers) for range_ in ranges]
    if field.type is FieldType.INTEGER:
        ranges = [range_.of_integers() for range_ in ranges]
    return not all(range_.empty for range_ in ranges)


def _numbers(test: Test) -> list[float]:
    values = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    return [value for value in values if isinstance(value, int | float)]
