"""Explanations for reading: the tables that a ticket passed, or the tests of one rule."""

from __future__ import annotations

from collections.abc import Iterator

from svcrules.decision import OTHERWISE, Decision, Fact
from svcrules.explain import Explanation, TableExplanation, WhyNot
from svcrules.language.model import Title

_MOST_CHARACTERS = 60


def explained(explanation: Explanation) -> str:
    """Return the decision with, for each table, the rule that won, the facts, the later rules and the clauses."""
    return "\n".join(_explained(explanation)) + "\n"


def _explained(explanation: Explanation) -> Iterator[str]:
    decision, policy = explanation.decision, explanation.policy
    yield f"ticket {decision.ticket}, event {decision.event} ({decision.type}), policy {policy.name} {policy.version}"
    for table in explanation.tables:
        yield ""
        yield from _table(table)
    yield from _intake(decision)
    if decision.ignored:
        yield ""
        yield f"ignored, since the policy does not declare them: {', '.join(decision.ignored)}"


def _table(table: TableExplanation) -> Iterator[str]:
    if not table.applied:
        yield f"{table.table}: does not apply"
        return
    yield f"{table.table} = {table.answer}"
    place = f"  ({table.place})" if table.place else ""
    if table.rule == OTHERWISE:
        yield f"  rule      otherwise: no rule matches{_titled(table.title)}{place}"
    else:
        yield f"  rule      {table.rule}{_titled(table.title)}{place}"
    for index, fact in enumerate(table.facts):
        yield f"  {'because' if index == 0 else '':9} {_fact(fact)}"
    for index, later in enumerate(table.later):
        yield f"  {'later' if index == 0 else '':9} {later.rule} would have given {later.answer}"
    for index, (clause, statement) in enumerate(table.clauses):
        said = f": {statement.en} {statement.zh}" if statement is not None else ""
        yield f"  {'clauses' if index == 0 else '':9} {clause}{said}"


def _titled(title: Title | None) -> str:
    return f": {title.en} · {title.zh}" if title is not None else ""


def _intake(decision: Decision) -> Iterator[str]:
    for violation in decision.violations:
        yield ""
        yield f"{violation.table}: violated"
        yield f"  rule      {violation.rule}{_titled(violation.title)}"
        yield f"  fields    {', '.join(violation.fields)}"
        for index, fact in enumerate(violation.facts):
            yield f"  {'because' if index == 0 else '':9} {_fact(fact)}"
        if violation.cites:
            yield f"  clauses   {', '.join(violation.cites)}"


def _fact(fact: Fact) -> str:
    if fact.value is not None:
        value = ", ".join(fact.value) if isinstance(fact.value, tuple) else fact.value
        return f"{fact.field} is {_cut(str(value).lower() if isinstance(value, bool) else str(value))}"
    if fact.found is None:
        return f"{fact.field} is absent"
    return f"{fact.field} says {', '.join(map(_cut, fact.found))}" if fact.found else f"{fact.field} says nothing of it"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + "…"


def why_not(answer: WhyNot) -> str:
    """Return the tests of a rule, each with its outcome and what the ticket says to it."""
    return "\n".join(_why_not(answer)) + "\n"


def _why_not(answer: WhyNot) -> Iterator[str]:
    yield f"ticket {answer.ticket}: rule {answer.rule} of {answer.table} {_outcome(answer)}"
    for step in answer.steps:
        fact = f"  ({_fact(step.fact)})" if step.fact is not None else ""
        yield f"  {'  ' * step.depth}{'yes' if step.holds else 'no '}  {step.text}{fact}"


def _outcome(answer: WhyNot) -> str:
    if not answer.applied:
        return "was not asked: the table does not apply"
    if answer.winner == answer.rule:
        return "matches and won"
    if answer.holds:
        return f"matches, but {answer.winner} comes first and won" if answer.winner else "applies"
    return f"does not match; {answer.winner} won" if answer.winner else "does not apply"
