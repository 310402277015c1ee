"""What files look like from outside, asked of the system once while nothing happens to them.

A build with nothing to do meets each of its fifty thousand files two or three times: as what one
task made, as what another reads, and as what the site must hold. Whoever runs the tasks says how
long looks are remembered; as long as nobody does, every look is a new one.
"""

import os
from typing import TypeAlias

Look: TypeAlias = tuple[int, int, float]
"""Size in bytes, time of the last change in nanoseconds, and the same in seconds."""

_remembered: dict[str, Look] | None = None


def remember() -> None:
    """Remember all looks from now on: call `forget` before anything writes."""
    global _remembered  # noqa: PLW0603  one process, one build
    _remembered = {}


def forget() -> None:
    """Look anew each time from now on."""
    global _remembered  # noqa: PLW0603  as above
    _remembered = None


def look(path: str) -> Look | None:
    """Return what a file looks like; `None` when there is none."""
    if _remembered is not None:
        known = _remembered.get(path)
        if known is not None:
            return known
    try:
        status = os.stat(path)  # noqa: PTH116  a hundred thousand times a build
    except OSError:
        return None
    found = status.st_size, status.st_mtime_ns, status.st_mtime
    if _remembered is not None:
        _remembered[path] = found
    return found
