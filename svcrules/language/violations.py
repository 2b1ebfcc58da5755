"""
What violates a schema, in bounded memory.

The validator makes all errors of a document at once, and each takes a few kilobytes. A large document is therefore
given to it in parts: of each long list of mappings or lists, some entries at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from svcrules.language.document import Path

# Values of a document, or of a part of it, in which all errors are looked for; in a larger part only the first.
_MOST_VALUES = 120_000
# Entries of a list that are looked at together.
_ENTRIES = 4_000


def is_large(value: Any) -> bool:
    """Say whether `violations` may leave out some of what is wrong in the JSON value."""
    return _count(value) > _MOST_VALUES


def violations(validator: Any, value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield the errors that jsonschema-rs finds in the JSON value, each with its path."""
    found = False
    for path, error in _in_parts(validator, value) if is_large(value) else _all(validator, value):
        found = True
        yield path, error
    if not found:  # it is in what the parts leave out: in a long list as a whole
        yield from _first(validator, value)


def _all(validator: Any, value: Any) -> Iterator[tuple[Path, Any]]:
    for error in validator.iter_errors(value):
        yield tuple(error.instance_path), error


def _first(validator: Any, value: Any) -> Iterator[tuple[Path, Any]]:
    import jsonschema_rs

    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        yield tuple(error.instance_path), error


def _in_parts(validator: Any, value: Any) -> Iterator[tuple[Path, Any]]:
    lists = {id(each): len(each) for each in _long_lists(value)}
    for start in range(0, max(lists.values(), default=1), _ENTRIES):
        part = _part(value, start, lists)
        if not validator.is_valid(part):
            for path, error in (_first if is_large(part) else _all)(validator, part):
                whole = _in_whole(path, value, start, lists)
                if whole is not None:
                    yield whole, error


def _long_lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list) and len(value) > _ENTRIES and all(isinstance(entry, dict | list) for entry in value):
        yield value
    for below in _below(value):
        yield from _long_lists(below)


def _part(value: Any, start: int, lists: dict[int, int]) -> Any:
    """Return the value with the entries from `start` on of each long list; the first ones where it has none there."""
    if id(value) in lists:
        value = value[start : start + _ENTRIES] or value[:_ENTRIES]
    if isinstance(value, list):
        return [_part(entry, start, lists) for entry in value]
    if isinstance(value, dict):
        return {key: _part(entry, start, lists) for key, entry in value.items()}
    return value


def _in_whole(path: Path, value: Any, start: int, lists: dict[int, int]) -> Path | None:
    """Return the path in the whole value of what has this one in the part; None where an earlier part had it, too."""
    whole: list[str | int] = []
    is_new = start == 0
    for step in path:
        if isinstance(step, int) and start < lists.get(id(value), 0):
            step, is_new = step + start, True
        whole.append(step)
        value = value[step]
    return tuple(whole) if is_new else None


def _below(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _count(value: Any) -> int:
    """Return the number of values in the value, itself included and keys not."""
    return 1 + sum(map(_count, _below(value)))
