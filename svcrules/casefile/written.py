"""Values of expectations as a test writes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from svcrules.casefile.model import Asking, Firing, Item, Value
from svcrules.casefile.times import written_instant, written_span


def written(value: Value, zone: ZoneInfo) -> str:
    """Return a single value as text; those of a list are separated by commas."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case datetime():
            return written_instant(value, zone)
        case timedelta():
            return written_span(value)
        case tuple():
            return ", ".join(written_item(item, zone) for item in value) or "[]"
    return value


def written_item(item: Item, zone: ZoneInfo) -> str:
    match item:
        case Firing(name=text, due=instant):
            pass
        case Asking(words=words, until=instant):
            text = " ".join(words)
        case _:
            return item
    return text if instant is None else f"{text}: {written_instant(instant, zone)}"
