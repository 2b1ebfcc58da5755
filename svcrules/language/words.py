"""Words of `mentions`: how texts and words are made comparable, and which characters make a whole word."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SPACES = re.compile(r"\s+")
_APOSTROPHES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'"})
# Latin, Greek and Cyrillic lie below; what comes after is mostly written without spaces or with endings.
_ALPHABETS_END = "\u0530"


@dataclass(frozen=True, slots=True)
class Word:
    """A word in comparable form. `stem`: written with a star at the end, so that letters may follow."""

    text: str
    stem: bool


def comparable(text: str) -> str:
    """
    Return the text in NFKC, case folded, with plain apostrophes and single spaces.

    Normalised once more after folding, since folding can undo NFKC (Unicode 15, section 3.13, D145 and D146).
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _SPACES.sub(" ", folded.translate(_APOSTROPHES))


def word(written: str) -> Word:
    """Return the word as the policy wrote it in comparable form; its text is empty where nothing would be left."""
    text = comparable(written).strip()
    stem = text.endswith("*")
    return Word(text.rstrip("*").rstrip() if stem else text, stem)


def joins(character: str) -> bool:
    """Say whether the character continues a word of an alphabet written with spaces, or a number."""
    return character < _ALPHABETS_END and character.isalnum()
