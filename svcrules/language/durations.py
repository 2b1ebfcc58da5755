"""Durations in policies: from the text to working time or working days, with findings."""

from __future__ import annotations

from svcrules.diagnostics import Span
from svcrules.language.context import Context, scalar
from svcrules.language.document import Mapping
from svcrules.time.duration import Duration, parse_duration
from svcrules.time.text import Unreadable


def read_duration(text: str, span: Span, context: Context) -> Duration | None:
    """Return the duration that the text says, or None where it cannot be read (reported)."""
    duration = parse_duration(text)
    if isinstance(duration, Unreadable):
        context.report("SR323", duration.message, span, duration.help)
        return None
    if text.startswith("0 working"):
        # At once, or by the end of the day? Both readings are natural.
        help_line = "write `0s` for at once, or hours such as `8h`"
        context.report("SR326", f"`{text}` does not say when on the day", span, help_line)
        return None
    return duration


def duration_of(mapping: Mapping, key: str, context: Context) -> Duration | None:
    """Return the duration under the key; None where there is none, or it cannot be read (reported)."""
    node = scalar(mapping, key)
    return read_duration(node.text, node.span, context) if node is not None else None


def wall_time_of(mapping: Mapping, key: str, context: Context) -> Duration | None:
    """Return the duration under the key as `duration_of` does, and None for working days (reported)."""
    duration = duration_of(mapping, key, context)
    node = scalar(mapping, key)
    if duration is None or node is None or not duration.working_days:
        return duration
    message = f"`{key}` passes around the clock, so it cannot count working days"
    context.report("SR326", message, node.span, "write days of 24 hours, such as `30d`")
    return None
