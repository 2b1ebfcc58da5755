"""What holds for all calendars, tried above all around changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from svcrules.time.calendar import ALWAYS, Boundary, Calendar, DayEnd, Weekday
from svcrules.time.hours import Hours
from svcrules.time.steps import StepKind
from tests.time.naive import DAY, MINUTE, MinuteWalk

# Zones with a date near which something happens to their clocks.
_CHANGES = [
    ("UTC", date(2024, 2, 29)),
    ("Asia/Shanghai", date(1991, 9, 15)),
    ("Asia/Shanghai", date(2025, 12, 31)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2025, 3, 9)),
    ("America/New_York", date(2025, 11, 2)),
    ("Australia/Sydney", date(2026, 4, 5)),
    ("Australia/Sydney", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Sao_Paulo", date(2015, 10, 18)),  # at midnight
    ("America/Sao_Paulo", date(2016, 2, 21)),
    ("America/St_Johns", date(2006, 10, 29)),  # one minute after midnight
    ("Asia/Kathmandu", date(1986, 1, 1)),  # from 5:30 to 5:45
    ("Asia/Tehran", date(2016, 3, 21)),
    ("Africa/Casablanca", date(2025, 2, 23)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that did not exist
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("America/Caracas", date(2007, 12, 9)),
]


@st.composite
def _hours(draw: st.DrawFn) -> Hours:
    step = draw(st.sampled_from([1, 15, 30, 60]))
    opens = draw(st.integers(0, 1440 // step - 1)) * step
    return Hours(opens, opens + draw(st.integers(1, 1440 // step)) * step)


_DAY_HOURS = st.lists(_hours(), max_size=3).map(tuple)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Draw a calendar, and midnight in UTC of a date near which its clocks change."""
    zone, day = draw(st.sampled_from(_CHANGES))
    days = st.integers(-4, 4).map(lambda away: day + away * DAY)
    week = draw(st.one_of(st.just(ALWAYS), st.dictionaries(st.sampled_from(Weekday), _DAY_HOURS)))
    # One working day a week at least, so that deadlines are near.
    usual = {Weekday((day.weekday() + draw(st.integers(0, 6))) % 7): (Hours(540, 1020),)}
    calendar = Calendar(
        ZoneInfo(zone),
        {**usual, **{weekday: hours for weekday, hours in week.items() if hours}},
        days_off=draw(st.frozensets(days, max_size=2)),
        yearly_days_off=draw(st.frozensets(days.map(lambda each: (each.month, each.day)), max_size=1)),
        shifts=draw(st.dictionaries(days, st.one_of(st.sampled_from(Weekday), _DAY_HOURS), max_size=2)),
        breaks=draw(st.dictionaries(days, _DAY_HOURS, max_size=2)),
    )
    return calendar, datetime.combine(day, time.min, UTC)


_MINUTES_AWAY = st.integers(-3 * 1440, 3 * 1440)
_CLOSE = st.integers(-3 * 86_400_000_000, 3 * 86_400_000_000).map(lambda count: timedelta(microseconds=count))
_NOTHING = timedelta(0)
_BUDGETS = st.integers(1, 14 * 86_400_000_000).map(lambda count: timedelta(microseconds=count))
_SMALL_BUDGETS = _BUDGETS.map(lambda budget: budget / 10 + timedelta(microseconds=1))


