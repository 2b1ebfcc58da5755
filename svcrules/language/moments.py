"""When a step of a ladder is due, as policies write it: `start`, `2h after start`, `80% of resolution`."""

from __future__ import annotations

import re
from typing import NamedTuple

from svcrules.diagnostics import shorten
from svcrules.language.timed import Hinge
from svcrules.time.duration import parse_duration
from svcrules.time.text import Unreadable


class Phrase(NamedTuple):
    """A moment of which the parts are still text: `offset` is a duration, or None where there is none."""

    hinge: Hinge
    offset: str | None = None
    before: bool = False
    percent: int = 0
    clock: str | None = None


def parse_moment(text: str) -> Phrase | Unreadable:
    """Read what stands under `at`; offsets and names of clocks are not looked into."""
    if text == "start":
        return Phrase(Hinge.START)
    if match := _AFTER_START.fullmatch(text):
        return Phrase(Hinge.START, match[1])
    if match := _PERCENT.fullmatch(text):
        return Phrase(Hinge.PERCENT, percent=int(match[1]), clock=match[2])
    if match := _BREACH.fullmatch(text):
        return Phrase(Hinge.BREACH, match[1], match[2] == "before", clock=match[3])
    return _misread(text)


def parse_repeat(text: str) -> str | Unreadable:
    """Read what stands under `repeat`, and return its duration as text."""
    if match := _EVERY.fullmatch(text):
        return match[1]
    amount = "1 working day" if text in ("daily", "every day", "every working day") else text
    fits = not isinstance(parse_duration(amount), Unreadable)
    advice = f"write `every {amount}`" if fits else "write how often, such as `every 2h` or `every 1 working day`"
    return Unreadable(f"`{shorten(text)}` does not say how often the step fires again", advice)


def _misread(text: str) -> Unreadable:
    tidy = " ".join(text.lower().split()).replace(" %", "%")
    if tidy != text and isinstance(parse_moment(tidy), Phrase):
        return Unreadable(_no_time(text), f"write `{shorten(tidy)}`")
    for pattern, message, advice in _NEAR:
        if match := re.fullmatch(pattern, tidy):
            return Unreadable(f"`{shorten(text)}` {message}", advice.format(*map(shorten, match.groups())))
    if not isinstance(parse_duration(text), Unreadable):
        advice = f"write `{text} after start`, or `{text} after breach of` and the clock"
        return Unreadable(f"`{text}` does not say after what", advice)
    return Unreadable(_no_time(text), _FORMS)


def _no_time(text: str) -> str:
    return f"`{shorten(text)}` is no time of a step"


_AFTER_START = re.compile(r"(.+) after start")
_PERCENT = re.compile(r"([1-9][0-9]?)% of ([^ ]+)")
_BREACH = re.compile(r"(?:(.+) (after|before) )?breach of ([^ ]+)")
_EVERY = re.compile(r"every ([0-9P].*)")
_FORMS = (
    "write `start`, `2h after start`, or with a clock: `80% of CLOCK`, `breach of CLOCK`, `2h before breach of CLOCK`"
)
# What people write instead, what is wrong with it, and what to write.
_NEAR = (
    (r"0+% of ([^ ]+)", "is when the clock starts", "write `start`, or a share from 1% to 99%"),
    (r"0*100% of ([^ ]+)", "is the breach itself", "write `breach of {0}`"),
    (
        r"[0-9]+% of ([^ ]+)",
        "lies after the breach, where nothing is left to take a share of",
        "write a duration, such as `2h after breach of {0}`",
    ),
    (r"([0-9]+)\.[0-9]+% of ([^ ]+)", "is no whole share", "write whole numbers, such as `{0}% of {1}`"),
    (r"([0-9.]+%)(?: of)?", "does not say of which clock", "write `{0} of` and the clock"),
    (r"(?:at )?breach(?: of)?", "does not say of which clock", "write `breach of` and the clock"),
    (
        r"(.+) (after|before) breach(?: of)?",
        "does not say of which clock",
        "write `{0} {1} breach of` and the clock",
    ),
    (
        r".+ before start",
        "is before the ladder begins",
        "write `start`, or a time after it such as `2h after start`",
    ),
    (r"after (.+)", "does not say after what", "write `{0} after start`, or `{0} after breach of` and the clock"),
    (
        r"(.+) (after|before) ([a-z0-9_-]+)",
        "hangs neither on `start` nor on a breach",
        "write `{0} {1} breach of {2}` if `{2}` is a clock",
    ),
    (r"breach ([a-z0-9_-]+)", "is no time of a step", "write `breach of {0}`"),
    (r"([0-9]+%) ([^ ]+)", "is no time of a step", "write `{0} of {1}`"),
    (r"([a-z][a-z0-9_]*)", "is no time of a step", "write `start`, or `upon: {0}` for an event of this type"),
)
