"""Times as files write them, read into instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_SAMPLE = datetime(2001, 11, 23, 16, 5, 6, 7, tzinfo=UTC)
# The sample by directive. Those that depend on the machine (%Z, %c, %x, %X) or count weeks are left out.
_DIRECTIVES = {
    "%Y": "2001",
    "%y": "01",
    "%m": "11",
    "%B": "November",
    "%b": "Nov",
    "%d": "23",
    "%j": "327",
    "%A": "Friday",
    "%a": "Fri",
    "%H": "16",
    "%I": "04",
    "%p": "PM",
    "%M": "05",
    "%S": "06",
    "%f": "000007",
    "%z": "+0000",
    "%%": "%",
}
DIRECTIVES = tuple(_DIRECTIVES)


def instant(text: str, form: str | None, zone: ZoneInfo) -> str | None:
    """
    Return the time in `text` in RFC 3339, in UTC; None where it does not fit.

    `form` is for `strptime`; None is ISO 8601. A time without an offset is in `zone`: one that a clock change
    skips moves forward by the gap, one that occurs twice is the first, as `fold=0` has it (PEP 495). Names of
    months and days are those of the process's locale: English, unless the program around us has changed it.
    """
    try:
        # The zone is added below.
        time = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
        if time.tzinfo is None:
            time = time.replace(tzinfo=zone)
        return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None


def fault_of_format(form: str) -> str | None:
    """Return what keeps `form` from saying a time in full, as the end of a sentence; None if nothing does."""
    for directive in re.findall("%.?", form, re.DOTALL):
        if directive not in _DIRECTIVES:
            return f"has the unknown directive `{directive}`"
    sample = re.sub("%.", lambda match: _DIRECTIVES[match.group()], form)
    try:
        time = datetime.strptime(sample, form)  # noqa: DTZ007 - only its parts are looked at
    except (ValueError, re.error):
        return "says a part of the time twice"
    if time.date() != _SAMPLE.date():
        return "leaves the year, the month or the day open"
    if time.hour not in (0, _SAMPLE.hour):
        return "has `%I` without `%p`, so morning and evening look alike"
    return None
