"""Texts that cannot be read: the answer to them; the caller, who knows the place, makes a finding of it."""

from __future__ import annotations

from typing import NamedTuple


class Unreadable(NamedTuple):
    """Why a text cannot be read: one sentence without capital and period, and what to write instead."""

    message: str
    help: str
