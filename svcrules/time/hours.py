"""Opening hours as policies write them: `08:30-12:00`."""

from __future__ import annotations

import re
from typing import NamedTuple

from svcrules.diagnostics import shorten
from svcrules.time.text import Unreadable
from svcrules.time.zone import DAY_MINUTES


class Hours(NamedTuple):
    """
    A half-open stretch of local time, in minutes from the midnight that begins its day.

    It begins on its day, and lasts 24 hours at most; a `closes` above 1,440 lies on the next day.
    """

    opens: int
    closes: int

    def __str__(self) -> str:
        # 24:00 ends the day itself; later than that is written as the clock of the next day shows it.
        closes = self.closes if self.closes <= DAY_MINUTES else self.closes - DAY_MINUTES
        return f"{self.opens // 60:02}:{self.opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


ALL_DAY = (Hours(0, DAY_MINUTES),)


def parse_hours(text: str) -> Hours | Unreadable:
    """Read `08:30-12:00`; an end at or before the beginning (`22:00-06:00`) lies on the next day."""
    match = _HOURS.fullmatch(text)
    if match is None:
        return Unreadable(f"`{shorten(text)}` is not a stretch of hours", "write two times, such as `08:30-12:00`")
    opens, closes = (60 * int(hour) + int(minute) for hour, minute in (match.group(1, 2), match.group(3, 4)))
    if opens >= DAY_MINUTES or closes > DAY_MINUTES or int(match[2]) > 59 or int(match[4]) > 59:
        return Unreadable(f"`{text}` holds a time that no clock shows", "write times from 00:00 to 24:00")
    if opens == closes:
        return Unreadable(f"`{text}` begins and ends at the same time", "write `00:00-24:00` for the whole day")
    return Hours(opens, closes if closes > opens else closes + DAY_MINUTES)


_HOURS = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
