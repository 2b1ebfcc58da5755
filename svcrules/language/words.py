"""Words of `mentions`: how texts and words are made comparable, and which characters make a whole word."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# White space other than a single plain space, which most texts are full of.
_SPACES = re.compile(r"\s\s+|[^\S ]")
# Zero-width spaces and joiners, byte order marks, soft hyphens: what programs leave in texts and nobody sees.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]+")
_APOSTROPHES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'"})
# Latin, Greek and Cyrillic lie below U+0530, their extensions (Vietnamese, polytonic Greek) from U+1E00 to U+1FFF. What
# lies elsewhere is mostly written without spaces or with endings.
_ALPHABETS_END = "\u0530"
_EXTENSIONS, _EXTENSIONS_END = "\u1e00", "\u2000"


# Runs in which marks can be: what is neither a word's letter nor a space, and the two kana marks that pass for letters.
_MARKS_RUN = re.compile("(?:[^\\w\\s\\x00-\\x7f]|[\uff9e\uff9f]){31,}")
# As many as the Stream-Safe Text Format allows on one letter (Unicode Standard Annex 15, section 13).
_MOST_MARKS = 30


@dataclass(frozen=True, slots=True)
class Word:
    """A word in comparable form. `stem`: written with a star at the end, so that letters may follow."""

    text: str
    stem: bool


def comparable(text: str) -> str:
    """
    Return the text in NFKC, case folded, with plain apostrophes and single spaces, and without what cannot be seen.

    Normalised once more after folding, since folding can undo NFKC (Unicode 15, section 3.13, D145 and D146).
    """
    if text.isascii():
        folded = text.lower()
    else:
        # First, since letters and marks compose only where nothing stands between them.
        safe = _MARKS_RUN.sub(_without_excess, _INVISIBLE.sub("", text))
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", safe).casefold())
    return _SPACES.sub(" ", folded.translate(_APOSTROPHES))


def _without_excess(run: re.Match[str]) -> str:
    """Leave out marks beyond those allowed on one letter: normalising them takes time with their number squared."""
    kept = []
    marks = 0
    for character in run.group():
        is_mark = unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0
        marks = marks + 1 if is_mark else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


@lru_cache(maxsize=16_384)  # once when a policy is read, once for its index
def word(written: str) -> Word:
    """Return the word as the policy wrote it in comparable form; its text is empty where nothing would be left."""
    text = comparable(written).strip()
    stem = text.endswith("*")
    return Word(text.rstrip("*").rstrip() if stem else text, stem)


def joins(character: str) -> bool:
    """Say whether the character, a letter, a digit or a mark on one, continues a word of an alphabet, or a number."""
    if character < _ALPHABETS_END:
        return character.isalnum() or unicodedata.combining(character) > 0
    return _EXTENSIONS <= character < _EXTENSIONS_END and character.isalnum()
