"""What remains of rules once some of their tests are settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from svcrules.language.model import All, Any, Condition, Not, Test

Open = tuple[int, Condition]
"""A rule, by its place, that may still match, and what remains of its condition."""

ALWAYS, NEVER = All(()), Any(())


class Rules:
    """Rules that may still match, found by the values and words that they compare a field with."""

    def __init__(self, rules: list[Open], field: str) -> None:
        self._rules = rules
        self._others: list[int] = []
        self._by_operand: dict[object, list[int]] = {}
        for number, (_, condition) in enumerate(rules):
            operands = _wanted(condition, field)
            if operands is None:
                self._others.append(number)
            for operand in operands or ():
                self._by_operand.setdefault(operand, []).append(number)

    def left(self, operands: Iterable[object], outcome: Callable[[Test], bool], field: str) -> list[Open]:
        """Return the rules that are left where the tests of the field have this outcome, with what is left of them."""
        numbers = self._others
        more = [self._by_operand[operand] for operand in operands if operand in self._by_operand]
        if more:
            numbers = sorted({*numbers, *(number for part in more for number in part)})
        left: list[Open] = []
        for number in numbers:
            place, condition = self._rules[number]
            rest = _rest(condition, field, outcome)
            if rest == NEVER:
                continue
            left.append((place, rest))
            if rest == ALWAYS:
                break
        return left


def _wanted(condition: Condition, field: str) -> Iterable[object] | None:
    """Return the values or words of the field without which the condition cannot hold; None where it can."""
    for test in condition.parts if isinstance(condition, All) else (condition,):
        if isinstance(test, Test) and test.field == field:
            if test.operator in ("equal", "has"):
                return (test.operand,)
            if test.operator in ("one_of", "has_any", "mentions") and isinstance(test.operand, tuple):
                return test.operand
    return None


def _rest(condition: Condition, field: str, outcome: Callable[[Test], bool]) -> Condition:
    """Return what remains of the condition once the tests of the field are settled."""
    match condition:
        case Test():
            if condition.field != field:
                return condition
            return ALWAYS if outcome(condition) else NEVER
        case Not(part=part):
            rest = _rest(part, field, outcome)
            if rest == ALWAYS:
                return NEVER
            return ALWAYS if rest == NEVER else Not(rest)
        case All(parts=parts):
            return _joined(parts, field, outcome, All, ALWAYS, NEVER)
        case Any(parts=parts):
            return _joined(parts, field, outcome, Any, NEVER, ALWAYS)


def _joined(
    parts: tuple[Condition, ...],
    field: str,
    outcome: Callable[[Test], bool],
    join: Callable[[tuple[Condition, ...]], Condition],
    neutral: Condition,
    final: Condition,
) -> Condition:
    left = []
    for part in parts:
        rest = _rest(part, field, outcome)
        if rest == final:
            return final
        if rest != neutral:
            left.append(rest)
    return left[0] if len(left) == 1 else join(tuple(left))
