"""What reports for reading are written in: English or Chinese; days, times and spans of time in either."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from svcrules.language.model import Title
from svcrules.time.duration import Duration

Said = TypeVar("Said")


class Language(StrEnum):
    EN = "en"
    ZH = "zh"

    def of(self, title: Title) -> str:
        return title.zh if self is Language.ZH else title.en

    def pick(self, en: Said, zh: Said) -> Said:
        return zh if self is Language.ZH else en


_WEEKDAYS = {
    Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    Language.ZH: ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def weekday(day: date, language: Language) -> str:
    return _WEEKDAYS[language][day.weekday()]


def short_day(day: date, language: Language) -> str:
    """Return the day without its year: `Thu 1 Oct`, `10月1日 周四`."""
    if language is Language.ZH:
        return f"{day.month}月{day.day}日 {weekday(day, language)}"
    return f"{weekday(day, language)} {day.day} {_MONTHS[day.month - 1]}"


def long_day(day: date, language: Language) -> str:
    """Return the day with its year: `Thu 1 Oct 2026`, `2026年10月1日 周四`."""
    if language is Language.ZH:
        return f"{day.year}年{short_day(day, language)}"
    return f"{short_day(day, language)} {day.year}"


def days_between(first: date, last: date, language: Language) -> str:
    """Return a day, or the first and the last of several, without years."""
    if first == last:
        return short_day(first, language)
    return f"{short_day(first, language)}{language.pick(' to ', '至')}{short_day(last, language)}"


def time_of_day(local: datetime) -> str:
    """Return `09:30`, and seconds where there are any: `09:30:15`."""
    return f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"


def moment(local: datetime, language: Language, beside: date | None = None) -> str:
    """Return time and day, the day only where it is not `beside`, and its year only where that differs, too."""
    clock = time_of_day(local)
    if beside == local.date():
        return clock
    same_year = beside is not None and beside.year == local.year
    return f"{(short_day if same_year else long_day)(local.date(), language)} {clock}"


def span(time: timedelta, language: Language, *, in_days: bool = False) -> str:
    """
    Return a time that is not below zero as `2 h 30 min`, `2小时30分`.

    Hours are not gathered into days, since a day of an office has fewer; `in_days` says that a day has 24, and gathers
    them from two days on.
    """
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24) if in_days and hours >= 48 else (0, hours)
    parts = ((days, "d", "天"), (hours, "h", "小时"), (minutes, "min", "分"), (seconds, "s", "秒"))
    if language is Language.ZH:
        return "".join(f"{count}{zh}" for count, _, zh in parts if count) or "0分"
    return " ".join(f"{count} {en}" for count, en, _ in parts if count) or "0 min"


def limit(within: Duration, language: Language, in_days: bool = False) -> str:
    """Return the limit in words: `5 working days`, `4 h`."""
    if not within.working_days:
        return span(within.time, language, in_days=in_days)
    return f"{within.working_days}个工作日" if language is Language.ZH else within.in_words()
