"""Opening hours of weekdays and of single days: `mon-fri: [08:30-12:00, 13:30-17:30]`."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map

from svcrules.language.context import Context
from svcrules.language.document import Mapping, Node, Scalar, Sequence
from svcrules.language.holidays import WEEKDAYS
from svcrules.time.calendar import ALWAYS, Weekday
from svcrules.time.hours import Hours, parse_hours
from svcrules.time.text import Unreadable


def read_week(node: Node, context: Context) -> Map[Weekday, tuple[Hours, ...]]:
    """Return the hours of the weekdays: of all for `always`, else of those that the mapping names."""
    if not isinstance(node, Mapping):
        return ALWAYS
    week: dict[Weekday, tuple[Hours, ...]] = {}
    for key, value in node.entries:
        hours = read_hours(value, context)
        for day in _weekdays(key.text):
            if day in week:
                message = f"`{_NAMES[day]}` is listed twice in `hours`"
                context.report("SR207", message, key.span, "name each day once; it can have several hours")
            week[day] = hours
    return week


def _weekdays(text: str) -> Iterator[Weekday]:
    """Yield the days of `mon`, `mon-fri`, `sat-mon` or several of these with commas."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        begin = WEEKDAYS[first]
        days_more = (WEEKDAYS[last or first] - begin) % len(Weekday)
        yield from (Weekday((begin + more) % len(Weekday)) for more in range(days_more + 1))


_NAMES = {day: name for name, day in WEEKDAYS.items()}


def read_hours(node: Node, context: Context) -> tuple[Hours, ...]:
    """Return the hours of a day, none for `closed`; report those that cannot be read, and those that overlap."""
    if isinstance(node, Scalar) and node.text == "closed":
        return ()
    read: list[Hours] = []
    for item in node.items if isinstance(node, Sequence) else (node,):
        assert isinstance(item, Scalar)
        hours = parse_hours(item.text)
        if isinstance(hours, Unreadable):
            context.report("SR319", hours.message, item.span, hours.help)
            continue
        overlapped = next((other for other in read if hours.opens < other.closes and other.opens < hours.closes), None)
        if overlapped is not None:
            message = f"`{hours}` overlaps `{overlapped}` of the same day"
            context.report("SR320", message, item.span, "write each stretch of time once")
        read.append(hours)
    return tuple(read)