@given(_cases(), _MINUTES_AWAY, st.integers(1, 1000))
def test_the_minute_walk_agrees(case: tuple[Calendar, datetime], away: int, minutes: int) -> None:
    calendar, middle = case
    # Six weeks hold a thousand minutes of the usual days in any case.
    walk = MinuteWalk(calendar, (middle - 30 * DAY).date(), (middle + 30 * DAY).date())
    start, budget = middle + away * MINUTE, minutes * MINUTE
    due = walk.add(start, minutes)
    assert calendar.add(start, budget) == due
    assert calendar.working_between(start, due) == budget
    assert calendar.working_between(middle, start) == (
        walk.worked(middle, start) * MINUTE if start > middle else -walk.worked(start, middle) * MINUTE
    )
    assert calendar.subtract(start, budget) == walk.subtract(start, minutes)
    assert calendar.is_open(start) == bool(walk.open[(start - walk.start) // MINUTE])
    assert walk.next_opening(start) in (calendar.next_opening(start), None)
    assert walk.next_closing(start) in (calendar.next_closing(start), None)
    assert sum((b - a for a, b in calendar.periods(middle, due)), timedelta(0)) == max(
        calendar.working_between(middle, due), timedelta(0)
    )


# To draw a calendar costs far more than to ask it, so each is asked this often: 20,000 examples with 100 calendars.
_ASKED = 200


def _close(chance: Random) -> timedelta:
    return timedelta(microseconds=chance.randint(-3 * 86_400_000_000, 3 * 86_400_000_000))


@given(_cases(), st.integers(0))
def test_what_was_added_lies_between(case: tuple[Calendar, datetime], seed: int) -> None:
    (calendar, middle), chance = case, Random(seed)
    for _ in range(_ASKED):
        start = middle + _close(chance)
        budget = timedelta(microseconds=chance.randint(1, 14 * 86_400_000_000))
        boundary = chance.choice(list(Boundary))
        due = calendar.add(start, budget, boundary)
        assert calendar.working_between(start, due) == budget
        assert calendar.working_between(due, start) == -budget
        assert calendar.is_open(due) or boundary is Boundary.CLOSING
        opens, closed = (
            calendar.add(start, _NOTHING, Boundary.OPENING),
            calendar.subtract(start, _NOTHING, Boundary.CLOSING),
        )
        assert calendar.subtract(due, budget) == opens
        assert calendar.subtract(due, budget, Boundary.CLOSING) == closed


@given(_cases(), st.integers(0))
def test_working_time_is_additive(case: tuple[Calendar, datetime], seed: int) -> None:
    (calendar, middle), chance = case, Random(seed)
    for _ in range(_ASKED):
        first, second, third = (middle + _close(chance) for _ in range(3))
        parts = calendar.working_between(first, second) + calendar.working_between(second, third)
        assert parts == calendar.working_between(first, third)


@given(_cases(), _CLOSE, _BUDGETS, _BUDGETS)
def test_budgets_can_be_split(case: tuple[Calendar, datetime], away: timedelta, one: timedelta, two: timedelta) -> None:
    calendar, middle = case
    assert calendar.add(calendar.add(middle + away, one), two) == calendar.add(middle + away, one + two)


@given(_cases(), _CLOSE, _SMALL_BUDGETS, st.sampled_from(Boundary))
def test_steps_explain_the_budget(
    case: tuple[Calendar, datetime], away: timedelta, budget: timedelta, boundary: Boundary
) -> None:
    calendar, middle = case
    start = middle + away
    due = calendar.add(start, budget, boundary)
    steps = list(calendar.steps(start, due))
    assert sum((step.worked for step in steps), timedelta(0)) == budget
    assert [step.start for step in steps] == [start, *(step.end for step in steps[:-1])]
    assert steps[-1].end == due
    assert all(step.start < step.end for step in steps)
    assert all(one.kind is not two.kind for one, two in pairwise(steps))
    for step in steps:
        assert calendar.is_open(step.start) == (step.kind is StepKind.OPEN)


@given(_cases(), _CLOSE, st.integers(-8, 8), st.sampled_from(DayEnd))
def test_working_days_are_counted(
    case: tuple[Calendar, datetime], away: timedelta, count: int, day_end: DayEnd
) -> None:
    calendar, middle = case
    start = middle + away
    walk = MinuteWalk(calendar, middle.date(), middle.date())
    day, left = start.astimezone(calendar.zone).date(), abs(count)
    assume(left)
    while left:
        day += DAY if count > 0 else -DAY
        left -= any(True for _ in walk.openings(day))
    end = calendar.add_working_days(start, count, day_end)
    if day_end is DayEnd.CLOSING:
        assert end == max(closes for _, closes in walk.openings(day))
    else:
        local = start.astimezone(calendar.zone).time()
        assert end == datetime.combine(day, local, calendar.zone).replace(fold=0).astimezone(UTC)
    today = start.astimezone(calendar.zone).date()
    assert calendar.is_working_day(day)
    between = (today + DAY, day) if count > 0 else (day, today - DAY)
    assert calendar.count_working_days(*between) == abs(count)
