"""Questions about one field of a ticket: which of its answers make a difference to rules."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any as Anything
from typing import NamedTuple, TypeAlias

from svcrules.evaluators.remaining import Open, Rules
from svcrules.evaluators.texts import Bits, Texts
from svcrules.language.model import Test, Value

Values = Mapping[str, Value]
Found = Mapping[str, Bits]
Next: TypeAlias = "Question | int"
"""The next question, or the place of the rule that wins."""


class Question(NamedTuple):
    """
    A field that is asked for, and what comes next by the answer to it.

    The answer is the value itself; with `limits`, how many of them are not above it; with `cut`, what that makes of it.
    `rare` is asked instead, if given.
    """

    field: str
    branches: Branches
    limits: list[Anything] | None = None
    cut: Callable[[Anything], int] | None = None
    rare: Callable[[Values, Found], Next] | None = None


class Asking(NamedTuple):
    """A field to be asked for, its tests in the rules that may still match, and how to go on."""

    field: str
    tests: list[Test]
    texts: Texts
    rules: Rules
    asked: Callable[[list[Open]], Next]

    def branch(self, operands: Iterable[object], outcome: Callable[[Test], bool]) -> Next:
        return self.asked(self.rules.left(operands, outcome, self.field))


class Branches(dict[Anything, "Question | int"]):
    """What comes next by the answer, made when it is first given; `alike` names the one that an answer stands for."""

    def __init__(self, make: Callable[[Anything], Next], alike: Callable[[Anything], Anything] | None = None) -> None:
        super().__init__()
        self._make = make
        self._alike = alike

    def __missing__(self, answer: Anything) -> Next:
        if self._alike is not None:
            known = self._alike(answer)
            if known is not answer:
                return self[known]
        branch = self[answer] = self._make(answer)
        return branch


def by_value(asking: Asking) -> Question:
    """Ask for a field that is compared with values only."""
    named = frozenset(operand for test in asking.tests for operand in _values_of(test))
    other = object()

    def alike(value: object) -> object:
        # Values that no rule names are all alike.
        return value if value is None or value is other or value in named else other

    def made(value: object) -> Next:
        return asking.branch((value,), lambda test: _outcome_of_value(test, value))

    return Question(asking.field, Branches(made, alike))


def _values_of(test: Test) -> tuple[object, ...]:
    match test.operator:
        case "equal":
            return (test.operand,)
        case "one_of" | "between":
            assert isinstance(test.operand, tuple)
            return test.operand
        case "present":
            return ()
    return (test.operand,)


def _outcome_of_value(test: Test, value: object) -> bool:
    match test.operator:
        case "present":
            return (value is not None) is test.operand
        case "equal":
            return value == test.operand
    assert isinstance(test.operand, tuple)
    return value in test.operand


def by_order(asking: Asking) -> Question:
    """
    Ask for a field that is compared as larger or smaller: the rules' values cut its range into pieces.

    Pieces with odd numbers lie on a limit, those with even ones between two.
    """
    limits: list[Anything] = sorted({operand for test in asking.tests for operand in _values_of(test)})
    places = {limit: 2 * place + 1 for place, limit in enumerate(limits)}
    operators = {test.operator for test in asking.tests} - {"present"}
    # Where a value on a limit is as good as one above it, there are only pieces between two.
    whole = operators <= {"at_least", "less_than"}
    step = 2 if whole else 1

    def cut(value: Anything) -> int:
        return bisect_left(limits, value) + bisect_right(limits, value)

    def made(answer: int | None) -> Next:
        piece = answer * step if answer is not None else None
        named = (limits[piece // 2],) if piece is not None and piece % 2 else ()
        return asking.branch(named, lambda test: _outcome_of_piece(test, piece, places))

    if whole:
        return Question(asking.field, Branches(made), limits)
    return Question(asking.field, Branches(made), cut=cut)


def _outcome_of_piece(test: Test, piece: int | None, places: Mapping[object, int]) -> bool:
    operator, operand = test.operator, test.operand
    if operator == "present":
        return (piece is not None) is operand
    if piece is None:
        return False
    if isinstance(operand, tuple):
        bounds = [places[each] for each in operand]
        return bounds[0] <= piece <= bounds[1] if operator == "between" else piece in bounds
    limit = places[operand]
    return {
        "equal": piece == limit,
        "at_least": piece >= limit,
        "more_than": piece > limit,
        "at_most": piece <= limit,
        "less_than": piece < limit,
    }[operator]


def by_list(asking: Asking) -> Question:
    """Ask for a list: which of the values that rules name it has."""
    named = frozenset(
        operand
        for test in asking.tests
        if test.operator != "present"
        for operand in (test.operand if isinstance(test.operand, tuple) else (test.operand,))
    )
    branches = Branches(lambda has: asking.branch(has or (), lambda test: _outcome_of_list(test, has)))

    def branch(values: Values, found: Found) -> Next:
        value = values.get(asking.field)
        return branches[named.intersection(value) if isinstance(value, tuple) else None]

    return Question(asking.field, branches, rare=branch)


def _outcome_of_list(test: Test, has: frozenset[object] | None) -> bool:
    if test.operator == "present":
        return (has is not None) is test.operand
    if has is None:
        return False
    if test.operator == "has":
        return test.operand in has
    assert isinstance(test.operand, tuple)
    return has.issuperset(test.operand) if test.operator == "has_all" else not has.isdisjoint(test.operand)


class _TextAnswer(NamedTuple):
    found: Bits
    is_there: bool
    value: Value | None


def by_text(asking: Asking) -> Question:
    """Ask for a text: which words and patterns it has, and which of the values that rules name it is."""
    field, index = asking.field, asking.texts[asking.field]
    searches = [test for test in asking.tests if test.operator in ("mentions", "matches")]
    masks = {test: index.mask(test) for test in searches}
    mask = reduce(or_, masks.values())
    named = frozenset(
        operand for test in asking.tests if test.operator in ("equal", "one_of") for operand in _values_of(test)
    )

    def made(answer: _TextAnswer) -> Next:
        words = {
            word
            for test in searches
            if test.operator == "mentions" and answer.found & masks[test]
            for word in index.mentioned(test, answer.found)
        }

        def outcome(test: Test) -> bool:
            if test in masks:
                return answer.found & masks[test] != 0
            if test.operator == "present":
                return answer.is_there is test.operand
            return answer.value is not None and _outcome_of_value(test, answer.value)

        return asking.branch((*words, answer.value), outcome)

    branches = Branches(made)

    def branch(values: Values, found: Found) -> Next:
        value = values.get(field)
        answer = _TextAnswer(found.get(field, 0) & mask, value is not None, value if value in named else None)
        return branches[answer]

    return Question(field, branches, rare=branch)
