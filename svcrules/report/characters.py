"""Characters that cannot be shown or written as they stand, and how wide the others are."""

from __future__ import annotations

import unicodedata

# Controls (a terminal may obey them), invisible format characters, lone surrogates, separators of lines.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_COMBINING = frozenset({"Mn", "Me"})


def visible(text: str) -> str:
    """Return the text for one line of a terminal: a tab as one space, what cannot be seen as U+FFFD."""
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char == "\t":
        return " "
    return "\ufffd" if unicodedata.category(char) in _HIDDEN else char


def columns(text: str) -> int:
    """Return how many columns of a terminal `visible(text)` takes."""
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in _COMBINING:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fitting(text: str, room: int) -> int:
    """Return how many of the first `room` characters fit in as many columns."""
    left = room
    for index, char in enumerate(text[:room]):
        left -= _columns(char)
        if left < 0:
            return index
    return min(len(text), room)


def encodable(text: str) -> str:
    r"""Return the text with lone surrogates, which UTF-8 cannot hold, written out as JSON does: `\ud800`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
