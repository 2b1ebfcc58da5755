"""Elements of SVG 1.1 as text, and how wide texts are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from svcrules.report.characters import columns, visible

# What XML 1.0 does not allow (section 2.2) beyond what `visible` has replaced.
_NOT_XML = re.compile("[\ufffe\uffff]")
_NARROW = frozenset("iIjlftr.,:;'|!()[] ")
_WIDE = frozenset("mwMW@%→#")
_SHARES = {"narrow": 0.34, "wide": 0.92, "usual": 0.58, "chinese": 1.02}

Attribute = str | float


def element(name: str, /, *children: str, **attributes: Attribute) -> str:
    """Return the element; `_` in names of attributes stands for `-`, one at the end for nothing."""
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_written(value))}" for key, value in attributes.items()
    )
    return f"<{name}{given}>{''.join(children)}</{name}>" if children else f"<{name}{given}/>"


def words(text: str) -> str:
    """Return the text as the content of an element."""
    return escape(_NOT_XML.sub("\ufffd", visible(text)))


def number(value: float) -> str:
    """Return the number with one decimal at most."""
    return f"{round(value, 1) + 0.0:g}"


def label(x: float, y: float, text: str, class_: str = "", **attributes: Attribute) -> str:
    classes = {"class_": class_} if class_ else {}
    return element("text", words(text), x=x, y=y, **classes, **attributes)


def boxes(rectangles: Iterable[tuple[float, float, float, float]], class_: str) -> str:
    """Return rectangles (x, y, width, height) as one path; none where there are none."""
    drawn = "".join(
        f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h-{number(width)}z"
        for x, y, width, height in rectangles
        if width > 0
    )
    return element("path", d=drawn, class_=class_) if drawn else ""


def with_tooltip(drawn: str, text: str) -> str:
    return element("g", element("title", words(text)), drawn)


def _written(value: Attribute) -> str:
    return value if isinstance(value, str) else number(value)


def text_width(text: str, size: float) -> float:
    """Return about how wide the text is in a usual font of this size, rather too much than too little."""
    return size * sum(_SHARES[_kind(char)] for char in text)


def _kind(char: str) -> str:
    if columns(char) == 2:
        return "chinese"
    return "narrow" if char in _NARROW else "wide" if char in _WIDE else "usual"
