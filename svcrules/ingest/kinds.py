"""What `as` can make of a cell, apart from text and lists of texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

# 18 digits fit into 64 bits, which every reader of JSON can hold.
_INTEGER = re.compile("[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "no", "n", "0"), False),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` gives None for texts that are not `words`; `advice` is the help line then."""

    read: Callable[[str], int | float | bool | None]
    words: str
    advice: str


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _number(text: str) -> int | float | None:
    whole = _integer(text)
    if whole is not None or not _NUMBER.fullmatch(text):
        return whole
    number = float(text)
    return number if isfinite(number) else None


def _boolean(text: str) -> bool | None:
    return _BOOLEANS.get(text.lower())


KINDS = {
    "integer": Kind(_integer, "a whole number", "write up to 18 digits and nothing else, such as `1200`"),
    "number": Kind(_number, "a number", "write digits with a point and nothing else, such as `1200.50`"),
    "boolean": Kind(_boolean, "a yes or no", "write true or false, yes or no, y or n, 1 or 0"),
}
