"""The key `timezone` of policies and mappings."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from svcrules.diagnostics import Finding, nearest, shorten
from svcrules.language.document import Scalar


def zone_named(node: Scalar) -> ZoneInfo | Finding:
    """Return the zone that the text of the node names in the IANA database, or what is wrong with the name."""
    try:
        return ZoneInfo(node.text)
    except (OSError, ValueError, KeyError):  # unknown names raise a KeyError, odd ones the others
        from zoneinfo import available_timezones  # looks through many files

        name = shorten(node.text)
        help_line = nearest(name, sorted(available_timezones())) or "use an IANA name such as `Asia/Shanghai`"
        return Finding("SR313", f"unknown time zone `{name}`", node.span, help_line)
