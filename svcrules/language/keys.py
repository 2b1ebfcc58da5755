"""Keys that only make sense together, or never do: what the schema could say only in a poor message."""

from __future__ import annotations

from collections.abc import Mapping as Map

from svcrules.diagnostics import Span
from svcrules.language.context import Context, Item


def check_one_of(item: Item, keys: tuple[str, ...], kind: str, context: Context) -> None:
    """Report an entry, which the message calls `kind`, that has none of the keys."""
    if not any(item.value.key(key) for key in keys):
        wanted = ", ".join(f"`{key}`" for key in keys[:-1]) + f" or `{keys[-1]}`"
        context.report("SR202", f"{kind} `{item.name}` has no key {wanted}", item.key, "write one of them")


def check_beside(item: Item, needed: Map[str, tuple[str, ...]], context: Context) -> None:
    """Report keys of the entry without those that they need; each missing key is reported once."""
    reported: set[str] = set()
    for key, others in needed.items():
        written = item.value.key(key)
        missing = [other for other in others if other not in reported and item.value.key(other) is None]
        if written is not None and missing:
            reported.update(missing)
            wanted = " and ".join(f"`{other}`" for other in missing)
            help_line = f"write {wanted} in the same mapping, or delete `{key}`"
            context.report("SR202", f"`{key}` needs {wanted} beside it", written.span, help_line)


def check_not_both(item: Item, first: str, second: str, context: Context) -> None:
    one, other = item.value.key(first), item.value.key(second)
    if one is not None and other is not None:
        message = f"`{first}` and `{second}` exclude each other"
        context.report("SR327", message, max(one.span, other.span, key=_place), "delete one of them")


def _place(span: Span) -> tuple[int, int]:
    return span.line, span.column
