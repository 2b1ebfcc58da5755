"""Policy tests as meant: times are instants, parameters filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from svcrules.diagnostics import Span
from svcrules.language.document import Node


class Firing(NamedTuple):
    """Something that has fired, or should have; `due` is None where it does not matter when."""

    name: str
    due: datetime | None = None


class Asking(NamedTuple):
    """
    An action that has been asked for, or should have been.

    `words` are its name and what it is about: rule, team or person, task, clock, kind. `until` is None where it has no
    end, or it does not matter.
    """

    words: tuple[str, ...]
    until: datetime | None = None


Item = str | Firing | Asking
Value = str | bool | datetime | timedelta | tuple[Item, ...] | None
"""What is expected of one thing, or what came out: durations of clocks are working time."""


class Expected(NamedTuple):
    """
    One thing that must hold.

    `path` leads to it in `expect`, such as `("clocks", "resolution", "due")`; `node` is where it is written.
    """

    path: tuple[str, ...]
    wanted: Value
    node: Node


class Entry(NamedTuple):
    """
    An instant of a test: an event (`event` is its type), what must hold then, or both.

    `ticket` is None for the test's own. `span` is the place of `at`.
    """

    at: datetime
    event: str | None
    data: Mapping[str, Any]
    ticket: str | None
    expected: tuple[Expected, ...]
    span: Span


class Case(NamedTuple):
    """A test; of one with parameters a single variant, whose id ends with its number, as `limits[2]`."""

    id: str
    title: str | None
    entries: tuple[Entry, ...]
    span: Span
