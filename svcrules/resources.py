"""Where the files that come with svcrules are: in the installed package, or in a checkout."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGED = Path(__file__).parent / "_data"
_CHECKOUT = Path(__file__).parent.parent


def _folder(packaged: str, checkout: str) -> Path:
    path = _PACKAGED / packaged
    return path if path.is_dir() else _CHECKOUT / checkout


def policies_folder() -> Path:
    """Return the folder that holds the policies which come with svcrules, one folder each."""
    return _folder("policies", "policies")


def findings_folder() -> Path:
    """Return the folder that holds a page for each code of a finding."""
    return _folder("findings", "docs/findings")


def policy_names() -> tuple[str, ...]:
    """Return the names of the policies that come with svcrules, sorted."""
    return tuple(sorted(path.name for path in policies_folder().iterdir() if (path / "policy.yaml").is_file()))


@cache
def schema(name: str) -> Any:
    """Return the JSON Schema `name` (policy, event, decision, mapping) as JSON values. Do not change the value."""
    path = _folder("schemas", "schemas") / f"{name}.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))
