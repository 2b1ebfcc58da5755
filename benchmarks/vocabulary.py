"""Events made from a policy's own vocabulary: every field can be said, and texts mention what the policy looks for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from svcrules import Evaluator, Event, EventError, Policy
from svcrules.language.model import Field, FieldType, tests_in

SAID = 0.3
"""The share of the fields that an event says."""
STARTS = datetime(2026, 3, 2, 1, tzinfo=UTC)
NEUTRAL = (
    *(
        "the",
        "customer",
        "called",
        "again",
        "about",
        "last",
        "week",
        "and",
        "would",
        "like",
        "to",
        "hear",
        "from",
        "us",
    ),
    *("客户", "来电", "上周", "希望", "尽快", "回复"),
)
NUMBERS = (0, 1, 2, 3, 5, 10, 20, 50, 100, 1_000, 10_000, 100_000)


def created(policy: Policy, seed: int) -> Iterator[dict[str, Any]]:
    """Yield `created` events without end, as JSON gives them; no two say the same."""
    chosen = random.Random(f"{policy.name} {seed}")
    words = _words(policy)
    fields = [field for field in policy.fields.values() if field.counted is None]
    number = 0
    while True:
        number += 1
        said = (field for field in fields if field.name == "text" or chosen.random() < SAID)
        at = STARTS + timedelta(minutes=chosen.randrange(60 * 24 * 60))
        yield {
            "specversion": "1.0",
            "id": f"{policy.name}-{number}",
            "type": "created",
            "source": "/benchmarks",
            "subject": f"ticket-{number}",
            "time": at.isoformat().replace("+00:00", "Z"),
            "policy": policy.name,
            "data": {field.name: _value(field, words.get(field.name, ()), chosen) for field in said},
        }


def decidable(evaluator: Evaluator, count: int, seed: int) -> list[dict[str, Any]]:
    """Return `count` events that the policy takes."""
    found: list[dict[str, Any]] = []
    for event in created(evaluator.policy, seed):
        try:
            evaluator.decide(event)
        except EventError:
            continue
        found.append(event)
        if len(found) == count:
            break
    return found


def life(event: dict[str, Any]) -> list[Event]:
    """Return the event and what usually comes after it while a ticket is open."""
    first = Event.from_dict(event)
    steps = (
        ("assigned", 6),
        ("responded", 20),
        ("handling_started", 45),
        ("waiting_for_customer", 90),
        ("customer_replied", 150),
    )
    return [first, *(_later(first, type_, minutes) for type_, minutes in steps)]


def _later(first: Event, type_: str, minutes: int) -> Event:
    time = first.time + timedelta(minutes=minutes)
    text = time.isoformat().replace("+00:00", "Z")
    return Event(f"{first.id}-{type_}", type_, first.source, first.subject, time, text, first.policy)


def _words(policy: Policy) -> dict[str, list[str]]:
    """Return, by field, what the rules of the policy's tables look for in texts and lists."""
    found: dict[str, list[str]] = {}
    for table in policy.tables:
        for rule in table.rules:
            for test in tests_in(rule.when):
                if test.operator in ("mentions", "has", "has_any", "has_all"):
                    operand = test.operand if isinstance(test.operand, tuple) else (test.operand,)
                    found.setdefault(test.field, []).extend(map(str, (*operand, *test.apart_from)))
    return found


def _value(field: Field, words: Iterable[str], chosen: random.Random) -> Any:
    return _VALUES[field.type](field, list(words), chosen)


def _text(field: Field, words: list[str], chosen: random.Random) -> str:
    """Return up to three words of the policy among neutral ones; a word that a star opens is written without it."""
    mentioned = chosen.sample(words, min(len(words), chosen.choice((0, 1, 1, 2, 3))))
    said = [*chosen.choices(NEUTRAL, k=chosen.randrange(5, 25)), *(word.rstrip("*") for word in mentioned)]
    chosen.shuffle(said)
    # The number makes one text differ from all others.
    return " ".join((*said, str(chosen.randrange(10**9))))


def _list(field: Field, words: list[str], chosen: random.Random) -> list[str]:
    known = [*words, *NEUTRAL]
    return chosen.sample(known, chosen.randrange(1, 4))


def _number(field: Field, words: list[str], chosen: random.Random) -> float:
    low = field.minimum if field.minimum is not None else 0
    fitting = [each for each in NUMBERS if low <= each <= (field.maximum if field.maximum is not None else each)]
    return chosen.choice(fitting or [low])


def _date(field: Field, words: list[str], chosen: random.Random) -> str:
    return (STARTS + timedelta(days=chosen.randrange(-60, 300))).date().isoformat()


_VALUES: dict[FieldType, Callable[[Field, list[str], random.Random], Any]] = {
    FieldType.ONE_OF: lambda field, words, chosen: chosen.choice(tuple(field.values)),
    FieldType.SOME_OF: lambda field, words, chosen: chosen.sample(tuple(field.values), min(2, len(field.values))),
    FieldType.TEXT: _text,
    FieldType.INTEGER: _number,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: lambda field, words, chosen: chosen.random() < 0.5,
    FieldType.DATE: _date,
    FieldType.LIST: _list,
}
