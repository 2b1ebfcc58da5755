"""Single days in a policy: `2026-10-01`."""

from __future__ import annotations

from datetime import date

from svcrules.diagnostics import shorten
from svcrules.language.context import Context
from svcrules.language.document import Scalar
from svcrules.language.model import is_date

WRITE_DATE = "write year, month and day of a day that exists, as 2026-10-01"


def read_date(node: Scalar, context: Context) -> date | None:
    """Return the day that the node names; None where there is none such (reported)."""
    if is_date(node.text):
        return date.fromisoformat(node.text)
    context.report("SR314", f"`{shorten(node.text)}` is not a date", node.span, WRITE_DATE)
    return None
