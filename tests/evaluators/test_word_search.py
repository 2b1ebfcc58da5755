"""The word search agrees with looking at every place of a text, whatever the size of its chunks."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from svcrules.evaluators import matchers
from svcrules.evaluators.matchers import WordIndex, outside
from svcrules.language.words import comparable, word
from tests.reference import places

LETTERS = st.sampled_from("aAb1漏气ß'’ \n-*\u0301ｂя🔥")
WORDS = st.text(LETTERS, min_size=1, max_size=4).filter(lambda written: word(written).text != "")
LISTS = st.lists(WORDS, min_size=1, max_size=5, unique=True)
TEXTS = st.text(LETTERS, max_size=24)
CHUNKS = st.integers(1, 8)


@settings(max_examples=200)
@given(LISTS, TEXTS, CHUNKS)
def test_places(words: list[str], text: str, chunk: int) -> None:
    with patch.object(matchers, "_CHUNK", chunk):
        found = WordIndex(words, words).found_in(text)
    expected = {written: places(written, comparable(text)) for written in words}
    assert {written: [(begin, begin + length) for begin in begins] for written, (length, begins) in found.items()} == {
        written: spans for written, spans in expected.items() if spans
    }


@settings(max_examples=100)
@given(LISTS, LISTS, TEXTS, CHUNKS)
def test_places_are_kept_only_where_they_matter(words: list[str], placed: list[str], text: str, chunk: int) -> None:
    with patch.object(matchers, "_CHUNK", chunk):
        found = WordIndex([*words, *placed], placed).found_in(text)
    comparable_text = comparable(text)
    assert set(found) == {written for written in (*words, *placed) if places(written, comparable_text)}
    matter = {word(written) for written in placed}
    assert all(begins == [] for written, (_, begins) in found.items() if word(written) not in matter)


@settings(max_examples=150)
@given(LISTS, LISTS, TEXTS)
def test_outside(words: list[str], phrases: list[str], text: str) -> None:
    both = [*words, *phrases]
    text_ = comparable(text)
    covers = [cover for phrase in phrases for cover in places(phrase, text_)]
    expected = [
        written
        for written in words
        if any(
            not any(cover[0] <= begin and end <= cover[1] for cover in covers) for begin, end in places(written, text_)
        )
    ]
    assert list(outside(WordIndex(both, both).found_in(text), words, phrases)) == expected


@given(st.text())
def test_comparable_form_is_final(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


def test_no_words() -> None:
    assert WordIndex(()).found_in("text") == {}
