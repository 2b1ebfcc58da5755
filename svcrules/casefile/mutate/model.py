"""A changed policy, and which tests the change can matter to."""

from __future__ import annotations

from typing import NamedTuple

from svcrules.casefile.coverage.points import Key
from svcrules.diagnostics import Span
from svcrules.language.model import Condition, Policy

SEVERAL_TICKETS: Key = ("several tickets",)
"""Reached by tests that have more than one ticket."""


class Touch(NamedTuple):
    """
    Tests that a change can matter to: those that reach one of `keys`, or have an event of one of the types `events`, or
    in which the first of `conditions` holds at some instant and the second does not, or the other way round.

    All are empty where it can matter to any test.
    """

    keys: frozenset[Key] = frozenset()
    events: frozenset[str] = frozenset()
    conditions: tuple[Condition, Condition] | None = None


def reaching(*keys: Key) -> Touch:
    return Touch(keys=frozenset(keys))


def with_event(*types: str) -> Touch:
    return Touch(events=frozenset(types))


class Mutant(NamedTuple):
    """A policy with one change; `text` says which, such as `within 4h -> 5h`, and `span` where."""

    text: str
    span: Span | None
    policy: Policy
    touch: Touch
