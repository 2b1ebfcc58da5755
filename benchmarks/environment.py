"""Where it was measured: interpreter, processor, versions."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path


def environment(packages: Iterable[str]) -> dict[str, str]:
    """Return versions by name; of packages only those that are installed."""
    found = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": f"{_processor()}, {os.cpu_count()} cores",
    }
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    named = re.search(r"model name\s*:\s*(.+)", text)
    return named.group(1).strip() if named else platform.processor()
