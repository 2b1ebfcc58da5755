"""
Explanations for reading: the tables that a ticket passed, or the tests of one rule.

What events say is shown with `visible`, so that no terminal obeys it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from svcrules.decision import OTHERWISE, Decision, Fact
from svcrules.explain import Explanation, TableExplanation, WhyNot
from svcrules.language.model import Title
from svcrules.report.characters import visible

_MOST_CHARACTERS = 60


def explained(explanation: Explanation) -> str:
    """Return the decision with, for each table, the rule that won, the facts, the later rules and the clauses."""
    return "\n".join(map(visible, _explained(explanation))) + "\n"


def _explained(explanation: Explanation) -> Iterator[str]:
    decision, policy = explanation.decision, explanation.policy
    yield f"ticket {decision.ticket}, event {decision.event} ({decision.type}), policy {policy.name} {policy.version}"
    for table in explanation.tables:
        if table.applied:
            yield ""
            yield from _table(table)
    yield from _intake(decision)
    without = [table.table for table in explanation.tables if not table.applied]
    if without:
        yield ""
        yield f"not asked, since they do not apply: {', '.join(without)}"
    if decision.ignored:
        yield ""
        yield f"ignored, since the policy does not declare them: {', '.join(decision.ignored)}"


def _table(table: TableExplanation) -> Iterator[str]:
    yield f"{table.table} = {table.answer}"
    rule = "otherwise: no rule matches" if table.rule == OTHERWISE else table.rule
    yield f"  rule     {rule}{_titled(table.title)}  ({table.place})"
    yield from _labelled("because", (_fact(fact, "says nothing against it") for fact in table.facts))
    yield from _labelled("later", (f"{later.rule} would have given {later.answer}" for later in table.later))
    if table.note is not None:
        yield from _labelled("note", table.note.splitlines())
    yield from _labelled("clauses", _clauses(table))


def _clauses(table: TableExplanation) -> Iterator[str]:
    for clause, statement in table.clauses:
        yield clause
        if statement is not None:
            yield f"  {statement.en}"
            yield f"  {statement.zh}"


def _labelled(label: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"  {label:8} {line}"
        label = ""


def _titled(title: Title | None) -> str:
    return f": {title.en} · {title.zh}" if title is not None else ""


def _intake(decision: Decision) -> Iterator[str]:
    for violation in decision.violations:
        yield ""
        yield f"{violation.table}: violated"
        yield f"  rule     {violation.rule}{_titled(violation.title)}"
        yield f"  fields   {', '.join(violation.fields)}"
        yield from _labelled("because", (_fact(fact, "says nothing against it") for fact in violation.facts))
        yield from _labelled("clauses", violation.cites)


def _fact(fact: Fact, found_nothing: str) -> str:
    if fact.value is not None:
        value = ", ".join(fact.value) if isinstance(fact.value, tuple) else fact.value
        return f"{fact.field} is {_cut(str(value).lower() if isinstance(value, bool) else str(value))}"
    if fact.found is None:
        return f"{fact.field} is absent"
    return f"{fact.field} says {', '.join(map(_cut, fact.found))}" if fact.found else f"{fact.field} {found_nothing}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + "…"


def why_not(answer: WhyNot) -> str:
    """Return the tests of a rule, each with its outcome and what the ticket says to it."""
    return "\n".join(map(visible, _why_not(answer))) + "\n"


def _why_not(answer: WhyNot) -> Iterator[str]:
    yield f"ticket {answer.ticket}: rule {answer.rule} of {answer.table} {_outcome(answer)}"
    for step in answer.steps:
        fact = f"  ({_fact(step.fact, 'says nothing of it')})" if step.fact is not None else ""
        yield f"  {'  ' * step.depth}{'yes' if step.holds else 'no '}  {step.text}{fact}"


def _outcome(answer: WhyNot) -> str:
    intake = answer.table.startswith("intake.")
    if not answer.applied:
        return f"was not asked: {'it is not for this type of event' if intake else 'the table does not apply'}"
    if intake:
        return "is violated" if answer.holds else "is not violated"
    if answer.winner == answer.rule:
        return "matches and won"
    return f"matches, but {answer.winner} comes first" if answer.holds else f"does not match; {answer.winner} won"
