"""
Policies loaded before, kept in the user's cache folder, so that a command need not read their YAML again.

An entry is a pickle, and a pickle can run code. It is therefore only read where folder and file belong to this user
and nobody else can write to them, as with the modules that Python keeps compiled. The cache never stands in the way:
what is damaged, foreign or out of reach is passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from svcrules import resources
from svcrules.language.model import Policy

Files = list[tuple[str, bytes]]
"""Name and content of each file of a policy, as `read_files` gives them."""

_VARIABLE = "SVCRULES_CACHE"
_PREFIX = "svcrules-policy-"
_KEPT_UNUSED_SECONDS = 30 * 24 * 3600
# What makes a policy of files: `language`, and the layers on which it may build. Bytes instead of times or versions,
# since both can stay the same when a file is edited or a wheel is rebuilt.
_CODE = ("codes.py", "diagnostics.py", "resources.py", "language/*.py", "time/*.py")


def through_cache(files: Files, load: Callable[[Files], Policy]) -> Policy:
    """
    Return the policy in the files: the one kept when the same files were loaded before, else what `load` returns.

    What `load` raises is passed on, and nothing is kept then. The variable SVCRULES_CACHE names another folder, or is
    `off`.
    """
    folder = _folder()
    if folder is None:
        return load(files)
    entry = folder / f"{_PREFIX}{_key(files)}.pickle"
    policy = _kept(entry)
    if policy is None:
        policy = load(files)
        with suppress(OSError):
            _keep(policy, entry)
    return policy


def _folder() -> Path | None:
    chosen = os.environ.get(_VARIABLE)
    if chosen == "off":
        return None
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path  # not needed where the variable is set

    folder = user_cache_path("svcrules", appauthor=False)
    # For a user without a home, the path would begin with `~` and lead into whatever folder is the current one.
    return folder if folder.is_absolute() else None


def _key(files: Files) -> str:
    """Hash the files, and all else on which the policy made of them depends."""
    digest = hashlib.sha256()
    for part in _parts(files):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _parts(files: Files) -> Iterator[bytes]:
    yield sys.version.encode()
    yield json.dumps(resources.schema("policy")).encode()
    package = Path(resources.__file__).parent
    for pattern in _CODE:
        for path in sorted(package.glob(pattern)):
            yield path.name.encode()
            yield path.read_bytes()
    for name, data in files:
        yield os.fsencode(name)
        yield data


def _kept(entry: Path) -> Policy | None:
    """Return the policy in the entry; None where there is none, or none to rely on."""
    try:
        if not _is_ours_alone(entry.parent.stat()):
            return None
        with entry.open("rb") as file:
            if not _is_ours_alone(os.fstat(file.fileno())):
                return None
            digest, data = file.read(hashlib.sha256().digest_size), file.read()
    except OSError:
        return None
    if hashlib.sha256(data).digest() != digest:
        return None
    with suppress(OSError):
        os.utime(entry)  # the time of its last use
    policy: Policy = pickle.loads(data)
    return policy


def _is_ours_alone(status: os.stat_result) -> bool:
    if sys.platform == "win32":
        return True  # what users keep below their profile is closed to others there
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _keep(policy: Policy, entry: Path) -> None:
    """Write the entry whole or not at all, and delete those long unused. Raises OSError where that cannot be done."""
    from tempfile import mkstemp

    folder = entry.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_ours_alone(folder.stat()):
        return
    data = pickle.dumps(policy, pickle.HIGHEST_PROTOCOL)
    descriptor, name = mkstemp(prefix=_PREFIX, dir=folder)
    written = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(hashlib.sha256(data).digest() + data)
        written.replace(entry)
    finally:
        written.unlink(missing_ok=True)
    _delete_unused(folder)


def _delete_unused(folder: Path) -> None:
    from time import time

    oldest = time() - _KEPT_UNUSED_SECONDS
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another process may have been faster
            if path.stat().st_mtime < oldest:
                path.unlink()
