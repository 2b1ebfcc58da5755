"""What a policy decides, read off docs/language.md: no index, no cache; only the policy as loaded is of svcrules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from svcrules.language import model

Values = dict[str, Any]
Facts = list[dict[str, Any]]


def decide(policy: model.Policy, type_: str, values: Values) -> dict[str, Any]:
    """Return what rules give, as `Decision.to_dict` has it; `values` are the facts, to which results are added."""
    reasons: list[dict[str, Any]] = []
    classification = {}
    for scheme in policy.schemes:
        if scheme.table.applies is None or holds(scheme.table.applies, values):
            values[scheme.name] = classification[scheme.name] = ask(scheme.table, values, reasons)
    if policy.priority:
        values["priority"] = ask(policy.priority.table, values, reasons)
    notify = list(ask(policy.routing, values, reasons).notify) if policy.routing else []
    if policy.ownership:
        ask(policy.ownership, values, reasons)
    answers = {reason["table"]: reason["answer"] for reason in reasons}
    route = {"team": answers.get("routing"), "owner": answers.get("ownership"), "notify": notify}
    return {
        "classification": classification,
        "priority": values.get("priority"),
        "route": route if policy.routing or policy.ownership else None,
        "violations": list(violations(policy.intake, type_, values)),
        "reasons": reasons,
    }


def ask(table: model.Table[Any], values: Values, reasons: list[dict[str, Any]]) -> Any:
    won = next((rule for rule in table.rules if holds(rule.when, values)), None)
    source = won or table.otherwise
    named = values.get(getattr(source.answer, "field", None) or "", "")
    words = named if named.strip() else getattr(source.answer, "team", source.answer)
    facts, rule = (because(won.when, values), won.id) if won else ([], "otherwise")
    rest = {"facts": once(facts), "cites": list(source.cites)}
    reasons.append({"table": table.name, "rule": rule, "answer": words, **rest})
    return source.answer


def violations(intake: model.Intake, type_: str, values: Values) -> Iterator[dict[str, Any]]:
    for rule in intake.rules:
        if (rule.at and type_ not in rule.at) or not (rule.when is None or holds(rule.when, values)):
            continue
        facts = because(rule.when, values) if rule.when else []
        match rule:
            case model.Required():
                table, fields = "intake.required", [field for field in rule.fields if field not in values]
            case model.Channels(field=field):
                table, fields = "intake.channels", [field] * (values.get(field, rule.accepted[0]) not in rule.accepted)
                facts = [*facts, {"field": field, "value": values.get(field)}]
            case model.Check():
                table, fields = "intake.checks", list(dict.fromkeys(fact["field"] for fact in facts))
        if fields:
            title = {"title": {"en": rule.title.en, "zh": rule.title.zh}} if rule.title else {}
            rest = {"fields": fields, "facts": once(facts), "cites": list(rule.cites)}
            yield {"table": table, "rule": rule.id, **title, **rest}


def once(facts: Facts) -> Facts:
    return [fact for index, fact in enumerate(facts) if fact not in facts[:index]]


def holds(condition: model.Condition, values: Values) -> bool:
    match condition:
        case model.All(parts=parts):
            return all(holds(part, values) for part in parts)
        case model.Any(parts=parts):
            return any(holds(part, values) for part in parts)
        case model.Not(part=part):
            return not holds(part, values)
        case model.Test(operator="present"):
            return (condition.field in values) == condition.operand
    return condition.field in values and passes(condition, values[condition.field])


def passes(test: model.Test, value: Any) -> bool:
    operand: Any = test.operand
    outcomes: dict[str, Callable[[], object]] = {
        "equal": lambda: value == operand,
        "one_of": lambda: value in operand,
        "at_least": lambda: not value < operand,
        "more_than": lambda: value > operand,
        "at_most": lambda: not value > operand,
        "less_than": lambda: value < operand,
        "between": lambda: not (value < operand[0] or value > operand[1]),
        "has": lambda: operand in value,
        "has_any": lambda: set(operand) & set(value),
        "has_all": lambda: set(operand) <= set(value),
    }
    return bool(outcomes.get(test.operator, lambda: found(test, value))())


def because(condition: model.Condition, values: Values) -> Facts:
    match condition:
        case model.All(parts=parts):
            return [fact for part in parts for fact in because(part, values)]
        case model.Any(parts=parts):
            return because(next(part for part in parts if holds(part, values)), values)
    return [said(test, values) for test in model.tests_in(condition)]


def said(test: model.Test, values: Values) -> dict[str, Any]:
    if test.field not in values:
        return {"field": test.field, "absent": True}
    if test.operator in ("mentions", "matches"):
        return {"field": test.field, "found": found(test, values[test.field])}
    return {"field": test.field, "value": values[test.field]}


def found(test: model.Test, text: str) -> list[str]:
    operand: Any = test.operand
    if test.operator == "matches":
        match = re.search(operand, text)
        return [match[0]] if match else []
    text = comparable(text)
    covers = [cover for phrase in test.apart_from for cover in places(phrase, text)]
    return [
        word
        for word in operand
        if any(all(b < begin or end < e for begin, end in covers) for b, e in places(word, text))
    ]


def places(written: str, text: str) -> list[tuple[int, int]]:
    word = comparable(written).strip()
    bare = word.rstrip("*").rstrip()
    spans = ((at, at + len(bare)) for at in range(len(text)) if text.startswith(bare, at) and not goes_on(text, at))
    return [(begin, end) for begin, end in spans if word.endswith("*") or not goes_on(text, end)]


def goes_on(text: str, at: int) -> bool:
    """Say whether a word or number goes on from the character before `at` to the one there."""
    kinds = [unicodedata.name(character, "").split(" ")[0] for character in text[at - 1 : at + 1] if at]
    return len(kinds) == 2 and {"LATIN", "GREEK", "CYRILLIC", "DIGIT", "COMBINING"}.issuperset(kinds)


INVISIBLE = "ZERO WIDTH SPACE|ZERO WIDTH (NON-)?JOINER|WORD JOINER|ZERO WIDTH NO-BREAK SPACE|SOFT HYPHEN"


def comparable(text: str) -> str:
    text = "".join(character for character in text if not re.fullmatch(INVISIBLE, unicodedata.name(character, "")))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"\s+", " ", re.sub("[\u2018\u2019\u02bc]", "'", folded))
