"""
Explanations for reading: the tables that a ticket passed, or the tests of one rule.

What events say is shown with `visible`, so that no terminal obeys it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from svcrules.decision import OTHERWISE, Action, ClockDecision, Decision, Fact
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
            if table.table == "routing" and decision.route is not None:
                yield from _labelled("notify", [", ".join(decision.route.notify)] if decision.route.notify else [])
            for clock in decision.clocks:
                if table.table == f"time_limits.{clock.clock}":
                    yield from _labelled("clock", _clock(clock))
    yield from _fired(decision)
    yield from _violated(decision)
    if decision.next_check_at is not None:
        yield ""
        yield f"something falls due next at {decision.next_check_at}"
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


def _clock(clock: ClockDecision) -> Iterator[str]:
    verdict = f", {clock.verdict}" if clock.verdict is not None else ""
    yield f"{clock.state}{verdict}, limit {clock.limit} of {clock.calendar} since {clock.started}"
    if clock.due is not None:
        beyond = ", beyond the days that the holidays are known for" if clock.beyond_calendar else ""
        yield f"due {clock.due}{beyond}"
    for percent, at in clock.warnings:
        yield f"{percent}% at {at}"


def _fired(decision: Decision) -> Iterator[str]:
    """Yield what the event has brought: steps of ladders and duties, with what they ask for."""
    reasons = {reason.rule: reason for reason in decision.reasons if reason.table in ("escalation", "duties")}
    for rule, reason in reasons.items():
        actions = [action for action in decision.actions if action.rule == rule]
        if not actions:
            continue
        yield ""
        yield f"{reason.table}: {rule}"
        yield from _labelled("do", map(_asked, actions))
        yield from _labelled("because", (_fact(fact, "says nothing against it") for fact in reason.facts))
        yield from _labelled("clauses", reason.cites)


def _asked(action: Action) -> str:
    kind = f" ({action.kind})" if action.kind is not None else ""
    to = f" {action.to or action.task or ''}".rstrip()
    until = f" until {action.until}" if action.until is not None else ""
    return f"{action.do}{to}{kind}{until}"


def _violated(decision: Decision) -> Iterator[str]:
    for violation in decision.violations:
        yield ""
        yield f"{violation.table}: violated"
        yield f"  rule     {violation.rule}{_titled(violation.title)}"
        yield from _labelled("fields", [", ".join(violation.fields)] if violation.fields else [])
        yield from _labelled("not yet", [", ".join(violation.events)] if violation.events else [])
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
    alone = answer.table in ("escalation", "duties")
    checked = answer.table.startswith("intake.") or answer.table == "closing"
    if not answer.applied:
        no_table = checked or alone
        return f"was not asked: {'it is not for this type of event' if no_table else 'the table does not apply'}"
    if checked:
        return "is violated" if answer.holds else "is not violated"
    if alone:
        return "applies" if answer.holds else "does not apply"
    if answer.winner == answer.rule:
        return "matches and won"
    return f"matches, but {answer.winner} comes first" if answer.holds else f"does not match; {answer.winner} won"
