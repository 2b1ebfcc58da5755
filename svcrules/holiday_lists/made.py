"""What makes a list of holidays, and what keeps it from being made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from svcrules.language.holidays import HolidayList


class Years(NamedTuple):
    """The years from `first` to `last`, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class Made(NamedTuple):
    """
    A list, and what its readers should know of it: `remarks` are whole lines.

    `names` are those of days off that have no title, for example because no Chinese one is known.
    """

    holidays: HolidayList
    remarks: tuple[str, ...]
    names: Mapping[date, str] = {}


class UnknownHolidaysError(Exception):
    """The holidays are not known; the text is one sentence without capital and period that says which are."""


class MissingPackageError(Exception):
    """The package that knows the holidays is not installed; the text says how to install it."""

    def __init__(self, package: str) -> None:
        super().__init__(f'the package `{package}` is not installed: pip install "svcrules[calendars]"')


def check_years(years: Years, known: Years, package: str) -> None:
    """Raise `UnknownHolidaysError` where the package does not know all of the years."""
    if years.first < known.first or known.last < years.last:
        raise UnknownHolidaysError(f"{package} knows the years {known}, not {years}; a newer version may know more")
