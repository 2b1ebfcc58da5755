"""Hypothesis profiles: `pytest tests/time --hypothesis-profile=thorough` tries 20,000 examples of each property."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("thorough", max_examples=20_000, deadline=None)
