"""Each case in cases/*.yaml: a mapping and a CSV file give these events and these messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml


def _cases() -> list[Any]:
    found = []
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, case in document["cases"].items():
            found.append(pytest.param(document["head"], case, id=f"{path.stem}: {name}"))
    return found


@pytest.mark.parametrize(("head", "case"), _cases())
def test_case(from_csv: Callable[[str, str], tuple[list[Any], str]], head: str, case: dict[str, Any]) -> None:
    """`events` asserts the attributes that it names; a case without `events` or `messages` expects none."""
    wanted = case.get("events", [])
    events, messages = from_csv(head + case["mapping"], case.get("csv", ""))
    assert messages == case.get("messages", "")
    assert len(events) == len(wanted)
    assert [{key: event[key] for key in want} for event, want in zip(events, wanted, strict=True)] == wanted
