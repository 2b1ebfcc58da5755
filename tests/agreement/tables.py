"""Fields and tables for drawn policies: schemes that feed each other, matrices, routing, ownership, intake."""

from __future__ import annotations

from collections.abc import Callable

from tests.agreement.conditions import condition, maybe_when
from tests.agreement.draft import Draft, Json

_NAMES = ("kind", "customer.tier", "customer.id", "text", "loss", "a", "b.c.d", "symptoms", "handler", "ends")
_VALUES = ("repair", "inquiry", "P1", "x", "Y-2", "1")
_DECLARED: tuple[Callable[[Draft], Json], ...] = (
    lambda draft: {"one_of": draft.some(_VALUES)},
    lambda draft: {"one_of": {value: {"en": value, "zh": value} for value in draft.some(_VALUES)}},
    lambda draft: {"some_of": draft.some(_VALUES)},
    lambda draft: {"type": "text"},
    lambda draft: {"type": "text"},
    lambda draft: {"type": "integer"} | ({"min": -2, "max": 11} if draft.maybe(40) else {}),
    lambda draft: {"type": "number"} | ({"min": -0.01, "unit": "CNY"} if draft.maybe(40) else {}),
    lambda draft: {"type": "boolean"},
    lambda draft: {"type": "date"},
    lambda draft: {"type": "list"},
)


def declare(draft: Draft) -> None:
    """Draw fields of every type, counting fields, teams and event types."""
    for name in draft.some(_NAMES, 6):
        draft.fields[name] = draft.one(_DECLARED)(draft)
    single = [name for name, said in draft.fields.items() if "some_of" not in said and said.get("type") != "list"]
    if single and draft.maybe(30):
        counted = {"count": condition(draft), "by": draft.one(single), "within": draft.one(("30d", "36h", "PT90M"))}
        counted |= {"distinct": draft.one(single)} if draft.maybe(30) else {}
        counted |= {"same": draft.some(single, 2)} if draft.maybe(30) else {}
        draft.results["repeats"] = counted
    draft.teams += draft.some(("desk", "experts", "manager", "board"), 4)
    draft.types += draft.some(("objected", "verified", "called_back"), 3)


def classification(draft: Draft) -> Json:
    """Draw up to three schemes; each can test those drawn before it, whatever their order in the file."""
    schemes: Json = {}
    for name in draft.some(("alpha", "beta", "gamma.class"), 3):
        schemes[name] = _scheme(draft, name, "values") | maybe_when(draft, 40)
        draft.results[name] = {"one_of": schemes[name]["values"]}
    order = list(schemes)
    draft.random.shuffle(order)
    return {name: schemes[name] for name in order}


def priority(draft: Draft) -> Json:
    section = _scheme(draft, "priority", "levels")
    draft.results["priority"] = {"one_of": section["levels"]}
    return section


def _scheme(draft: Draft, name: str, key: str) -> Json:
    values = draft.some(_VALUES, 4)
    stated = draft.of_type("one_of")
    scheme: Json = {}
    if stated and draft.maybe(30):
        scheme["from"] = draft.one(stated)
        # What can be stated is among the values.
        values = list(dict.fromkeys((*draft.fields[scheme["from"]]["one_of"], *values)))
    scheme[key] = values
    otherwise = draft.one(values)
    scheme["otherwise"] = {"is": otherwise, "cites": ["manual-9.9"]} if draft.maybe(20) else otherwise
    axes = [axis for axis, said in draft.tested.items() if "one_of" in said]
    if axes and draft.maybe(30):
        scheme["matrix"] = _matrix(draft, axes, values)
    return scheme | _rules(draft, name.replace(".", "-"), lambda: {"is": draft.one(values)})


def _matrix(draft: Draft, axes: list[str], values: list[str]) -> Json:
    rows, columns = draft.one(axes), draft.one(axes)
    cells = {
        row: {column: draft.one(values) for column in draft.tested[columns]["one_of"]}
        for row in draft.tested[rows]["one_of"]
    }
    return {"id": draft.id("grid"), "rows": rows, "columns": columns, "cells": cells}


def _rules(draft: Draft, name: str, answer: Callable[[], Json]) -> Json:
    rules = [draft.named(name, title=False) | {"when": condition(draft)} | answer() for _ in range(draft.number(0, 4))]
    return {"rules": rules} if rules else {}


def routing(draft: Draft) -> Json:
    def to() -> Json:
        route = {"to": draft.one(draft.teams)}
        return route | ({"notify": draft.some(draft.teams)} if draft.maybe() else {})

    return _rules(draft, "route", to) | {"otherwise": to()}


def ownership(draft: Draft) -> Json:
    return _rules(draft, "owner", lambda: {"owner": person(draft)}) | {"otherwise": {"owner": person(draft)}}


def person(draft: Draft) -> str | Json:
    """Draw a team, or whoever a field names."""
    texts, team = draft.of_type("text"), draft.one(draft.teams)
    return {"field": draft.one(texts), "otherwise": team} if texts and draft.maybe() else team


def intake(draft: Draft) -> Json:
    kinds: dict[str, Callable[[], Json]] = {
        "required": lambda: maybe_when(draft) | _required(draft),
        "checks": lambda: {"when": condition(draft)} | ({"then": "refuse"} if draft.maybe() else {}),
    }
    if draft.of_type("one_of"):
        kinds["channels"] = lambda: maybe_when(draft) | _channels(draft)
    section: Json = {}
    for kind in draft.some(list(kinds)):
        section[kind] = [
            draft.named(kind, title=kind == "checks") | kinds[kind]() | _at(draft) for _ in range(draft.number(1, 2))
        ]
    return section


def _required(draft: Draft) -> Json:
    refuse = {"if_missing": "refuse"} if draft.maybe() else {}
    return {"fields": draft.some(list(draft.fields))} | refuse


def _channels(draft: Draft) -> Json:
    field = draft.one(draft.of_type("one_of"))
    return {"field": field, "accepted": draft.some(tuple(draft.fields[field]["one_of"]))}


def _at(draft: Draft) -> Json:
    return {"at": draft.some(draft.types, 3)} if draft.maybe(40) else {}
