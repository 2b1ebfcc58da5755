"""Shares as people read them."""

from __future__ import annotations


def share_text(part: int, whole: int) -> str:
    """Return the share in percent, which reads 100 only where nothing is missing, and in numbers."""
    tenths = 1000 if part == whole else min(999, 1000 * part // whole)
    return f"{tenths / 10:g}% ({part:,} of {whole:,})"
