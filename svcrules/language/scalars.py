"""What a plain scalar means: the core schema of YAML 1.2 (section 10.3.2), with numbers that any JSON reader holds."""

from __future__ import annotations

import re

_INT64 = 2**63
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BEGINS_NUMBER = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def resolved(text: str) -> str | int | float | bool | None:
    """
    Return the value of a plain scalar.

    Raises `OverflowError` for a number that is infinite, not a number, or an integer beyond 64 bits.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _BEGINS_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        number = int(text, 0) if text[:2] in ("0x", "0o") else int(text) if len(text) < 25 else _INT64
        if -_INT64 <= number < _INT64:
            return number
    elif _FLOAT.fullmatch(text):
        value = float(text)
        if abs(value) != float("inf"):
            return value
    elif not _NOT_FINITE.fullmatch(text):
        return text
    raise OverflowError(text)
