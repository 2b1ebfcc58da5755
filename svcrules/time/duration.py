"""Durations as policies write them: `90s`, `30m`, `4h`, `2d`, `1h30m`, `5 working days`, `PT4H`, `P3D`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from svcrules.diagnostics import shorten
from svcrules.time.text import Unreadable

MOST_DAYS = 36_525
"""A hundred years: what is longer is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Duration:
    """
    Either working time of a calendar or a number of its working days; the other is 0.

    A day written `d` is 24 hours of the calendar: of its opening hours, where it is not always open.
    """

    time: timedelta = timedelta(0)
    working_days: int = 0

    def __str__(self) -> str:
        """Return the duration as a policy writes it."""
        if self.working_days:
            return self.in_words()
        return "".join(f"{count}{unit}" for unit, count in self._parts()) or "0m"

    def in_words(self) -> str:
        if self.working_days:
            return _counted(self.working_days, "working day")
        return " ".join(_counted(count, _NAMES[unit]) for unit, count in self._parts()) or "0 minutes"

    def _parts(self) -> list[tuple[str, int]]:
        # Hours are not gathered into days: 48 hours of an office are not what its people call two days.
        minutes, seconds = divmod(self.time // _SECOND, 60)
        hours, minutes = divmod(minutes, 60)
        return [(unit, count) for unit, count in (("h", hours), ("m", minutes), ("s", seconds)) if count]


def parse_duration(text: str) -> Duration | Unreadable:
    """Read a duration in whole seconds or working days."""
    if match := _WORKING_DAYS.fullmatch(text):
        days = int(match[1])
        return Duration(working_days=days) if days <= MOST_DAYS else _too_long(text)
    if (match := _ISO.fullmatch(text)) and any(match.groups()):
        counts = {unit: int(count) for unit, count in zip("wdhms", match.groups(), strict=True) if count}
        return _of(text, counts)
    if not (parts := _COMPACT.fullmatch(text) and _PART.findall(text)):
        return _unreadable(text)
    units = [unit for _, unit in parts]
    if twice := next((unit for unit in units if units.count(unit) > 1), None):
        return Unreadable(f"`{shorten(text)}` counts {_NAMES[twice]}s twice", "write each unit once, such as `1h30m`")
    parts.sort(key=lambda part: "dhms".index(part[1]))
    if [unit for _, unit in parts] != units:
        ordered = "".join(count + unit for count, unit in parts)
        return Unreadable(f"`{shorten(text)}` does not begin with the longest unit", f"write `{shorten(ordered)}`")
    return _of(text, {unit: int(count) for count, unit in parts})


def _of(text: str, counts: dict[str, int]) -> Duration | Unreadable:
    seconds = sum(count * _SECONDS[unit] for unit, count in counts.items())
    return Duration(timedelta(seconds=seconds)) if seconds <= MOST_DAYS * _SECONDS["d"] else _too_long(text)


def _too_long(text: str) -> Unreadable:
    return Unreadable(f"`{shorten(text)}` is longer than a hundred years", "check the number and its unit")


def _unreadable(text: str) -> Unreadable:
    message = f"`{shorten(text)}` is not a duration"
    if _DAYS.fullmatch(text):
        count = text.split()[0]
        message = f"`{text}` does not say which days"
        return Unreadable(message, f"write `{_counted(int(count), 'working day')}`, or `{count}d` for 24 hours each")
    if _CALENDAR.fullmatch(text):
        return Unreadable(f"`{text}` counts months or years, which differ in length", "write days, such as `30d`")
    if match := _WORDS.fullmatch(text):
        return Unreadable(message, f"write `{match[1]}{match[2][0].lower()}`")
    if _COMPACT.fullmatch(compact := text.replace(" ", "").lower()):
        return Unreadable(message, f"write `{shorten(compact)}`")
    return Unreadable(message, "write a number and its unit, such as `30m`, `4h`, `2d` or `5 working days`")


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


_SECOND = timedelta(seconds=1)
_SECONDS = {"w": 7 * 86_400, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_NAMES = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
# Numbers have 9 digits at most, so that none takes long to read.
_WORKING_DAYS = re.compile(r"([0-9]{1,9}) working days?")
_COMPACT = re.compile(r"(?:[0-9]{1,9}[dhms])+")
_PART = re.compile(r"([0-9]+)([dhms])")
_ISO = re.compile(
    r"P(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?"
)
# What people write instead.
_DAYS = re.compile(r"[0-9]{1,9} days?")
_CALENDAR = re.compile(r"P(?:[0-9]{1,9}[YM]){1,2}(?:[0-9]{1,9}D)?|[0-9]{1,9} ?(?:months?|years?|mo|y)")
_WORDS = re.compile(r"([0-9]{1,9}) ?(d|h|m|s|hrs?|hours?|mins?|minutes?|secs?|seconds?)", re.IGNORECASE)
