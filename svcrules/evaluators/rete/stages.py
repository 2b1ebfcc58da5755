"""
Stages: productions that look at one fact of the ticket each, packed so that no limit of the engine is reached.

A stage holds tables that do not depend on each other, and other conditions; what is too large for one goes on in the
next. Only productions of the same stage can match the same fact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from svcrules.evaluators.rete.columns import Columns, Literal
from svcrules.evaluators.rete.conditions import alternatives, named_conditions
from svcrules.evaluators.rete.engine import EngineError
from svcrules.evaluators.rete.network import MOST_BESIDE, MOST_COLUMNS, Network
from svcrules.language.model import Condition, Policy, Table, tests_in

MOST_PRODUCTIONS = 4_000
"""What durable-rules 2.0.28 was measured to bear in one ruleset; the engine's own comes on top. It refuses 4,097."""
MOST_STAGES = MOST_BESIDE - 1
"""Each is a kind of fact, told apart under the first node; so is the engine's own."""

_MOST_ALTERNATIVES = 16

APPLIES = -1
"""Stands for a table's `applies` where a rule's index would."""


class Mark(NamedTuple):
    """What it means that a production fires: a rule of a table matches, or (`table` None) another condition holds."""

    table: int | None
    number: int


class Production(NamedTuple):
    mark: Mark
    literals: tuple[Literal, ...]


class Stage(NamedTuple):
    """
    Productions in the order of their priority, and the columns that they look at.

    `decides` are the tables that are decided once the stage has passed; `table` is the one whose rules alone fill the
    stage, so that the stage can be left out where an earlier rule has matched.
    """

    productions: tuple[Production, ...]
    columns: tuple[str, ...]
    decides: tuple[int, ...]
    table: int | None


class Named(NamedTuple):
    """A table of the policy; `result` is the field that its answer becomes, for later tables."""

    table: Table[Any]
    result: str | None


def tables_of(policy: Policy) -> tuple[Named, ...]:
    """Return all tables: those of schemes and priority in the order of deciding, then those without a result."""
    valued = [Named(scheme.table, scheme.name) for scheme in policy.value_schemes]
    rest = [table for table in (policy.routing, policy.ownership) if table is not None]
    return (*valued, *(Named(table, None) for table in (*rest, *policy.timing.limits.values())))


def plan(policy: Policy) -> tuple[dict[str, Stage], Columns]:
    """
    Return the stages that carry out the policy, in their order, by the kind of fact that each looks at.

    Raises EngineError if the engine cannot hold them. Where alternatives make too many productions, each condition is
    made to need no more than one.
    """
    levels = _levels(policy)
    conditions = [item.condition for level in levels for item in level.items]
    for most in (_MOST_ALTERNATIVES, 1):
        columns = Columns(policy, conditions)
        stages = [stage for level in levels for stage in _stages(level, columns, most)]
        count = sum(len(stage.productions) for stage in stages)
        if count <= MOST_PRODUCTIONS:
            break
    _check(f"policy `{policy.name}`", count, "productions", MOST_PRODUCTIONS, "one ruleset")
    _check(f"policy `{policy.name}`", len(stages), "stages", MOST_STAGES, "one ruleset")
    return {f"s{place}": stage for place, stage in enumerate(stages)}, columns


def _check(what: str, needed: int, things: str, most: int, holder: str) -> None:
    if needed > most:
        raise EngineError(
            f"{what} needs {needed} {things}, and {holder} of durable-rules holds {most} at most",
            "use the engine `program`, which has no such limit",
        )


class _Item(NamedTuple):
    """A condition, what it means that it holds, and whose it is."""

    mark: Mark
    condition: Condition
    owner: str


class _Level(NamedTuple):
    """Conditions that can be asked at once, and the tables that are decided then."""

    items: list[_Item]
    tables: list[int]


def _levels(policy: Policy) -> list[_Level]:
    """Return all conditions; each stands above the tables whose results it tests."""
    levels: list[_Level] = []
    decided: dict[str, int] = {}

    def level_of(items: list[_Item]) -> int:
        fields = {test.field for item in items for test in tests_in(item.condition)}
        level = max((decided[field] + 1 for field in fields if field in decided), default=0)
        while len(levels) <= level:
            levels.append(_Level([], []))
        levels[level].items.extend(items)
        return level

    for number, (table, result) in enumerate(tables_of(policy)):
        items = [_Item(Mark(number, i), rule.when, f"rule `{rule.id}`") for i, rule in enumerate(table.rules)]
        if table.applies is not None:
            items.insert(0, _Item(Mark(number, APPLIES), table.applies, f"`when` of `{table.name}`"))
        level = level_of(items)
        levels[level].tables.append(number)
        if result is not None:
            decided[result] = level
    for number, (id_, condition) in enumerate(named_conditions(policy)):
        level_of([_Item(Mark(None, number), condition, f"rule `{id_}`")])
    return levels


def _stages(level: _Level, columns: Columns, most: int) -> Iterator[Stage]:
    """Yield the stages of a level, each as large as the limits allow."""
    packed: list[list[Production]] = [[]]
    network = Network()
    for production in _productions(level, columns, most):
        if not network.take(production.literals):
            packed.append([])
            network = Network()
            network.take(production.literals)
        packed[-1].append(production)
    for listed in packed:
        seen = sorted({literal.column for production in listed for literal in production.literals})
        marked = {production.mark.table for production in listed}
        alone = marked.pop() if len(marked) == 1 else None
        decides = tuple(level.tables) if listed is packed[-1] else ()
        yield Stage(tuple(listed), tuple(seen), decides, alone)


def _productions(level: _Level, columns: Columns, most: int) -> Iterator[Production]:
    """
    Yield a production for each alternative, its comparisons in one order, so that the engine makes each but once.

    Equalities of listed values come first, those of columns with few values before those with many.
    """
    found = [(item, alternatives(item.condition, columns, most)) for item in level.items]
    literals = {literal for _, listed in found for alternative in listed for literal in alternative}
    values = Counter(literal.column for literal in literals if literal.is_equality)

    def order(literal: Literal) -> tuple[bool, bool, int, str, str, int | str]:
        column, operator, operand, computed = literal
        return (not literal.is_equality, computed, values[column], column, operator, operand)

    for item, listed in found:
        for alternative in listed:
            _check(item.owner, len({literal.column for literal in alternative}), "columns", MOST_COLUMNS, "a fact")
            yield Production(item.mark, tuple(sorted(alternative, key=order)))
