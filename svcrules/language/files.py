"""The files of a policy, as bytes: only regular ones, and no more than a policy can need."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from svcrules.diagnostics import Finding, Source, Span

MAX_BYTES = 4 * 1024 * 1024


def read_files(path: Path) -> tuple[list[tuple[str, bytes]], list[Finding]]:
    """
    Return name and content of the YAML files in a folder, or of the one file; and what cannot be read.

    Sub-folders are not looked into. All files together hold at most MAX_BYTES.
    """
    try:
        paths = sorted(_yaml_files(path)) if path.is_dir() else [path]
    except OSError as error:
        return [], [_unreadable(path, error)]
    if not paths:
        return [], [_finding(path, "SR101", "the folder holds no YAML files", "name the folder of one policy")]
    files: list[tuple[str, bytes]] = []
    findings: list[Finding] = []
    left = MAX_BYTES
    for file in paths:
        try:
            data = _read(file, left + 1)
        except OSError as error:
            findings.append(_unreadable(file, error))
            continue
        if len(data) > left:
            message = f"the policy has more than {MAX_BYTES:,} bytes"
            return [], [*findings, _finding(file, "SR102", message, "a policy is rules; keep data elsewhere")]
        left -= len(data)
        files.append((str(file), data))
    return files, findings


def _yaml_files(folder: Path) -> Iterator[Path]:
    return (entry for entry in folder.iterdir() if entry.suffix in (".yaml", ".yml"))


def _read(path: Path, most: int) -> bytes:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        # Opening a pipe would wait until somebody writes to it.
        raise OSError(errno.EINVAL, "Not a regular file")
    with path.open("rb") as file:
        return file.read(most)


def _unreadable(path: Path, error: OSError) -> Finding:
    reason = str(error.strerror)
    message = f"cannot be read: {reason[:1].lower()}{reason[1:]}"
    return _finding(path, "SR101", message, "check the name, what it leads to, and who may read it")


def _finding(path: Path, code: str, message: str, help_line: str) -> Finding:
    return Finding(code, message, Span(Source(str(path), ()), 1, 1, 1, 1), help_line)
