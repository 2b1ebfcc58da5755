"""Opening hours with their holidays: the section `calendars`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from svcrules.codes import Severity
from svcrules.language.context import Context, Item, declared_in, scalar, scalars, span_of, text, title_of
from svcrules.language.dates import read_date
from svcrules.language.document import Mapping, Node, Scalar
from svcrules.language.holidays import HolidayList, read_holidays
from svcrules.language.model import Title
from svcrules.language.timed import PolicyCalendar
from svcrules.language.week import read_hours, read_week
from svcrules.time.calendar import Boundary, Calendar, Weekday
from svcrules.time.hours import Hours


def read_calendars(whole: Mapping, zone: ZoneInfo, context: Context) -> dict[str, PolicyCalendar]:
    """
    Return the calendars of the sections `calendars` and `holidays`; fill `context.calendars` with their names.

    `zone` is the policy's.
    """
    section, holidays = whole.get("calendars"), whole.get("holidays")
    lists = read_holidays(holidays, context)
    context.calendars = declared_in(section)
    calendars: dict[str, PolicyCalendar] = {}
    dates_left = _MOST_DATES
    for item in context.named_items(section, ("calendars",)):
        named = list(_lists(item.value, lists, context))
        dates_left -= sum(len(each.off) + len(each.working) for each in named)
        if dates_left < 0:
            message = f"the calendars have more than {_MOST_DATES:,} holidays together"
            context.report("SR206", message, item.key, "shorten the lists, or name them in fewer calendars")
            break
        calendars[item.name] = _calendar(item, named, zone, context)
    _check_use(holidays, section, context)
    return calendars


# A long list in many calendars would take too long; a hundred calendars of ten years have a third of it.
_MOST_DATES = 120_000


def _lists(calendar: Mapping, lists: dict[str, HolidayList], context: Context) -> Iterator[HolidayList]:
    for node in _names_of_lists(calendar):
        name = context.holiday_list(node)
        if name in lists:
            yield lists[name]


def _calendar(item: Item, lists: list[HolidayList], zone: ZoneInfo, context: Context) -> PolicyCalendar:
    node = item.value
    errors_before = context.reported[Severity.ERROR]
    hours, zone_node = node.get("hours"), scalar(node, "timezone")
    assert hours is not None
    exceptions = _Exceptions(lists)
    for day, hours_of_day in _dates(node, context):
        exceptions.set_hours(day, hours_of_day)
    calendar = Calendar(
        zone=(context.zone(zone_node) if zone_node is not None else None) or zone,
        week=read_week(hours, context),
        days_off=frozenset(exceptions.days_off),
        shifts=exceptions.shifts,
        first_day=max((each.first for each in lists), default=None),
        last_day=min((each.last for each in lists), default=None),
    )
    _check_stretch(calendar, node, context)
    # Hours that could not be read may be its only ones.
    if context.reported[Severity.ERROR] == errors_before and not calendar.has_openings:
        message = f"calendar `{item.name}` is never open"
        context.report("SR322", message, item.key, "give some day hours, or write `hours: always`")
    boundary = Boundary(text(node, "boundary") or Boundary.CLOSING)
    return PolicyCalendar(item.name, calendar, boundary, title_of(node), text(node, "note"), exceptions.titles())


def _names_of_lists(calendar: Mapping) -> tuple[Scalar, ...]:
    single = scalar(calendar, "holidays")
    return (single,) if single is not None else scalars(calendar, "holidays")


class _Exceptions:
    """What single dates have in place of the hours of their weekday; whatever is said of a date last counts."""

    def __init__(self, lists: Iterable[HolidayList]) -> None:
        self.days_off: set[date] = set()
        self.shifts: dict[date, Weekday | tuple[Hours, ...]] = {}
        self._titles: dict[date, Title] = {}
        for each in lists:
            self._titles |= {day: title for day, title in each.off.items() if title is not None}
            for day in each.off:
                self.set_hours(day, ())
            for day, weekday in each.working.items():
                self.set_hours(day, weekday)

    def set_hours(self, day: date, hours: Weekday | tuple[Hours, ...]) -> None:
        # A calendar puts a day off before a shift, so a date must not be both.
        self.days_off.discard(day)
        self.shifts.pop(day, None)
        if hours == ():
            self.days_off.add(day)
        else:
            self.shifts[day] = hours

    def titles(self) -> dict[date, Title]:
        """Return the titles of the days off that have one."""
        return {day: title for day, title in self._titles.items() if day in self.days_off}


def _dates(calendar: Mapping, context: Context) -> Iterator[tuple[date, tuple[Hours, ...]]]:
    node = calendar.get("dates")
    for key, value in node.entries if isinstance(node, Mapping) else ():
        day, hours = read_date(key, context), read_hours(value, context)
        if day is not None:
            yield day, hours


def _check_stretch(calendar: Calendar, node: Mapping, context: Context) -> None:
    first, last = calendar.first_day, calendar.last_day
    if first is not None and last is not None and last < first:
        message = f"these holidays have no day in common: one list ends on {last}, another begins on {first}"
        help_line = "a deadline is only sure where all lists are known; make one list of those of successive years"
        context.report("SR405", message, span_of(node, "holidays"), help_line)


def _check_use(holidays: Node | None, calendars: Node | None, context: Context) -> None:
    """Report lists that no calendar names, unless it may be one of those that a calendar names wrongly."""
    if not isinstance(holidays, Mapping) or context.shape.broken(("calendars",)):
        return
    entries = calendars.entries if isinstance(calendars, Mapping) else ()
    used = {name.text for _, node in entries if isinstance(node, Mapping) for name in _names_of_lists(node)}
    keys = [key for key, _ in holidays.entries]
    if used - {key.text for key in keys}:
        return
    for key in keys:
        if key.text not in used:
            help_line = f"write `holidays: {key.text}` in a calendar, or delete the list"
            context.report("SR406", f"no calendar has the holidays `{key.text}`", key.span, help_line)
