"""Renderings of what policy tests came to."""
