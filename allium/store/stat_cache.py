"""What files look like from outside: size, times, inode."""

import os
import time
from hashlib import file_digest
from typing import Final, TypeAlias

Look: TypeAlias = tuple[int, int, int, int]
"""Size in bytes, times of the last change of contents and of inode in nanoseconds, inode."""

SECOND: Final = 1_000_000_000
COARSE: Final = 2 * SECOND
"""FAT, the coarsest of file systems, keeps times in steps of two seconds."""
UNCERTAIN: Final = 0
"""Stands for the time of a change of inode in a look that no later look shall equal."""

_digests: dict[str, tuple[Look, str]] = {}


def look(path: str) -> Look | None:
    """Return what a file looks like; `None` when there is none."""
    try:
        return of(os.stat(path))  # noqa: PTH116  a hundred thousand times a build
    except OSError:
        return None


def of(status: os.stat_result) -> Look:
    """Return the look of a file whose status is known."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def recorded(seen: Look) -> Look:
    """Return a look as it may be remembered of a file that was just written or read.

    On a file system with times of whole seconds a file that changes twice within one looks the
    same. So a look that is not older than such a step says nothing of a later one.
    """
    size, modified, changed, inode = seen
    is_coarse = modified % SECOND == 0 and changed % SECOND == 0
    if is_coarse and max(modified, changed) + COARSE > time.time_ns():
        return size, modified, UNCERTAIN, inode
    return seen


def digest(path: str, seen: Look) -> str:
    """Return the SHA-256 of a file that looks like this; the same file is read once.

    Raises `OSError` when it cannot be read.
    """
    cached = _digests.get(path)
    if cached is not None and cached[0] == seen:
        return cached[1]
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123  ten thousand times a build
        sha256 = file_digest(stream, "sha256").hexdigest()
    if recorded(seen) == seen:
        _digests[path] = seen, sha256
    return sha256
