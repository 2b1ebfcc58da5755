"""Looking into texts: all words of a policy in one pass, and regular expressions in linear time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from svcrules.language.words import comparable, joins, word

_CHUNK = 65_536


class WordIndex:
    """
    The words that a policy looks for in one field.

    Built once per program; the automaton is built on first use, since many tickets carry no text.
    """

    def __init__(self, written: Iterable[str]) -> None:
        self._by_word: dict[tuple[str, bool], list[str]] = {}
        for text in dict.fromkeys(written):
            parsed = word(text)
            self._by_word.setdefault((parsed.text, parsed.stem), []).append(text)
        self._entries = tuple(self._by_word.items())
        self._longest = max((len(text) for text, _ in self._by_word), default=0)

    @cached_property
    def _automaton(self) -> Any:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick([text for (text, _), _ in self._entries])

    def found_in(self, text: str) -> frozenset[str]:
        """Return the words, as the policy writes them, that the text mentions."""
        searched = comparable(text)
        found: set[int] = set()
        # In chunks, so that memory stays flat however often a word occurs.
        for start in range(0, max(len(searched), 1), _CHUNK):
            chunk_start = max(start - self._longest - 1, 0)
            chunk = searched[chunk_start : start + _CHUNK + 1]
            for index, begin, end in self._automaton.find_matches_as_indexes(chunk, overlapping=True):
                if index not in found and self._is_whole(index, searched, chunk_start + begin, chunk_start + end):
                    found.add(index)
        return frozenset(text for index in found for text in self._entries[index][1])

    def _is_whole(self, index: int, text: str, begin: int, end: int) -> bool:
        (_, stem), _ = self._entries[index]
        if begin > 0 and joins(text[begin]) and joins(text[begin - 1]):
            return False
        return stem or end == len(text) or not (joins(text[end - 1]) and joins(text[end]))


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
