"""
Large tables as a tree of questions: each asks for one field, and leaves the rules that may still match.

Fields that many rules compare with values are asked first (one look into a hash table), then ordered ones (one
bisection), then texts. A branch is made when the first ticket takes it: what remains of the conditions after a question
is worked out once for all tickets that give the same answer to it, so the order of the rules is kept exactly.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any as Anything
from typing import NamedTuple, Protocol, TypeAlias

from svcrules.evaluators.texts import Bits, Texts
from svcrules.language.model import All, Any, Condition, Not, Test, Value, tests_in

NO_RULE = -1
"""Stands for the place of the rule where none matches."""

_MOST_BRANCHES = 50_000
"""Branches that are kept; beyond that all are made anew, so that no stream of tickets can fill the memory."""

Values = Mapping[str, Value]
Found = Mapping[str, Bits]
_Open = tuple[int, Condition]
"""A rule, by its place, that may still match, and what remains of its condition."""


_Next: TypeAlias = "_Question | int"
"""The next question, or the place of the rule that wins."""


class _Rare(Protocol):
    """A question that needs more than the value of one field."""

    def branch(self, values: Values, found: Found) -> _Next: ...


class _Question(NamedTuple):
    """
    A field that is asked for, and what comes next by the answer to it.

    The answer is the value itself; with `limits`, how many of them are not above it; with `cut`, what that makes of it.
    `rare` is asked instead, if given.
    """

    field: str
    branches: _Branches
    limits: list[Anything] | None = None
    cut: Callable[[Anything], int] | None = None
    rare: _Rare | None = None


class TableIndex:
    """
    The conditions of a table, in the order of its rules.

    `fields` are those that are compared with values only. `heads` has what comes next once they have been asked for, by
    their values: one look instead of one for each field.
    """

    def __init__(self, conditions: Sequence[Condition], texts: Texts) -> None:
        self._conditions = conditions
        self._texts = texts
        self._branches = 0
        self._root = self._asked(list(enumerate(conditions)))
        self.fields = _fields_by_value(conditions)
        self.heads: dict[tuple[Value | None, ...], _Next] = {}

    def head(self, key: tuple[Value | None, ...], values: Values) -> _Next:
        """Return what comes next for tickets with these values of `fields`, and keep it."""
        next_ = self._root
        while not isinstance(next_, int) and next_.field in self.fields:
            next_ = next_.branches[values.get(next_.field)]
        if len(self.heads) >= _MOST_BRANCHES:
            self.heads.clear()
        self.heads[key] = next_
        return next_

    def first(self, next_: _Next, values: Values, found: Found) -> int:
        """Return the place of the first rule whose condition holds, or NO_RULE, from a head on."""
        get = values.get
        while not isinstance(next_, int):
            field, branches, limits, cut, rare = next_
            value = get(field)
            if limits is not None and value is not None:
                next_ = branches[bisect_right(limits, value)]
            elif rare is not None:
                next_ = rare.branch(values, found)
            else:
                next_ = branches[value if cut is None or value is None else cut(value)]
        return next_

    def _asked(self, rules: list[_Open]) -> _Next:
        """Return what to ask about these rules, the first of which may hold for certain."""
        self._branches += 1
        if self._branches > _MOST_BRANCHES:
            self._branches = 0
            self.heads.clear()
            self._root = self._asked(list(enumerate(self._conditions)))
        if not rules:
            return NO_RULE
        place, condition = rules[0]
        if condition == _ALWAYS:
            return place
        field, kind = _best_field(rules)
        tests = [test for _, condition in rules for test in tests_in(condition) if test.field == field]
        return kind(_Asking(field, tests, self._texts, _Rules(rules, field), self._asked))


def _fields_by_value(conditions: Sequence[Condition]) -> tuple[str, ...]:
    operators: dict[str, set[str]] = {}
    for condition in conditions:
        for test in tests_in(condition):
            operators.setdefault(test.field, set()).add(test.operator)
    return tuple(field for field, asked in operators.items() if asked <= {"equal", "one_of", "present"})


_ALWAYS, _NEVER = All(()), Any(())


class _Rules:
    """Rules that may still match, found by the values and words that they compare a field with."""

    def __init__(self, rules: list[_Open], field: str) -> None:
        self._rules = rules
        self._others: list[int] = []
        self._by_operand: dict[object, list[int]] = {}
        for number, (_, condition) in enumerate(rules):
            operands = _wanted(condition, field)
            if operands is None:
                self._others.append(number)
            for operand in operands or ():
                self._by_operand.setdefault(operand, []).append(number)

    def left(self, operands: Iterable[object], outcome: Callable[[Test], bool], field: str) -> list[_Open]:
        """Return the rules that are left where the tests of the field have this outcome, with what is left of them."""
        numbers = self._others
        more = [self._by_operand[operand] for operand in operands if operand in self._by_operand]
        if more:
            numbers = sorted({*numbers, *(number for part in more for number in part)})
        left: list[_Open] = []
        for number in numbers:
            place, condition = self._rules[number]
            rest = _rest(condition, field, outcome)
            if rest == _NEVER:
                continue
            left.append((place, rest))
            if rest == _ALWAYS:
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
            return _ALWAYS if outcome(condition) else _NEVER
        case Not(part=part):
            rest = _rest(part, field, outcome)
            if rest == _ALWAYS:
                return _NEVER
            return _ALWAYS if rest == _NEVER else Not(rest)
        case All(parts=parts):
            return _joined(parts, field, outcome, All, _ALWAYS, _NEVER)
        case Any(parts=parts):
            return _joined(parts, field, outcome, Any, _NEVER, _ALWAYS)


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


class _Asking(NamedTuple):
    """A field to be asked for, its tests in the rules that may still match, and how to go on."""

    field: str
    tests: list[Test]
    texts: Texts
    rules: _Rules
    asked: Callable[[list[_Open]], _Next]

    def branch(self, operands: Iterable[object], outcome: Callable[[Test], bool]) -> _Next:
        return self.asked(self.rules.left(operands, outcome, self.field))


class _Branches(dict[Anything, "_Question | int"]):
    """What comes next by the answer, made when it is first given; `alike` names the one that an answer stands for."""

    def __init__(self, make: Callable[[Anything], _Next], alike: Callable[[Anything], Anything] | None = None) -> None:
        super().__init__()
        self._make = make
        self._alike = alike

    def __missing__(self, answer: Anything) -> _Next:
        if self._alike is not None:
            known = self._alike(answer)
            if known is not answer:
                return self[known]
        branch = self[answer] = self._make(answer)
        return branch


def _by_value(asking: _Asking) -> _Question:
    """Ask for a field that is compared with values only."""
    named = frozenset(operand for test in asking.tests for operand in _values_of(test))
    other = object()

    def alike(value: object) -> object:
        # Values that no rule names are all alike.
        return value if value is None or value is other or value in named else other

    def made(value: object) -> _Next:
        return asking.branch((value,), lambda test: _outcome_of_value(test, value))

    return _Question(asking.field, _Branches(made, alike))


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


def _by_order(asking: _Asking) -> _Question:
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

    def made(answer: int | None) -> _Next:
        piece = answer * step if answer is not None else None
        named = (limits[piece // 2],) if piece is not None and piece % 2 else ()
        return asking.branch(named, lambda test: _outcome_of_piece(test, piece, places))

    return _Question(asking.field, _Branches(made), limits if whole else None, cut)


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


class _ByList:
    """Asks for a list: which of the values that rules name it has."""

    __slots__ = ("_field", "_kept", "_named")

    def __init__(self, asking: _Asking) -> None:
        self._field = asking.field
        self._named = frozenset(
            operand
            for test in asking.tests
            if test.operator != "present"
            for operand in (test.operand if isinstance(test.operand, tuple) else (test.operand,))
        )
        self._kept = _Branches(lambda has: asking.branch(has or (), lambda test: _outcome_of_list(test, has)))

    @classmethod
    def question(cls, asking: _Asking) -> _Question:
        rare = cls(asking)
        return _Question(asking.field, rare._kept, rare=rare)

    def branch(self, values: Values, found: Found) -> _Next:
        value = values.get(self._field)
        return self._kept[self._named.intersection(value) if isinstance(value, tuple) else None]


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


class _ByText:
    """Asks for a text: which words and patterns it has, and which of the values that rules name it is."""

    __slots__ = ("_field", "_kept", "_mask", "_named")

    def __init__(self, asking: _Asking) -> None:
        self._field = asking.field
        index = asking.texts[asking.field]
        searches = [test for test in asking.tests if test.operator in ("mentions", "matches")]
        masks = {test: index.mask(test) for test in searches}
        self._mask = 0
        for mask in masks.values():
            self._mask |= mask
        self._named = frozenset(
            operand for test in asking.tests if test.operator in ("equal", "one_of") for operand in _values_of(test)
        )

        def made(answer: _TextAnswer) -> _Next:
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

        self._kept = _Branches(made)

    @classmethod
    def question(cls, asking: _Asking) -> _Question:
        rare = cls(asking)
        return _Question(asking.field, rare._kept, rare=rare)

    def branch(self, values: Values, found: Found) -> _Next:
        value = values.get(self._field)
        named = value if value in self._named else None
        return self._kept[_TextAnswer(found.get(self._field, 0) & self._mask, value is not None, named)]


_Kind = Callable[[_Asking], _Question]

_KINDS: dict[str, tuple[_Kind, float]] = {
    **dict.fromkeys(("mentions", "matches"), (_ByText.question, 0.1)),
    **dict.fromkeys(("has", "has_any", "has_all"), (_ByList.question, 0.3)),
    **dict.fromkeys(("at_least", "more_than", "at_most", "less_than", "between"), (_by_order, 0.5)),
    **dict.fromkeys(("equal", "one_of", "present"), (_by_value, 1.0)),
}
"""How a field is asked for by what it is compared with, the first that applies; and how much that leaves out."""


def _best_field(rules: list[_Open]) -> tuple[str, _Kind]:
    """Return the field that leaves out the most rules, and how to ask for it."""
    asked: dict[str, int] = {}
    operators: dict[str, set[str]] = {}
    for _, condition in rules:
        for field in dict.fromkeys(test.field for test in tests_in(condition)):
            asked[field] = asked.get(field, 0) + 1
        for test in tests_in(condition):
            operators.setdefault(test.field, set()).add(test.operator)

    def kind(field: str) -> tuple[_Kind, float]:
        return next(kind for operator, kind in _KINDS.items() if operator in operators[field])

    best = max(asked, key=lambda field: asked[field] * kind(field)[1])
    return best, kind(best)[0]
