"""Clocks with one change."""

from __future__ import annotations

from collections.abc import Iterator

from svcrules.casefile.mutate.amounts import with_, without
from svcrules.casefile.mutate.model import Touch, reaching, with_event
from svcrules.language.model import STANDARD_EVENT_TYPES, Table, tests_in
from svcrules.language.timed import Clock, Limit, OnLimitChange, OnReopen

# What is not the same as another word at these places: `closed` and `cancelled` end clocks anyway.
_OTHERS = tuple(type_ for type_ in STANDARD_EVENT_TYPES if type_ not in ("closed", "cancelled", "reopened"))


def other_events(types: tuple[str, ...], taken: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], Touch]]:
    """
    Yield the event types without each of them, or, where there is but one, with another that is not taken; with what
    was changed.
    """
    if len(types) > 1:
        for index, type_ in enumerate(types):
            yield f"{type_} removed", without(types, index), with_event(type_)
        return
    for type_ in types:
        other = next((other for other in _OTHERS if other not in (*types, *taken)), None)
        if other is not None:
            yield f"{type_} -> {other}", (other,), with_event(type_, other)


def changed_clocks(clock: Clock, limits: Table[Limit | None]) -> Iterator[tuple[str, Clock, Touch]]:
    """Yield the clock with each single change, what was changed, and which tests it can matter to."""
    taken = (*clock.starts, *clock.stops, *clock.restarts)
    for text, types, touch in other_events(clock.starts, taken):
        yield f"starts: {text}", clock._replace(starts=types), touch
    for text, types, touch in other_events(clock.stops, taken):
        yield f"stops: {text}", clock._replace(stops=types), touch
    for index, type_ in enumerate(clock.restarts):
        yield f"restarts: {type_} removed", clock._replace(restarts=without(clock.restarts, index)), with_event(type_)
    yield from _with_other_pauses(clock)
    for on_reopen in OnReopen:
        if on_reopen is not clock.on_reopen:
            text = f"on_reopen {clock.on_reopen} -> {on_reopen}"
            yield text, clock._replace(on_reopen=on_reopen), with_event("reopened")
    never_changes = bool(limits.rules) and next(tests_in(limits.rules[0].when), None) is None
    for on_change in () if never_changes else OnLimitChange:
        if on_change is not clock.on_limit_change:
            text = f"on_limit_change {clock.on_limit_change} -> {on_change}"
            yield text, clock._replace(on_limit_change=on_change), reaching(("new limit", clock.name))


def _with_other_pauses(clock: Clock) -> Iterator[tuple[str, Clock, Touch]]:
    for index, pause in enumerate(clock.pauses):
        begins = with_event(*pause.begins)
        text = f"pause from {', '.join(pause.begins)} removed"
        yield text, clock._replace(pauses=without(clock.pauses, index)), begins
        for name, types in (("begins", pause.begins), ("ends", pause.ends)):
            for number, type_ in enumerate(types):
                if name == "ends" or len(types) > 1:
                    other = pause._replace(**{name: without(types, number)})
                    pauses = with_(clock.pauses, index, other)
                    key = "from" if name == "begins" else "to"
                    yield f"pauses {key}: {type_} removed", clock._replace(pauses=pauses), with_event(type_)
