"""Conditions as Python expressions over the local variables of a generated function."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from svcrules.evaluators.texts import Texts
from svcrules.language.model import All, Any, Condition, Not, Test, tests_in


class Locals:
    """
    The local variables of a function: `f…` for the value of a field (None: absent), `t…` for what its text has.

    `numbers` are the fields whose values may be equal and yet written differently, as 3 and 3.0.
    """

    def __init__(self, texts: Texts, numbers: Container[str]) -> None:
        self._texts = texts
        self._numbers = numbers
        self._values: dict[str, str] = {}
        self._found: dict[str, str] = {}

    def value(self, field: str) -> str:
        return self._values.setdefault(field, f"f{len(self._values)}")

    def written(self, field: str) -> str:
        """Return an expression that differs where the value is written differently."""
        return f"repr({self.value(field)})" if field in self._numbers else self.value(field)

    def found(self, field: str) -> str:
        return self._found.setdefault(field, f"t{len(self._found)}")

    def loads(self, decided: Iterable[str] = ()) -> list[str]:
        """
        Return the statements that give all variables asked for so far their values, but those `decided` later.

        They are taken from `values` and `found`, as tickets have them.
        """
        later = set(decided)
        values = [
            f"{name} = value({field!r})" if field not in later else f"{name} = None"
            for field, name in self._values.items()
        ]
        found = [f"{name} = text({field!r}, 0)" for field, name in self._found.items()]
        return [
            *(["value = values.get"] if self._values else []),
            *(["text = found.get"] if self._found else []),
            *values,
            *found,
        ]

    def holds(self, condition: Condition) -> str:
        """Return an expression that is true where the condition holds."""
        match condition:
            case Test():
                return self._test(condition)
            case Not(part=part):
                return f"not {self._enclosed(part)}"
            case All(parts=parts):
                return " and ".join(map(self._enclosed, parts)) or "True"
            case Any(parts=parts):
                return " or ".join(map(self._enclosed, parts)) or "False"

    def _enclosed(self, condition: Condition) -> str:
        return f"({self.holds(condition)})"

    def _test(self, test: Test) -> str:
        if test.operator in ("mentions", "matches"):
            return f"{self.found(test.field)} & {self._texts[test.field].mask(test)}"
        return _TESTS[test.operator](self.value(test.field), test.operand)

    def inputs(self, condition: Condition) -> tuple[str, ...] | None:
        """
        Return expressions of what the facts depend on for which the condition holds, hashable all.

        Empty where they depend on nothing but the condition, None where on more than can be compared quickly.
        """
        parts: dict[str, None] = {}
        settled = set(_settled(condition))
        for test in tests_in(condition):
            match test.operator:
                case "matches":
                    return None
                case "mentions":
                    parts[f"{self.found(test.field)} & {self._texts[test.field].mask(test)}"] = None
                    if test not in settled:
                        parts[f"{self.value(test.field)} is None"] = None
                case _ if test not in settled or not _says_its_value(test):
                    parts[self.written(test.field)] = None
        return tuple(parts)


def _settled(condition: Condition) -> Iterable[Test]:
    """Yield the tests that hold wherever the condition does."""
    match condition:
        case Test():
            yield condition
        case All(parts=parts):
            for part in parts:
                yield from _settled(part)


def _says_its_value(test: Test) -> bool:
    """Say whether the test, where it holds, leaves the value no choice: numbers can be 3 or 3.0."""
    return test.operator == "equal" and isinstance(test.operand, str | bool)


def _compared(sign: str) -> Callable[[str, object], str]:
    return lambda value, operand: f"{value} is not None and {value} {sign} {operand!r}"


def _between(value: str, operand: object) -> str:
    assert isinstance(operand, tuple)
    low, high = operand
    return f"{value} is not None and {low!r} <= {value} <= {high!r}"


def _set(operand: object) -> str:
    """Return the operands as a set, which the compiler makes a constant of."""
    assert isinstance(operand, tuple)
    return f"{{{', '.join(map(repr, operand))}}}"


_TESTS: dict[str, Callable[[str, object], str]] = {
    # No value of a field equals None.
    "equal": lambda value, operand: f"{value} == {operand!r}",
    "one_of": lambda value, operand: f"{value} in {_set(operand)}",
    "at_least": _compared(">="),
    "more_than": _compared(">"),
    "at_most": _compared("<="),
    "less_than": _compared("<"),
    "between": _between,
    "present": lambda value, operand: f"{value} is not None" if operand else f"{value} is None",
    "has": lambda value, operand: f"{value} is not None and {operand!r} in {value}",
    "has_any": lambda value, operand: f"{value} is not None and not {_set(operand)}.isdisjoint({value})",
    "has_all": lambda value, operand: f"{value} is not None and {_set(operand)}.issubset({value})",
}
