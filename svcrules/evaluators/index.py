"""
Large tables as a tree of questions: each asks for one field, and leaves the rules that may still match.

Fields that many rules compare with values are asked first (one look into a hash table), then ordered ones (one
bisection), then texts. A branch is made when the first ticket takes it: what remains of the conditions after a question
is worked out once for all tickets that give the same answer to it, so the order of the rules is kept exactly.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from svcrules.evaluators.questions import Asking, Found, Next, Question, Values, by_list, by_order, by_text, by_value
from svcrules.evaluators.remaining import ALWAYS, Open, Rules
from svcrules.evaluators.texts import Texts
from svcrules.language.model import Condition, Value, tests_in

NO_RULE = -1
"""Stands for the place of the rule where none matches."""

_MOST_BRANCHES = 50_000
"""Branches that are kept; beyond that all are made anew, so that no stream of tickets can fill the memory."""


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
        self.fields = _compared_only(conditions)
        self.heads: dict[tuple[Value | None, ...], Next] = {}

    def head(self, key: tuple[Value | None, ...], values: Values) -> Next:
        """Return what comes next for tickets with these values of `fields`, and keep it."""
        next_ = self._root
        while not isinstance(next_, int) and next_.field in self.fields:
            next_ = next_.branches[values.get(next_.field)]
        if len(self.heads) >= _MOST_BRANCHES:
            self.heads.clear()
        self.heads[key] = next_
        return next_

    def first(self, next_: Next, values: Values, found: Found) -> int:
        """Return the place of the first rule whose condition holds, or NO_RULE, from a head on."""
        get = values.get
        while not isinstance(next_, int):
            field, branches, limits, cut, rare = next_
            value = get(field)
            if limits is not None and value is not None:
                next_ = branches[bisect_right(limits, value)]
            elif rare is not None:
                next_ = rare(values, found)
            else:
                next_ = branches[value if cut is None or value is None else cut(value)]
        return next_

    def _asked(self, rules: list[Open]) -> Next:
        """Return what to ask about these rules, the first of which may hold for certain."""
        self._branches += 1
        if self._branches > _MOST_BRANCHES:
            self._branches = 0
            self.heads.clear()
            self._root = self._asked(list(enumerate(self._conditions)))
        if not rules:
            return NO_RULE
        place, condition = rules[0]
        if condition == ALWAYS:
            return place
        field, kind = _best_field(rules)
        tests = [test for _, condition in rules for test in tests_in(condition) if test.field == field]
        return kind(Asking(field, tests, self._texts, Rules(rules, field), self._asked))


def _compared_only(conditions: Sequence[Condition]) -> tuple[str, ...]:
    operators: dict[str, set[str]] = {}
    for condition in conditions:
        for test in tests_in(condition):
            operators.setdefault(test.field, set()).add(test.operator)
    return tuple(field for field, asked in operators.items() if asked <= {"equal", "one_of", "present"})


_Kind = Callable[[Asking], Question]

_KINDS: dict[str, tuple[_Kind, float]] = {
    **dict.fromkeys(("mentions", "matches"), (by_text, 0.1)),
    **dict.fromkeys(("has", "has_any", "has_all"), (by_list, 0.3)),
    **dict.fromkeys(("at_least", "more_than", "at_most", "less_than", "between"), (by_order, 0.5)),
    **dict.fromkeys(("equal", "one_of", "present"), (by_value, 1.0)),
}
"""How a field is asked for by what it is compared with, the first that applies; and how much that leaves out."""


def _best_field(rules: list[Open]) -> tuple[str, _Kind]:
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
