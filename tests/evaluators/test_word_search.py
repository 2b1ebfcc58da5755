"""The word search agrees with looking at every place of a text, whatever the size of its chunks."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from svcrules.evaluators import texts
from svcrules.evaluators.reference.conditions import places
from svcrules.evaluators.texts import TextIndex, WordIndex
from svcrules.language.model import Test as FieldTest
from svcrules.language.words import comparable, word

LETTERS = st.sampled_from("aAb1漏气ß'’ \n-*\u0301ｂя🔥")
WORDS = st.text(LETTERS, min_size=1, max_size=4).filter(lambda written: word(written).text != "")
LISTS = st.lists(WORDS, min_size=1, max_size=5, unique=True)
TEXTS = st.text(LETTERS, max_size=24)
CHUNKS = st.integers(1, 8)


def mentioned(index: WordIndex, bits: int) -> set[str]:
    return {written for written, number in index.numbers.items() if bits >> number & 1}


@settings(max_examples=200)
@given(LISTS, TEXTS, CHUNKS)
def test_places(words: list[str], text: str, chunk: int) -> None:
    index, text = WordIndex(words, words), comparable(text)
    with patch.object(texts, "_CHUNK", chunk):
        bits, begins = index.found_in(text)
    expected = {written: places(written, text) for written in words}
    assert mentioned(index, bits) == {written for written, spans in expected.items() if spans}
    for written, spans in expected.items():
        number = index.numbers[written]
        length = index.length(number)
        assert [(begin, begin + length) for begin in begins.get(number, ())] == spans


@settings(max_examples=100)
@given(LISTS, LISTS, TEXTS, CHUNKS)
def test_places_are_kept_only_where_they_matter(words: list[str], placed: list[str], text: str, chunk: int) -> None:
    index, text = WordIndex([*words, *placed], placed), comparable(text)
    with patch.object(texts, "_CHUNK", chunk):
        bits, begins = index.found_in(text)
    assert mentioned(index, bits) == {written for written in (*words, *placed) if places(written, text)}
    assert set(begins) <= {index.numbers[written] for written in placed}


@settings(max_examples=150)
@given(LISTS, LISTS, TEXTS)
def test_apart_from(words: list[str], phrases: list[str], text: str) -> None:
    text_ = comparable(text)
    covers = [cover for phrase in phrases for cover in places(phrase, text_)]
    expected = [
        written
        for written in words
        if any(
            not any(cover[0] <= begin and end <= cover[1] for cover in covers) for begin, end in places(written, text_)
        )
    ]
    one = FieldTest("text", "mentions", tuple(words), tuple(phrases))
    other = FieldTest("text", "mentions", tuple(words))
    index = TextIndex([one, other])
    found = index.found_in(text)
    assert list(index.mentioned(one, found)) == expected
    assert (found & index.mask(one) != 0) == bool(expected)
    assert list(index.mentioned(other, found)) == [written for written in words if places(written, text_)]


@settings(max_examples=100)
@given(LISTS, LISTS, TEXTS)
def test_an_index_of_more_words_serves(words: list[str], more: list[str], text: str) -> None:
    known = TextIndex([FieldTest("text", "mentions", (*words, *more), (*words, *more))]).words
    test = FieldTest("text", "mentions", tuple(words), tuple(more))
    served, own = TextIndex([test], known), TextIndex([test])
    assert served.words is known
    assert served.mentioned(test, served.found_in(text)) == own.mentioned(test, own.found_in(text))


@given(st.text())
def test_comparable_form_is_final(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


def test_no_words() -> None:
    assert WordIndex(()).found_in("text") == (0, {})
