"""Lines for a terminal that are no wider than asked for; Chinese characters take two columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from svcrules.report.characters import columns, fitting, visible

# Characters that are two columns wide can stand at the end of a line, closing punctuation only after what it closes.
_PIECE = re.compile(r"\s+|[^\s\u2e80-\uffef]+|[\u2e80-\uffef][\u3001\u3002\uff0c\uff1a\uff1b\uff09\u300d\uff1f\uff01]*")


def wrapped(text: str, width: int) -> Iterator[str]:
    """Yield the text, made visible, in lines of at most `width` columns; at least one line."""
    line = ""
    for piece in _pieces(visible(text), width):
        if line and columns(line + piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    yield line.rstrip()


def _pieces(text: str, width: int) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        while columns(piece) > width:
            cut = fitting(piece, width)
            yield piece[:cut]
            piece = piece[cut:]
        yield piece


def padded(text: str, width: int) -> str:
    """Return the visible text with blanks up to the width."""
    return text + " " * (width - columns(text))
