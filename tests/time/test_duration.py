"""What is a duration, what is none, and what is said then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from svcrules.time.duration import Duration, parse_duration
from svcrules.time.text import Unreadable

_EXAMPLES = "write a number and its unit, such as `30m`, `4h`, `2d` or `5 working days`"


@pytest.mark.parametrize(
    ("text", "duration", "written", "words"),
    [
        ("90s", Duration(timedelta(seconds=90)), "1m30s", "1 minute 30 seconds"),
        ("30m", Duration(timedelta(minutes=30)), "30m", "30 minutes"),
        ("1h", Duration(timedelta(hours=1)), "1h", "1 hour"),
        ("2d", Duration(timedelta(hours=48)), "48h", "48 hours"),
        ("1h30m", Duration(timedelta(minutes=90)), "1h30m", "1 hour 30 minutes"),
        ("1d2h3m4s", Duration(timedelta(1, 7384)), "26h3m4s", "26 hours 3 minutes 4 seconds"),
        ("0m", Duration(), "0m", "0 minutes"),
        ("1 working day", Duration(working_days=1), "1 working day", "1 working day"),
        ("5 working days", Duration(working_days=5), "5 working days", "5 working days"),
        ("PT4H", Duration(timedelta(hours=4)), "4h", "4 hours"),
        ("P3D", Duration(timedelta(3)), "72h", "72 hours"),
        ("P2W", Duration(timedelta(14)), "336h", "336 hours"),
        ("P1DT2H3M4S", Duration(timedelta(1, 7384)), "26h3m4s", "26 hours 3 minutes 4 seconds"),
        ("36525d", Duration(timedelta(36525)), "876600h", "876600 hours"),
    ],
)
def test_durations(text: str, duration: Duration, written: str, words: str) -> None:
    assert parse_duration(text) == duration
    assert (str(duration), duration.in_words()) == (written, words)
    assert parse_duration(written) == duration


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("", "`` is not a duration", _EXAMPLES),
        ("4", "`4` is not a duration", _EXAMPLES),
        ("-4h", "`-4h` is not a duration", _EXAMPLES),
        ("1.5h", "`1.5h` is not a duration", _EXAMPLES),
        ("P", "`P` is not a duration", _EXAMPLES),
        ("P1DT", "`P1DT` is not a duration", _EXAMPLES),
        ("４h", "`４h` is not a duration", _EXAMPLES),
        ("9" * 70 + "h", f"`{'9' * 60}...` is not a duration", _EXAMPLES),
        ("4 hours", "`4 hours` is not a duration", "write `4h`"),
        ("30 min", "`30 min` is not a duration", "write `30m`"),
        ("4H", "`4H` is not a duration", "write `4h`"),
        ("1h 30m", "`1h 30m` is not a duration", "write `1h30m`"),
        ("5 days", "`5 days` does not say which days", "write `5 working days`, or `5d` for 24 hours each"),
        ("1 day", "`1 day` does not say which days", "write `1 working day`, or `1d` for 24 hours each"),
        ("P1M", "`P1M` counts months or years, which differ in length", "write days, such as `30d`"),
        ("2 months", "`2 months` counts months or years, which differ in length", "write days, such as `30d`"),
        ("1h2h", "`1h2h` counts hours twice", "write each unit once, such as `1h30m`"),
        ("30m1h", "`30m1h` does not begin with the longest unit", "write `1h30m`"),
        ("36526d", "`36526d` is longer than a hundred years", "check the number and its unit"),
        ("36526 working days", "`36526 working days` is longer than a hundred years", "check the number and its unit"),
    ],
)
def test_what_is_no_duration(text: str, message: str, advice: str) -> None:
    assert parse_duration(text) == Unreadable(message, advice)
