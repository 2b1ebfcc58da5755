"""Days off and make-up working days: the section `holidays`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from datetime import date
from typing import NamedTuple, TypeVar

from svcrules.diagnostics import Span
from svcrules.language.context import Context, declared_in, scalar, span_of, titled
from svcrules.language.dates import read_date
from svcrules.language.document import Mapping, Node, Scalar, Sequence
from svcrules.language.model import Title
from svcrules.time.calendar import Weekday

WEEKDAYS = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), Weekday, strict=True))
"""The names of the weekdays in a policy."""


Value = TypeVar("Value")


class HolidayList(NamedTuple):
    """
    The days off, with their titles where they have any, and the days that are worked after all, as which weekday.

    The list is known from `first` to `last`, both included.
    """

    first: date
    last: date
    off: Map[date, Title | None]
    working: Map[date, Weekday]


def read_holidays(section: Node | None, context: Context) -> dict[str, HolidayList]:
    """Return the lists that are right; fill `context.holidays` with the names of all."""
    context.holidays = declared_in(section)
    lists: dict[str, HolidayList] = {}
    for item in context.named_items(section, ("holidays",)):
        found = _list(item.value, context)
        if found is not None:
            lists[item.name] = found
    return lists


def _list(node: Mapping, context: Context) -> HolidayList | None:
    first, last = _bound(node, "from", context), _bound(node, "to", context)
    off = {day: title for day, title, _ in _days(_titles(node.get("off")), first, last, context)}
    working: dict[date, Weekday] = {}
    for day, weekday, span in _days(_weekdays(node.get("working")), first, last, context):
        working[day] = weekday
        if day in off:
            message = f"`{day}` is listed twice, as a day off and as a working day"
            context.report("SR207", message, span, "delete one of them")
    if first is None or last is None:
        return None
    if last < first:
        message = f"the list runs from {first} down to {last}"
        context.report("SR311", message, span_of(node, "to"), "write the earlier date as `from`")
        return None
    return HolidayList(first, last, off, working)


def _bound(node: Mapping, key: str, context: Context) -> date | None:
    found = scalar(node, key)
    assert found is not None
    return read_date(found, context)


def _days(
    written: Iterable[tuple[Scalar, Value]], first: date | None, last: date | None, context: Context
) -> Iterator[tuple[date, Value, Span]]:
    """Yield the days with what is written of them; report those that do not lie between the bounds."""
    for key, value in written:
        day = read_date(key, context)
        if day is None:
            continue
        yield day, value, key.span
        if first is not None and last is not None and first <= last and not first <= day <= last:
            message = f"`{day}` lies outside the list, which runs from {first} to {last}"
            context.report("SR321", message, key.span, "correct the date, or `from` and `to`")


def _titles(node: Node | None) -> Iterator[tuple[Scalar, Title | None]]:
    if isinstance(node, Sequence):
        yield from ((item, None) for item in node.items if isinstance(item, Scalar))
    elif isinstance(node, Mapping):
        yield from ((key, titled(value)) for key, value in node.entries if isinstance(value, Mapping))


def _weekdays(node: Node | None) -> Iterator[tuple[Scalar, Weekday]]:
    entries = node.entries if isinstance(node, Mapping) else ()
    return ((key, WEEKDAYS[value.text]) for key, value in entries if isinstance(value, Scalar))
