"""Renderings: findings by format, decisions as a table, explanations for reading."""
