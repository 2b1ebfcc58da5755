"""
The policy as meant: frozen, names resolved, defaults applied, shorthands written out.

A matrix and a `from` have become rules; every list of values has its titles (or None); event types are complete.

Records are named tuples, since Python makes such a class five times as fast as a dataclass, which every command pays
for at its start. Conditions are dataclasses, because two kinds of them may hold the same parts and yet differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from svcrules.diagnostics import Span

if TYPE_CHECKING:
    from svcrules.language.timed import Timing

STANDARD_EVENT_TYPES = (
    "created",
    "updated",
    "assigned",
    "responded",
    "handling_started",
    "waiting_for_customer",
    "customer_replied",
    "resolved",
    "reopened",
    "closed",
    "cancelled",
)

Value = str | int | float | bool | tuple[str, ...]
"""A value of a field in an event. Dates are text as 2026-10-01, which sorts by time; lists are tuples."""


def is_date(value: object) -> bool:
    """Say whether the value is text that names a day of the calendar as 2026-10-01."""
    if not isinstance(value, str) or len(value) != len("2026-10-01"):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


class Title(NamedTuple):
    en: str
    zh: str


class FieldType(Enum):
    ONE_OF = "one_of"
    SOME_OF = "some_of"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"


class Count(NamedTuple):
    """
    What a counting field counts: tickets with the same value of `by`, created within the time before.

    `distinct` names a field of which the different values are counted instead; tickets must agree in the fields `same`.
    """

    when: Condition
    by: str
    within: timedelta
    distinct: str | None = None
    same: tuple[str, ...] = ()


class Field(NamedTuple):
    """
    A field of the vocabulary.

    `values` is empty unless the type is ONE_OF or SOME_OF; bounds are inclusive; `counted` is given for an INTEGER that
    is counted over tickets instead of read from events.
    """

    name: str
    type: FieldType
    values: Mapping[str, Title | None]
    minimum: float | None
    maximum: float | None
    unit: str | None
    title: Title | None
    note: str | None
    counted: Count | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """
    One test of one field.

    `operator` is a name of `conditions.OPERATORS`; `operand` is what the policy wrote: a value, or a tuple of values
    for the operators that take several. `apart_from` holds phrases inside which a word of `mentions` does not count.
    """

    field: str
    operator: str
    operand: Value | tuple[Value, ...]
    apart_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Test | All | Any | Not


def tests_in(condition: Condition) -> Iterator[Test]:
    """Yield every test in the condition, in the order in which it is written."""
    match condition:
        case Test():
            yield condition
        case Not(part=part):
            yield from tests_in(part)
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from tests_in(part)


Answer = TypeVar("Answer", covariant=True)


class Rule(NamedTuple, Generic[Answer]):
    id: str
    when: Condition
    answer: Answer
    title: Title | None = None
    note: str | None = None
    cites: tuple[str, ...] = ()
    span: Span | None = None


class Otherwise(NamedTuple, Generic[Answer]):
    answer: Answer
    title: Title | None = None
    note: str | None = None
    cites: tuple[str, ...] = ()
    span: Span | None = None


class Table(NamedTuple, Generic[Answer]):
    """
    Ordered rules; the first that matches wins, `otherwise` answers when none does.

    `name` is the place in the policy, such as `classification.complaint_class`. Where `applies` is given and does not
    hold, the table gives nothing.
    """

    name: str
    rules: tuple[Rule[Answer], ...]
    otherwise: Otherwise[Answer]
    applies: Condition | None = None


class Scheme(NamedTuple):
    """A table whose answers are values; the result is a field called `name` to later tables."""

    name: str
    values: Mapping[str, Title | None]
    table: Table[str]
    title: Title | None = None
    note: str | None = None
    cites: tuple[str, ...] = ()


class Route(NamedTuple):
    team: str
    notify: tuple[str, ...] = ()


class Owner(NamedTuple):
    """The person whom `field` names, or `team` where there is no such field or it is absent."""

    team: str
    field: str | None = None


class Required(NamedTuple):
    id: str
    when: Condition | None
    fields: tuple[str, ...]
    refuse: bool
    at: tuple[str, ...]
    title: Title | None
    note: str | None
    cites: tuple[str, ...]
    span: Span | None = None


class Channels(NamedTuple):
    id: str
    when: Condition | None
    field: str
    accepted: tuple[str, ...]
    at: tuple[str, ...]
    title: Title | None
    note: str | None
    cites: tuple[str, ...]
    span: Span | None = None


class Check(NamedTuple):
    """`at` is empty where the check is made on every event."""

    id: str
    when: Condition
    title: Title
    refuse: bool
    at: tuple[str, ...]
    note: str | None
    cites: tuple[str, ...]
    span: Span | None = None


class Intake(NamedTuple):
    required: tuple[Required, ...] = ()
    channels: tuple[Channels, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def rules(self) -> tuple[Required | Channels | Check, ...]:
        return (*self.required, *self.channels, *self.checks)


class Team(NamedTuple):
    id: str
    title: Title
    note: str | None
    cites: tuple[str, ...]


class NewVersion(Enum):
    """What a new version of a policy means for tickets that are open."""

    KEEP = "keep"
    RECOMPUTE = "recompute"


class Waiver(NamedTuple):
    """Clauses that no rule carries out, and why."""

    clauses: tuple[str, ...]
    reason: Title
    span: Span | None = None


class Clause(NamedTuple):
    """`normative` is must, should or informative."""

    id: str
    number: str
    kind: str
    normative: str
    statement: Title


@dataclass(frozen=True, slots=True)
class Policy:
    """
    A whole policy. `schemes` stand in the order of their dependence, those on which others build first.

    `digest` is `sha256:` and the hash of what the files say, whatever their layout, comments and order of keys.
    """

    name: str
    version: str
    title: Title
    timezone: str
    digest: str
    fields: Mapping[str, Field]
    event_types: Mapping[str, Title | None]
    teams: Mapping[str, Team]
    schemes: tuple[Scheme, ...]
    priority: Scheme | None
    routing: Table[Route] | None
    ownership: Table[Owner] | None
    intake: Intake
    clauses: Mapping[str, Clause]
    timing: Timing
    waivers: tuple[Waiver, ...] = ()
    new_version: NewVersion = NewVersion.KEEP
    note: str | None = None

    @property
    def value_schemes(self) -> tuple[Scheme, ...]:
        """The schemes and the priority, in the order in which they are decided."""
        return (*self.schemes, self.priority) if self.priority else self.schemes

    @property
    def tables(self) -> tuple[Table[object], ...]:
        """All tables with a winner, in the order in which they are asked."""
        values: tuple[Table[object], ...] = tuple(scheme.table for scheme in self.value_schemes)
        return (*values, *(table for table in (self.routing, self.ownership) if table is not None))
