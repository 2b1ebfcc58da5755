"""Small policies and events for tests."""

from __future__ import annotations

import json
import os
from typing import Any

HEADER = {
    "policy": "sample",
    "version": "1.2.3",
    "language": 1,
    "title": {"en": "Sample", "zh": "示例"},
    "timezone": "Asia/Shanghai",
}


def policy_text(**sections: Any) -> bytes:
    """Return the policy as YAML; JSON is YAML, and leaves no doubt about quoting."""
    return json.dumps({**HEADER, **sections}, ensure_ascii=False).encode()


def event(data: dict[str, Any], **attributes: str) -> dict[str, Any]:
    """Return a `created` event of ticket T-1 with the data."""
    return {
        "specversion": "1.0",
        "id": "e-1",
        "type": "created",
        "source": "/desk",
        "subject": "T-1",
        "time": "2026-03-02T09:15:00+08:00",
        **attributes,
        "data": data,
    }


def unmeasured(**variables: str) -> dict[str, str]:
    """Return the environment for a process whose lines are not counted: much is run there that other tests cover."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")} | variables
