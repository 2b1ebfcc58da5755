"""When steps are due: the forms of `at` and `repeat`; those that are misread are cases of tests/policies/invalid."""

from __future__ import annotations

import pytest

from svcrules.language.moments import Phrase, parse_moment, parse_repeat
from svcrules.language.timed import Hinge
from svcrules.time.text import Unreadable


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("start", Phrase(Hinge.START)),
        ("2h after start", Phrase(Hinge.START, "2h")),
        ("2 working days after start", Phrase(Hinge.START, "2 working days")),
        ("1% of resolution", Phrase(Hinge.PERCENT, percent=1, clock="resolution")),
        ("99% of contact-after-end", Phrase(Hinge.PERCENT, percent=99, clock="contact-after-end")),
        ("breach of resolution", Phrase(Hinge.BREACH, clock="resolution")),
        ("breach of start", Phrase(Hinge.BREACH, clock="start")),
        ("1h30m after breach of resolution", Phrase(Hinge.BREACH, "1h30m", clock="resolution")),
        ("PT2H before breach of x_1", Phrase(Hinge.BREACH, "PT2H", before=True, clock="x_1")),
        ("1 working day before breach of a", Phrase(Hinge.BREACH, "1 working day", before=True, clock="a")),
    ],
)
def test_moments(text: str, phrase: Phrase) -> None:
    assert parse_moment(text) == phrase


@pytest.mark.parametrize("text", ["", " ", "start ", " start", "of x", "% of x", "breach of a b", "80% of", "start\n"])
def test_what_is_no_moment(text: str) -> None:
    assert isinstance(parse_moment(text), Unreadable)


@pytest.mark.parametrize("text", ["2h", "1 working day", "PT2H", "2 hours"])
def test_repeats(text: str) -> None:
    """Whether it is a duration is looked at by those who call."""
    assert parse_repeat(f"every {text}") == text


@pytest.mark.parametrize("text", ["", "every", "every ", "every  2h", "Every 2h", "each 2h"])
def test_what_is_no_repeat(text: str) -> None:
    assert isinstance(parse_repeat(text), Unreadable)
