"""Looking into texts: all words of a policy in one pass, and regular expressions in linear time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from typing import Any

from svcrules.language.words import comparable, joins, word

_CHUNK = 65_536

Found = Mapping[str, list[tuple[int, int]]]
"""
The words that a text mentions, as the policy writes them. For words whose places matter, the list holds where each
occurrence begins and ends; for the others it is empty.
"""


class WordIndex:
    """
    The words that a policy looks for in one field.

    `placed` names those whose places matter. The automaton is built on first use, since many tickets carry no text.
    """

    def __init__(self, written: Iterable[str], placed: Iterable[str] = ()) -> None:
        forms: dict[tuple[str, bool], list[str]] = {}
        for text in dict.fromkeys(written):
            parsed = word(text)
            forms.setdefault((parsed.text, parsed.stem), []).append(text)
        self._words = tuple(forms)
        self._forms = tuple(forms.values())
        self._longest = max((len(text) for text, _ in self._words), default=0)
        placed = frozenset(placed)
        self._placed = frozenset(i for i, texts in enumerate(self._forms) if not placed.isdisjoint(texts))

    @cached_property
    def _automaton(self) -> Any:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick([text for text, _ in self._words])

    def found_in(self, text: str) -> Found:
        """Return the words that the text mentions."""
        searched = comparable(text)
        found: dict[int, list[tuple[int, int]]] = {}
        for index, begin, end in self._occurrences(searched):
            placed = index in self._placed
            if (placed or index not in found) and self._is_whole(index, searched, begin, end):
                places = found.setdefault(index, [])
                if placed:
                    places.append((begin, end))
        return {form: places for index, places in found.items() for form in self._forms[index]}

    def _occurrences(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield index, begin and end of what the automaton finds, in chunks, so that memory stays flat."""
        for start in range(0, len(text), _CHUNK):
            before = max(start - self._longest, 0)
            for index, begin, end in self._automaton.find_matches_as_indexes(
                text[before : start + _CHUNK], overlapping=True
            ):
                yield index, before + begin, before + end

    def _is_whole(self, index: int, text: str, begin: int, end: int) -> bool:
        if begin > 0 and joins(text[begin]) and joins(text[begin - 1]):
            return False
        stem = self._words[index][1]
        return stem or end == len(text) or not (joins(text[end - 1]) and joins(text[end]))


def outside(found: Found, words: Iterable[str], phrases: Iterable[str]) -> Iterator[str]:
    """Yield the words found at some place that lies inside none of the phrases found."""
    covers = sorted(place for phrase in phrases for place in found.get(phrase, ()))
    begins = [begin for begin, _ in covers]
    # The furthest end of all phrases that begin up to here: one of them covers a word exactly if this end does.
    reaches = list(accumulate((end for _, end in covers), max))
    for text in words:
        for begin, end in found.get(text, ()):
            last = bisect_right(begins, begin) - 1
            if last < 0 or reaches[last] < end:
                yield text
                break


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
