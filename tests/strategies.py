"""Small policies and tickets that lie on and beside their boundaries, for property tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.samples import event

Json = dict[str, Any]

Values = tuple[Any, ...]

KINDS, TIERS, STATED = ("repair", "inquiry", "complaint"), ("vip", "new"), ("x", "y")
SYMPTOMS = ("smell", "noise", "no_flame")
FIELDS: Json = {
    "kind": {"one_of": KINDS},
    "customer.tier": {"one_of": TIERS},
    "stated": {"one_of": STATED},
    "symptoms": {"some_of": SYMPTOMS},
    "text": {"type": "text"},
    "handler": {"type": "text"},
    "affected": {"type": "integer"},
    "loss": {"type": "number"},
    "injury": {"type": "boolean"},
    "ends": {"type": "date"},
    "tags": {"type": "list"},
}
TEAMS = ("desk", "experts", "manager")
LEVELS = ("P1", "P2", "P3")
TYPES = ("created", "updated", "closed")

# Numbers and dates that policies name; tickets have these and their neighbours.
NUMBERS = (0, 3, 10)
AMOUNTS = (0.5, 3, 10)
DATES = ("2026-02-28", "2026-10-01")
DATES_BESIDE = (*DATES, "2026-02-27", "2026-03-01", "2026-09-30", "2026-10-02")
ALPHABETIC = ("fire", "fire*", "ＦＩＲＥ", "gas leak", "leak", "leak*", "a", "1", "can't", "ß", "é")
WORDS = (*ALPHABETIC, "漏", "漏气", "气", "气a", "a漏", "!")
PHRASES = ("no fire", "no gas leak", "leak leak", "没漏气", "漏气 a", "气气", "fire fire*", "a")
PIECES = (
    *WORDS,
    *PHRASES,
    *("Fire", "firewall", "leaking", "gas\n leak", "LEAK", "no", "没", "A", "1a", "can’t", "ss", "e\u0301", "e", "s"),
    *("\u0301", "🔥", " ", " ", "\u3000", "\n", "-", "12", "ｌｅａｋ", "'", "t", "气", "я", "α", "ế"),
)
PATTERNS = ("fire", "^fire", "(?i)FIRE|漏", "漏气?", "[0-9]+", "a|ab|fire", "gas\\s+leak", "(?s)a.*b", "leak(ing|s)?")
LABELS = ("a", "A", "老客户", "")

COMPARISONS = ("at_least", "more_than", "at_most", "less_than")
PRESENT = st.booleans().map(lambda present: {"present": present})


@cache
def some(values: Values, most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


@cache
def one(values: Values) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


@cache
def ordered(values: Values) -> st.SearchStrategy[Any]:
    value, pair = one(values), st.tuples(one(values), one(values))
    return st.one_of(
        of_values(values),
        st.tuples(st.sampled_from(("at_least", "more_than", "at_most", "less_than")), value).map(
            lambda test: dict([test])
        ),
        pair.map(lambda bounds: {"between": sorted(bounds)}),
        pair.map(lambda bounds: {"at_least": min(bounds), "less_than": max(bounds)}),
    )


@cache
def of_list(values: Values) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.sampled_from(values).map(lambda value: {"has": value}),
        some(values).map(lambda listed: {"has_any": listed}),
        some(values).map(lambda listed: {"has_all": listed}),
        PRESENT,
    )


@cache
def of_values(values: Values) -> st.SearchStrategy[Any]:
    return st.one_of(one(values), some(values), PRESENT)


MENTIONS = st.one_of(
    some(WORDS, 4).map(lambda words: {"mentions": words}),
    st.tuples(some(WORDS, 4), some(PHRASES)).map(lambda pair: {"mentions": pair[0], "apart_from": pair[1]}),
)
TESTS: dict[str, st.SearchStrategy[Any]] = {
    "kind": of_values(KINDS),
    "customer.tier": of_values(TIERS),
    "symptoms": of_list(SYMPTOMS),
    "text": st.one_of(MENTIONS, st.sampled_from(PATTERNS).map(lambda pattern: {"matches": pattern}), MENTIONS),
    "handler": of_values(("Ann", "fire")),
    "affected": ordered(NUMBERS),
    "loss": ordered(AMOUNTS),
    "injury": of_values((True, False)),
    "ends": ordered(DATES),
    "tags": of_list(LABELS),
}


@cache
def conditions(results: tuple[tuple[str, Values], ...]) -> st.SearchStrategy[Json]:
    """Conditions on the fields, and on results with these values."""
    tests = TESTS | {name: of_values(values) for name, values in results}

    def test_of(name: str) -> st.SearchStrategy[Json]:
        negated = tests[name].map(lambda test: {"not": test})
        return st.one_of(tests[name], tests[name], negated).map(lambda test: {name: test})

    single = st.one_of(*map(test_of, tests))
    return st.one_of(single, nested(st.one_of(single, nested(single))))


def nested(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    parts = st.lists(inner, min_size=1, max_size=2)
    return st.one_of(
        inner.map(lambda part: {"not": part}),
        parts.map(lambda listed: {"any": listed}),
        parts.map(lambda listed: {"all": listed}),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
    )


class _Draft:
    """A policy being drawn: what it has so far is what later rules can test."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.results: tuple[tuple[str, Values], ...] = ()

    def when(self) -> Json:
        when: Json = self.draw(conditions(self.results))
        return when

    def maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def rules(self, name: str, answer: Callable[[], Json]) -> Json:
        rules = [
            {"id": f"{name}-{index}", "when": self.when(), **answer(), "cites": [f"manual-{index}"]}
            for index in range(self.draw(st.integers(0, 4)))
        ]
        return {"rules": rules} if rules else {}

    def scheme(self, name: str, key: str, values: Values, stated: bool) -> Json:
        scheme: Json = {key: values, "otherwise": self.draw(one(values))}
        if key == "values" and self.maybe():
            scheme["when"] = self.when()
        if stated and self.maybe():
            scheme["from"] = "stated"
        if self.maybe():
            cells = {row: {column: self.draw(one(values)) for column in TIERS} for row in KINDS}
            scheme["matrix"] = {"id": f"{name}-grid", "rows": "kind", "columns": "customer.tier", "cells": cells}
        scheme |= self.rules(name, lambda: {"is": self.draw(one(values))})
        self.results += ((name, values),)
        return scheme

    def team(self) -> str:
        return str(self.draw(one(TEAMS)))

    def to(self) -> Json:
        return {"to": self.team()} | ({"notify": self.draw(some(TEAMS, 2))} if self.maybe() else {})

    def owner(self) -> Json:
        return {"owner": {"field": "handler", "otherwise": self.team()} if self.maybe() else self.team()}

    def intake_rule(self, id_: str, always: bool) -> Json:
        rule: Json = {"id": id_}
        if always or self.maybe():
            rule["when"] = self.when()
        if self.maybe():
            rule["at"] = self.draw(some(TYPES, 2))
        return rule

    def intake(self) -> Json:
        count = st.integers(0, 2)
        title = {"en": "Wrong", "zh": "有误"}
        intake = {
            "required": [
                self.intake_rule(f"required-{index}", False)
                | {
                    "fields": self.draw(some(tuple(FIELDS))),
                    "if_missing": self.draw(one(("request", "refuse"))),
                }
                for index in range(self.draw(count))
            ],
            "channels": [
                self.intake_rule(f"channels-{index}", False) | {"field": "kind", "accepted": self.draw(some(KINDS))}
                for index in range(self.draw(count))
            ],
            "checks": [
                self.intake_rule(f"checks-{index}", True)
                | {"title": title, "then": self.draw(one(("report", "refuse")))}
                for index in range(self.draw(count))
            ],
        }
        return {key: rules for key, rules in intake.items() if rules}


