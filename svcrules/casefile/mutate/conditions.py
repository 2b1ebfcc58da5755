"""Conditions with one change: another number, value or comparison, or a part less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from svcrules.casefile.mutate.amounts import next_of, shifted, with_, without
from svcrules.explain import describe
from svcrules.language.model import All, Any, Condition, Field, FieldType, Not, Policy, Test, Value


class Changed(NamedTuple):
    text: str
    condition: Condition


class Fields(NamedTuple):
    """The fields of a policy, and the values of its fields and results by name."""

    fields: Mapping[str, Field]
    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, policy: Policy) -> Fields:
        declared = {name: tuple(field.values) for name, field in policy.fields.items()}
        results = {scheme.name: tuple(scheme.values) for scheme in policy.value_schemes}
        return cls(policy.fields, {**declared, **results})


def changed_conditions(condition: Condition, fields: Fields) -> Iterator[Changed]:
    """Yield the condition with each single change that can make it another."""
    if isinstance(condition, Test):
        yield Changed(f"`{describe(condition)}` removed", All(()))
    yield from _changed(condition, fields)


def _changed(condition: Condition, fields: Fields) -> Iterator[Changed]:
    match condition:
        case Test():
            yield from _changed_test(condition, fields)
        case Not(part=part):
            yield Changed("`not` removed", part)
            for text, changed in _changed(part, fields):
                yield Changed(text, Not(changed))
        case All(parts=parts) | Any(parts=parts):
            kind = type(condition)
            for index, part in enumerate(parts):
                rest = without(parts, index)
                yield Changed(f"{_named(part)} removed", rest[0] if len(rest) == 1 else kind(rest))
                for text, changed in _changed(part, fields):
                    yield Changed(text, kind(with_(parts, index, changed)))


def _named(part: Condition) -> str:
    match part:
        case Test():
            return f"`{describe(part)}`"
        case Not(part=inner):
            return f"not {_named(inner)}"
        case All(parts=parts):
            return f"all of {len(parts)} tests"
        case Any(parts=parts):
            return f"any of {len(parts)} tests"


def _changed_test(test: Test, fields: Fields) -> Iterator[Changed]:
    for other in _other_tests(test, fields):
        yield Changed(f"`{describe(test)}` -> `{describe(other)}`", other)


def _other_tests(test: Test, fields: Fields) -> Iterator[Test]:
    operand = test.operand
    match test.operator:
        case "present":
            yield Test(test.field, "present", not operand)
        case "equal" | "has":
            other = _other_value(test.field, operand, fields)
            if other is not None:
                yield Test(test.field, test.operator, other)
        case "one_of" | "has_any" | "has_all":
            assert isinstance(operand, tuple)
            for index in range(len(operand) if len(operand) > 1 else 0):
                yield Test(test.field, test.operator, without(operand, index))
        case "mentions" if test.apart_from:
            yield Test(test.field, "mentions", operand)
        case "between":
            yield from _other_ranges(test)
        case "at_least" | "more_than" | "at_most" | "less_than":
            yield from _other_bounds(test, fields.fields[test.field])


def _other_value(name: str, operand: object, fields: Fields) -> Value | None:
    if isinstance(operand, bool):
        return not operand
    if isinstance(operand, int | float):
        return operand + 1
    return next_of(fields.values.get(name, ()), str(operand))


def _other_ranges(test: Test) -> Iterator[Test]:
    assert isinstance(test.operand, tuple)
    low, high = test.operand
    for bounds in (
        (shifted(low, -1), high),  # type: ignore[arg-type] # numbers or dates
        (shifted(low, 1), high),  # type: ignore[arg-type]
        (low, shifted(high, -1)),  # type: ignore[arg-type]
        (low, shifted(high, 1)),  # type: ignore[arg-type]
    ):
        if bounds[0] <= bounds[1]:  # type: ignore[operator]
            yield Test(test.field, "between", bounds)


_SWAPPED = {"at_least": "more_than", "more_than": "at_least", "at_most": "less_than", "less_than": "at_most"}


def _other_bounds(test: Test, field: Field) -> Iterator[Test]:
    bound = test.operand
    assert isinstance(bound, int | float | str)
    if field.type is not FieldType.INTEGER:
        # Of whole numbers, `more than 3` is `at least 4`, which comes below.
        yield Test(test.field, _SWAPPED[test.operator], bound)
    for by in (1, -1):
        other = shifted(bound, by)
        if not _says_the_same(test.operator, bound, by, field):
            yield Test(test.field, test.operator, other)


def _says_the_same(operator: str, bound: float | str, by: int, field: Field) -> bool:
    """Say whether the bound, moved, is met by the same declared values: it lies beyond them."""
    if isinstance(bound, str):
        return False
    low, high = field.minimum, field.maximum
    match operator:
        case "at_least":
            return low is not None and max(bound, bound + by) <= low
        case "more_than":
            return low is not None and max(bound, bound + by) < low
        case "at_most":
            return high is not None and min(bound, bound + by) >= high
    return high is not None and min(bound, bound + by) > high


def disjoint(one: Condition, other: Condition) -> bool:
    """Say whether no ticket can meet both, as far as equalities of one field show."""
    first, second = _equalities(one), _equalities(other)
    return any(first[name].isdisjoint(second[name]) for name in first.keys() & second.keys())


def _equalities(condition: Condition) -> dict[str, frozenset[object]]:
    found: dict[str, frozenset[object]] = {}
    for part in condition.parts if isinstance(condition, All) else (condition,):
        if isinstance(part, Test) and part.operator in ("equal", "one_of"):
            values = part.operand if isinstance(part.operand, tuple) else (part.operand,)
            found[part.field] = found.get(part.field, frozenset(values)) & frozenset(values)
    return found
