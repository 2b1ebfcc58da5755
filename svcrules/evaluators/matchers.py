"""Looking into texts: all words of a policy in one pass, and regular expressions in linear time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from svcrules.language.words import comparable, joins, word

_CHUNK = 65_536


class Places(NamedTuple):
    """Where a word of this length begins in a text, in order; without begins where the places do not matter."""

    length: int
    begins: list[int]

    def cover(self, begin: int, end: int) -> bool:
        last = bisect_right(self.begins, begin) - 1
        return last >= 0 and self.begins[last] + self.length >= end


Found = Mapping[str, Places]
"""The words that a text mentions, as the policy writes them."""


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
        self._words = tuple(_Searched.of(text, stem) for text, stem in forms)
        self._forms = tuple(forms.values())
        self._longest = max((len(searched.text) for searched in self._words), default=0)
        placed = frozenset(placed)
        self._placed = frozenset(i for i, texts in enumerate(self._forms) if not placed.isdisjoint(texts))

    @cached_property
    def _automaton(self) -> Any:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick([searched.text for searched in self._words])

    def found_in(self, text: str) -> Found:
        """Return the words that the text mentions."""
        text = comparable(text)
        found: dict[int, list[int]] = {}
        settled: set[int] = set()
        # In chunks, since the automaton returns all it finds at once.
        for start in range(0, len(text), _CHUNK):
            # A word that ends in this chunk may have begun in the one before.
            before = max(start - self._longest, 0)
            chunk = text[before : start + _CHUNK]
            for index, begin, end in self._automaton.find_matches_as_indexes(chunk, overlapping=True):
                if index in settled:
                    continue
                begin, end = before + begin, before + end
                if end > start and self._words[index].is_whole(text, begin, end):
                    begins = found.setdefault(index, [])
                    if index in self._placed:
                        begins.append(begin)
                    else:
                        settled.add(index)
        return {
            form: Places(len(self._words[index].text), begins)
            for index, begins in found.items()
            for form in self._forms[index]
        }


class _Searched(NamedTuple):
    """A word in comparable form; whether a letter or digit before it, or after it, would make it part of another."""

    text: str
    closed_before: bool
    closed_after: bool

    @classmethod
    def of(cls, text: str, stem: bool) -> _Searched:
        return cls(text, joins(text[0]), joins(text[-1]) and not stem)

    def is_whole(self, text: str, begin: int, end: int) -> bool:
        if self.closed_before and begin > 0 and joins(text[begin - 1]):
            return False
        return not (self.closed_after and end < len(text) and joins(text[end]))


def outside(found: Found, words: Iterable[str], phrases: Iterable[str]) -> Iterator[str]:
    """Yield the words found at some place that lies inside none of the phrases found."""
    covers = [found[phrase] for phrase in phrases if phrase in found]
    for text in words:
        length, begins = found.get(text, _NOWHERE)
        if any(not any(cover.cover(begin, begin + length) for cover in covers) for begin in begins):
            yield text


_NOWHERE = Places(0, [])


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
