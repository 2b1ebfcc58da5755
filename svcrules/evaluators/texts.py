"""
Looking into texts: all words that a policy looks for in one pass, and regular expressions in linear time.

What was found in a text is a number with one bit for each thing looked for, so that a test is one `&`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from svcrules.language.model import Condition, Test, Value, tests_in
from svcrules.language.words import comparable, joins, word

_CHUNK = 65_536

Bits = int
"""A bit for each thing that was found."""


class _Word(NamedTuple):
    """A word in comparable form; whether a letter or digit before it, or after it, would make it part of another."""

    text: str
    closed_before: bool
    closed_after: bool

    @classmethod
    def of(cls, text: str, stem: bool) -> _Word:
        return cls(text, joins(text[0]), joins(text[-1]) and not stem)

    def is_whole(self, text: str, begin: int, end: int) -> bool:
        if self.closed_before and begin > 0 and joins(text[begin - 1]):
            return False
        return not (self.closed_after and end < len(text) and joins(text[end]))


class _Found(NamedTuple):
    """The words found, by bit, and where those begin of which the places matter, by number."""

    bits: Bits
    begins: Mapping[int, list[int]]


class WordIndex:
    """
    The words that a policy looks for in one field, each with a number; words that mean the same share one.

    `placed` names those whose places matter. The automaton is built on first use, since many tickets carry no text.
    """

    def __init__(self, written: Iterable[str], placed: Iterable[str] = ()) -> None:
        forms: dict[tuple[str, bool], int] = {}
        self.numbers: dict[str, int] = {}
        for text in dict.fromkeys(written):
            parsed = word(text)
            self.numbers[text] = forms.setdefault((parsed.text, parsed.stem), len(forms))
        self._words = tuple(_Word.of(*form) for form in forms)
        self._longest = max((len(each.text) for each in self._words), default=0)
        self._placed = frozenset(self.numbers[text] for text in placed)

    def __len__(self) -> int:
        return len(self._words)

    def length(self, number: int) -> int:
        return len(self._words[number].text)

    def serves(self, written: Iterable[str], placed: Iterable[str]) -> bool:
        """Say whether these words are among its own, with the places that matter."""
        numbers = self.numbers
        return all(text in numbers for text in written) and all(numbers[text] in self._placed for text in placed)

    @cached_property
    def _automaton(self) -> Any:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick([each.text for each in self._words])

    def found_in(self, text: str) -> _Found:
        """Return the words that the text, which is in comparable form, mentions."""
        bits = 0
        places: dict[int, list[int]] = {}
        # In chunks, since the automaton returns all it finds at once.
        for start in range(0, len(text), _CHUNK):
            # A word that ends in this chunk may have begun in the one before.
            before = max(start - self._longest, 0)
            chunk = text if len(text) <= _CHUNK else text[before : start + _CHUNK]
            for number, begin, end in self._automaton.find_matches_as_indexes(chunk, overlapping=True):
                if bits >> number & 1 and number not in self._placed:
                    continue
                begin, end = before + begin, before + end
                if end > start and self._words[number].is_whole(text, begin, end):
                    bits |= 1 << number
                    if number in self._placed:
                        places.setdefault(number, []).append(begin)
        return _Found(bits, places)


class _Apart(NamedTuple):
    """A word of a test with phrases inside which it does not count: their numbers, and its bit."""

    phrases: tuple[int, ...]
    bit: Bits


class TextIndex:
    """
    What the tests of a policy look for in one field.

    `known` is the index of another policy's words, which is used again where it has them all.
    """

    def __init__(self, tests: Iterable[Test], known: WordIndex | None = None) -> None:
        tests = tuple(dict.fromkeys(tests))
        mentions = [test for test in tests if test.operator == "mentions"]
        words = [text for test in mentions for text in (*_words(test), *test.apart_from)]
        placed = [text for test in mentions if test.apart_from for text in (*_words(test), *test.apart_from)]
        self.words = known if known is not None and known.serves(words, placed) else WordIndex(words, placed)
        self._free = len(self.words)
        self._apart: dict[int, list[_Apart]] = {}
        self._patterns: list[tuple[Pattern, Bits]] = []
        self._bits: dict[Test, tuple[tuple[str, Bits], ...]] = {}
        for test in mentions:
            self._bits[test] = self._mentioned(test)
        for test in tests:
            if test.operator == "matches":
                bit = self._bit()
                self._patterns.append((Pattern(str(test.operand)), bit))
                self._bits[test] = (("", bit),)

    def _bit(self) -> Bits:
        self._free += 1
        return 1 << (self._free - 1)

    def _mentioned(self, test: Test) -> tuple[tuple[str, Bits], ...]:
        numbers = self.words.numbers
        if not test.apart_from:
            return self._plain(test)
        bits = {numbers[text]: self._bit() for text in _words(test)}
        phrases = tuple(numbers[phrase] for phrase in test.apart_from)
        for number, bit in bits.items():
            self._apart.setdefault(number, []).append(_Apart(phrases, bit))
        return tuple((text, bits[numbers[text]]) for text in _words(test))

    def _plain(self, test: Test) -> tuple[tuple[str, Bits], ...]:
        return tuple((text, 1 << self.words.numbers[text]) for text in _words(test))

    def mask(self, test: Test) -> Bits:
        """Return the bits of which any makes the test hold."""
        mask = 0
        for _, bit in self._bits_of(test):
            mask |= bit
        return mask

    def knows(self, test: Test) -> bool:
        """Say whether it looks for all that the test asks for, be it a test of its own or not."""
        if test in self._bits:
            return True
        return test.operator == "mentions" and not test.apart_from and self.words.serves(_words(test), ())

    def mentioned(self, test: Test, found: Bits) -> tuple[str, ...]:
        """Return the words of the test that were found, as the policy writes them and in its order."""
        return tuple(text for text, bit in self._bits_of(test) if found & bit)

    def _bits_of(self, test: Test) -> tuple[tuple[str, Bits], ...]:
        return self._bits[test] if test in self._bits else self._plain(test)

    def found_in(self, text: str) -> Bits:
        """Return what the text has of all that is looked for."""
        found = 0
        if len(self.words):
            found, begins = self.words.found_in(comparable(text))
            for number in begins:
                for apart in self._apart.get(number, ()):
                    if self._is_outside(number, apart.phrases, begins):
                        found |= apart.bit
        for pattern, bit in self._patterns:
            if pattern.found_in(text) is not None:
                found |= bit
        return found

    def _is_outside(self, number: int, phrases: tuple[int, ...], begins: Mapping[int, list[int]]) -> bool:
        """Say whether the word was found at some place that lies inside none of the phrases found."""
        covers = [(begins[phrase], self.words.length(phrase)) for phrase in phrases if phrase in begins]
        if not covers:
            return True
        length = self.words.length(number)
        return any(not any(_covers(cover, begin, begin + length) for cover in covers) for begin in begins[number])


def _words(test: Test) -> tuple[str, ...]:
    assert isinstance(test.operand, tuple)
    return tuple(map(str, test.operand))


def _covers(cover: tuple[list[int], int], begin: int, end: int) -> bool:
    begins, length = cover
    last = bisect_right(begins, begin) - 1
    return last >= 0 and begins[last] + length >= end


class Pattern:
    """A regular expression of a policy, searched for anywhere in a text."""

    def __init__(self, written: str) -> None:
        self._written = written

    @cached_property
    def _compiled(self) -> Any:
        import re2

        options = re2.Options()
        options.log_errors = False
        return re2.compile(self._written, options)

    def found_in(self, text: str) -> str | None:
        """Return the leftmost part of the text that matches, or None."""
        match = self._compiled.search(text)
        return match.group() if match is not None else None


Texts = Mapping[str, TextIndex]
"""What a policy looks for, by the field in which it does."""


def texts_of(conditions: Iterable[Condition], known: Texts | None = None) -> Texts:
    """Return what the conditions look for; indexes of `known` that have the words already are used again."""
    tests: dict[str, list[Test]] = {}
    for test in text_tests(conditions):
        tests.setdefault(test.field, []).append(test)
    indexes = {field: index.words for field, index in known.items()} if known is not None else {}
    return {field: TextIndex(of_field, indexes.get(field)) for field, of_field in tests.items()}


def text_tests(conditions: Iterable[Condition]) -> Iterator[Test]:
    """Yield the tests that look into texts."""
    for condition in conditions:
        for test in tests_in(condition):
            if test.operator in ("mentions", "matches"):
                yield test


def found_in_texts(texts: Texts, values: Mapping[str, Value]) -> dict[str, Bits]:
    """Return what the texts among the values have of all that is looked for, by field."""
    return {field: index.found_in(text) for field, index in texts.items() if isinstance(text := values.get(field), str)}