@st.composite
def policies(draw: Any) -> Json:
    """The sections of a policy with up to two schemes, priority, routing, ownership and intake, or some of them."""
    draft = _Draft(draw)
    schemes = {name: draft.scheme(name, "values", STATED, True) for name in draw(some(("alpha", "beta"), 2))}
    sections: Json = {"fields": FIELDS, "teams": {team: {"title": {"en": team, "zh": team}} for team in TEAMS}}
    # Whatever the order in the file, the scheme that the other one tests is decided first.
    sections["classification"] = dict(draw(st.permutations(sorted(schemes.items()))))
    if draft.maybe():
        sections["priority"] = draft.scheme("priority", "levels", LEVELS, False)
    if draft.maybe():
        sections["routing"] = {**draft.rules("routing", draft.to), "otherwise": draft.to()}
    if draft.maybe():
        sections["ownership"] = {**draft.rules("ownership", draft.owner), "otherwise": draft.owner()}
    if intake := draft.intake():
        sections["intake"] = intake
    return sections


TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
DATA = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(KINDS),
        "customer.tier": st.sampled_from(TIERS),
        "stated": st.sampled_from(STATED),
        "symptoms": st.lists(st.sampled_from(SYMPTOMS), max_size=3),
        "text": TEXTS,
        "handler": st.sampled_from(["Ann", "fire", "", " "]),
        "affected": st.sampled_from([number + step for number in NUMBERS for step in (-1, 0, 1)]),
        "loss": st.sampled_from([amount + step for amount in AMOUNTS for step in (-0.1, 0, 0.1)]),
        "injury": st.booleans(),
        "ends": st.sampled_from(DATES_BESIDE),
        "tags": st.lists(st.sampled_from(LABELS), max_size=3),
    },
)


def events(data: st.SearchStrategy[Json] = DATA) -> st.SearchStrategy[Json]:
    return st.tuples(data, st.sampled_from(TYPES)).map(lambda drawn: event(drawn[0], type=drawn[1]))
