"""The marks of a picture: small figures around a point."""

from __future__ import annotations

from svcrules.report.picture.svg import element, number


def _path(class_: str, *points: tuple[float, float]) -> str:
    return element("path", d="M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "z", class_=class_)


def circle(x: float, y: float, class_: str, radius: float = 4.5) -> str:
    return element("circle", cx=x, cy=y, r=radius, class_=class_)


def diamond(x: float, y: float, class_: str) -> str:
    return _path(class_, (x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y))


def square(x: float, y: float, class_: str) -> str:
    return element("rect", x=x - 4.5, y=y - 4.5, width=9, height=9, class_=class_)


def triangle(x: float, y: float, class_: str) -> str:
    """Return a triangle whose tip, above, is at the point."""
    return _path(class_, (x, y), (x + 4.5, y + 8), (x - 4.5, y + 8))


def flag(x: float, top: float, bottom: float) -> str:
    """Return the mark of a deadline: a line with a tip that points down at its top."""
    line = element("path", d=f"M{number(x)} {number(top)}V{number(bottom)}", class_="due-line")
    return line + _path("due", (x - 5, top - 1), (x + 5, top - 1), (x, top + 6))


def cross(x: float, y: float) -> str:
    """Return the mark of a breach."""
    bars = f"M{number(x - 2.6)} {number(y - 2.6)}l5.2 5.2M{number(x + 2.6)} {number(y - 2.6)}l-5.2 5.2"
    return circle(x, y, "breach-mark", 6.5) + element("path", d=bars, class_="breach")
