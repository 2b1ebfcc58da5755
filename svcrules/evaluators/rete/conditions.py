"""Conditions as alternatives: lists of comparisons of which one must hold as a whole, a production for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from math import prod

from svcrules.evaluators.rete.columns import Columns, Literal
from svcrules.language.model import All, Any, Condition, Not, Policy, Test

Alternative = frozenset[Literal]


def other_conditions(policy: Policy) -> tuple[Condition, ...]:
    """
    Return the conditions outside tables, by their numbers: of intake, ladders and steps, duties, closing rules.

    Those of each rule stand in the order `when`, `needs`; of a ladder its own comes before those of its steps. What has
    no condition has no number. Conditions of counting fields are not among them, for they are not of this ticket.
    """
    return tuple(condition for _, condition in named_conditions(policy))


def named_conditions(policy: Policy) -> Iterator[tuple[str, Condition]]:
    """Yield `other_conditions`, each with the id of its rule."""
    timing = policy.timing
    found: list[tuple[str, Condition | None]] = [(rule.id, rule.when) for rule in policy.intake.rules]
    for ladder in timing.ladders:
        found += [(ladder.id, ladder.when), *((step.id, step.when) for step in ladder.steps)]
    found += [(duty.id, duty.when) for duty in timing.duties]
    for rule in timing.closing:
        found += [(rule.id, rule.when), (rule.id, rule.needs)]
    yield from ((id_, condition) for id_, condition in found if condition is not None)


def alternatives(condition: Condition, columns: Columns, most: int) -> tuple[Alternative, ...]:
    """
    Return the alternatives of the condition, which holds if one of them does.

    Where there would be more than `most`, a part of the condition becomes a boolean that is computed outside.
    """
    match condition:
        case Test():
            return _of_test(condition, columns, most)
        case Not(part=part):
            return _of_not(part, columns, most)
        case Any(parts=parts):
            found = tuple(dict.fromkeys(chain.from_iterable(alternatives(part, columns, most) for part in parts)))
            return found if len(found) <= most else (frozenset({columns.computed(condition)}),)
        case All(parts=parts):
            return _of_all(parts, columns, most)


def _of_not(part: Condition, columns: Columns, most: int) -> tuple[Alternative, ...]:
    """A `not` is moved inwards to the tests, which the engine cannot negate, since it holds nothing for absent."""
    match part:
        case Not(part=inner):
            return alternatives(inner, columns, most)
        case All(parts=parts):
            return alternatives(Any(tuple(Not(inner) for inner in parts)), columns, most)
        case Any(parts=parts):
            return alternatives(All(tuple(Not(inner) for inner in parts)), columns, most)
    return (frozenset({columns.computed(Not(part))}),)


def _of_all(parts: tuple[Condition, ...], columns: Columns, most: int) -> tuple[Alternative, ...]:
    factors = [alternatives(part, columns, most) for part in parts]
    if prod(map(len, factors)) > most:
        factors = [
            factor if len(factor) <= 1 else (frozenset({columns.computed(part)}),)
            for part, factor in zip(parts, factors, strict=True)
        ]
    return tuple(dict.fromkeys(frozenset(chain.from_iterable(combination)) for combination in product(*factors)))


def _of_test(test: Test, columns: Columns, most: int) -> tuple[Alternative, ...]:
    """A test of several values becomes tests of one, where the engine has a part in them."""
    operands = test.operand if isinstance(test.operand, tuple) else ()
    if test.operator in ("has_any", "has_all") and operands:
        held = tuple(Test(test.field, "has", operand) for operand in operands)
        return alternatives(Any(held) if test.operator == "has_any" else All(held), columns, most)
    if test.operator == "one_of":
        each = [columns.native(Test(test.field, "equal", operand)) for operand in operands]
        if None not in each and len(each) <= most:
            return tuple(frozenset({literal}) for literal in each if literal is not None)
    if test.operator == "between":
        least, greatest = operands
        bounds = [columns.native(Test(test.field, name, n)) for name, n in (("at_least", least), ("at_most", greatest))]
        if None not in bounds:
            return (frozenset(literal for literal in bounds if literal is not None),)
    literal = columns.native(test)
    return (frozenset({literal if literal is not None else columns.computed(test)}),)
