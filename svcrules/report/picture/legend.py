"""The legend: what the marks of a picture mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from svcrules.report.language import Language
from svcrules.report.picture import marks
from svcrules.report.picture.svg import boxes, label, text_width

_BETWEEN = 18.0


def legend(language: Language, left: float, y: float) -> Iterator[str]:
    """Yield the entries in a line around `y`."""
    x = left
    for draw, en, zh in _ENTRIES:
        text = language.pick(en, zh)
        yield draw(x + 9, y)
        yield label(x + 23, y + 4, text)
        x += 23 + text_width(text, 11) + _BETWEEN


def _box(class_: str) -> Callable[[float, float], str]:
    return lambda x, y: boxes([(x - 9, y - 6, 18, 12)], class_)


_ENTRIES: tuple[tuple[Callable[[float, float], str], str, str], ...] = (
    (_box("used"), "working time used", "计入的工作时间"),
    (_box("idle"), "running while closed", "非工作时间"),
    (_box("late"), "late", "超时"),
    (_box("paused"), "paused", "暂停"),
    (_box("closed"), "closed", "不上班"),
    (lambda x, y: marks.flag(x, y - 8, y + 8), "deadline", "到期"),
    (lambda x, y: marks.triangle(x, y - 4, "warning"), "warning", "预警"),
    (marks.cross, "breach", "超时时刻"),
    (lambda x, y: marks.circle(x, y, "met-mark", 6), "done in time", "按时完成"),
    (lambda x, y: marks.circle(x, y, "breach-mark", 6), "done late", "逾期完成"),
    (lambda x, y: marks.circle(x, y, "event"), "event", "事件"),
    (lambda x, y: marks.diamond(x, y, "step"), "escalation", "升级"),
    (lambda x, y: marks.square(x, y, "duty"), "duty", "职责"),
)
