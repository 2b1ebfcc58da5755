"""Renderings of what comparing the evaluators has found."""
