"""Tickets that lie on and beside the boundaries of a policy, each from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from svcrules.agreement.goals import Goal, goals_of
from svcrules.agreement.instants import Instants
from svcrules.agreement.model import History, Move, Passed, Told
from svcrules.agreement.play import Outcome, Player
from svcrules.agreement.values import Wishes, disturbed, value_for
from svcrules.agreement.wishes import Results, wishes_for
from svcrules.engines import Engine
from svcrules.events import Event
from svcrules.language.model import Field, Policy, Test, tests_in

MOST_EVENTS = 8
_SOURCE = "/verify"
_FAR = timedelta(days=60)
Json = dict[str, Any]


class _Facts(NamedTuple):
    """What a ticket says, flat, and the values of counting fields."""

    data: Json
    counts: dict[str, int]


class _Course:
    """A history while it is drawn; the engine only plays it where somebody asks what came of it."""

    def __init__(self, engine: Engine) -> None:
        self.moves: list[Move] = []
        self._player = Player(engine)
        self._played = 0
        self._outcome = Outcome()

    @property
    def told(self) -> list[Told]:
        return [move for move in self.moves if isinstance(move, Told)]

    def outcome(self) -> Outcome:
        """Return what came of the last step."""
        for move in self.moves[self._played :]:
            self._outcome = self._player.take(move)
        self._played = len(self.moves)
        return self._outcome


class Tickets:
    """
    Draws histories of tickets: each satisfies the condition of some rule, mostly, and disturbs one test by one step.

    The engine says when something falls due, so that events can be put there; what it decides has no part in them. The
    same policy, number and random numbers give the same history.
    """

    def __init__(self, policy: Policy, engine: Engine, most_events: int = MOST_EVENTS) -> None:
        self._engine = engine
        self._zone = ZoneInfo(policy.timezone)
        self._most_events = most_events
        self._goals = tuple(goals_of(policy))
        self._results = Results(policy)
        self._instants = Instants(policy)
        self._types = tuple(_types_named(policy))
        self._fields = {name: field for name, field in policy.fields.items() if field.counted is None}
        self._tests: dict[str, list[Test]] = {}
        for goal in self._goals:
            for test in tests_in(goal.condition):
                self._tests.setdefault(test.field, []).append(test)
        self._counting = {
            name: field._replace(maximum=_most_counted(self._tests.get(name, [])))
            for name, field in policy.fields.items()
            if field.counted is not None
        }

    def ticket(self, number: int, random: Random) -> History:
        """Return the history of the ticket with this number; successive numbers aim at successive rules."""
        goal = self._goals[number % len(self._goals)]
        facts = self._facts(goal, random)
        return History(f"ticket {number}", tuple(self._moves(f"T-{number}", goal, facts, random)))

    def _facts(self, goal: Goal, random: Random) -> _Facts:
        wishes = wishes_for(goal.condition, random.random() < 0.85, random)
        for condition in goal.given:
            wishes += wishes_for(condition, True, random)
        by_field = self._results.said(wishes, random)
        data = {
            name: value_for(self._fields[name], said, random) for name, said in by_field.items() if name in self._fields
        }
        counted = {name: said for name, said in by_field.items() if name in self._counting}
        if data and random.random() < 0.5:
            name = random.choice(sorted(data))
            data[name] = disturbed(self._fields[name], random.choice(by_field[name])[0], data[name], random)
        for name, field in self._fields.items():
            if name not in data and random.random() < 0.1:
                data[name] = self._beside(field, random)
        counts = {
            name: count
            for name, field in self._counting.items()
            if (count := self._counted(field, counted.get(name, []), random)) is not None
        }
        return _Facts({name: value for name, value in data.items() if value is not None}, counts)

    def _beside(self, field: Field, random: Random) -> Any:
        """Return a value on or beside a boundary that some rule draws."""
        tests = self._tests.get(field.name)
        said: Wishes = [(random.choice(tests), random.random() < 0.5)] if tests else []
        return value_for(field, said, random)

    def _counted(self, field: Field, said: Wishes, random: Random) -> int | None:
        if not said and self._tests.get(field.name):
            said = [(random.choice(self._tests[field.name]), random.random() < 0.5)]
        count = value_for(field, said, random)
        return int(count) if count is not None else None

    def _moves(self, ticket: str, goal: Goal, facts: _Facts, random: Random) -> list[Move]:
        course = _Course(self._engine)
        for index, type_ in enumerate(self._event_types(goal, random)):
            if index == 0:
                at = latest = self._instants.first(random)
            else:
                at = self._instants.next(course.outcome, latest, random)
                self._between(course, latest, at, random)
            late = index > 0 and random.random() < 0.1
            when = self._late(course.told, at, random) if late else at
            latest = max(at, latest)
            course.moves.append(self._told(ticket, index, type_, when, facts, random))
        if random.random() < 0.6:
            course.moves.append(Passed(self._instants.next(course.outcome, latest, random)))
            if random.random() < 0.3:
                course.moves.append(Passed(latest + _FAR))
        return course.moves

    def _between(self, course: _Course, latest: datetime, at: datetime, random: Random) -> None:
        """Let time pass before the next event, sometimes beyond it, and an event come again."""
        if random.random() < 0.3:
            until = self._instants.next(course.outcome, latest, random)
            course.moves.append(Passed(min(until, at) if random.random() < 0.8 else until))
        if random.random() < 0.06:
            course.moves.append(random.choice(course.told))

    def _late(self, told: list[Told], at: datetime, random: Random) -> datetime:
        """Return an instant before one that is known already, or the same."""
        known = random.choice(told).event.time
        return random.choice((known, known - timedelta(seconds=1), known + (at - known) / 2))

    def _told(self, ticket: str, index: int, type_: str, at: datetime, facts: _Facts, random: Random) -> Told:
        data = facts.data if index == 0 else self._later(facts.data, random)
        if index == 0 and len(data) > 1 and random.random() < 0.2:
            data = dict(random.sample(sorted(data.items()), len(data) - 1))
        event = Event(
            f"e-{index + 1}", type_, _SOURCE, ticket, at, _time_text(at, self._zone, random), data=_nested(data, random)
        )
        return Told(event, facts.counts if index == 0 and type_ == "created" else {})

    def _later(self, said: Json, random: Random) -> Json:
        """Return what a later event says: mostly nothing, else something new, again, or that it does not hold."""
        kind = random.random()
        if kind < 0.6:
            return {}
        if said and kind < 0.75:
            return dict([random.choice(sorted(said.items(), key=lambda item: item[0]))])
        if not self._fields:
            return {}
        name = random.choice(sorted(said if said and kind < 0.9 else self._fields))
        return {name: self._beside(self._fields[name], random)}

    def _event_types(self, goal: Goal, random: Random) -> list[str]:
        number = min(self._most_events, random.choice((1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8)))
        aimed = [random.choice(types) for types in goal.events if types]
        first = "created" if random.random() < 0.85 or not aimed else aimed.pop(0)
        types = [first, *(type_ for type_ in aimed if type_ != first)]
        while len(types) < number:
            types.insert(random.randint(1, len(types)), random.choice(self._types))
        return types[: max(number, min(len(types), self._most_events))]


def _most_counted(tests: list[Test]) -> int:
    """Return a number a little above all that the tests of a counting field name: more says nothing new."""
    named = (test.operand if isinstance(test.operand, tuple) else (test.operand,) for test in tests)
    return max((int(number) for each in named for number in each if isinstance(number, int | float)), default=0) + 2


def _types_named(policy: Policy) -> Iterator[str]:
    """Yield event types as often as something in the policy depends on them, and each at least once."""
    yield from policy.event_types
    timing = policy.timing
    for clock in timing.clocks.values():
        yield from (*clock.starts, *clock.stops, *clock.restarts)
        for pause in clock.pauses:
            yield from (*pause.begins, *pause.ends)
    for ladder in timing.ladders:
        for step in ladder.steps:
            yield from step.upon
    for duty in timing.duties:
        yield from (*duty.upon, *duty.done_by)
    for rule in timing.closing:
        yield from (*rule.after, "closed")


def _time_text(at: datetime, zone: ZoneInfo, random: Random) -> str:
    local = at.astimezone(zone)
    # Some zones were seconds away from UTC once, which RFC 3339 cannot say.
    if random.random() < 0.5 or (local.utcoffset() or timedelta(0)) % timedelta(minutes=1):
        return at.isoformat().replace("+00:00", "Z")
    return local.isoformat()


def _nested(data: Json, random: Random) -> Json:
    """Return the data with dotted names as they are, or as objects."""
    if random.random() < 0.5:
        return data
    nested: Json = {}
    for name, value in data.items():
        *groups, last = name.split(".")
        inner = nested
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[last] = value
    return nested
