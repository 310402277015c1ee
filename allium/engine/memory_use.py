"""How much memory a build uses: its process and all of its children together."""

import contextlib
import math
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Final

EVERY_SECONDS: Final = 0.25
PAUSE: Final = 50
"""A look at the memory is followed by a pause of so many times its length."""


class Peak:
    """The most memory that this process and those below it were seen to have, in bytes."""

    seen: ClassVar[int] = 0
    _due: ClassVar[float] = 0.0

    @classmethod
    def look(cls) -> None:
        """Look at the memory in use, but never for more than a fiftieth of the time."""
        began = time.monotonic()
        if began >= cls._due:
            cls.seen = max(cls.seen, tree_bytes())
            now = time.monotonic()
            cls._due = now + max(EVERY_SECONDS, PAUSE * (now - began))

    @classmethod
    def rest(cls) -> None:
        """Look no more: the parent of this process sees it and its children."""
        cls._due = math.inf


def tree_bytes() -> int:
    """Return the memory of this process and all below it; shared pages count once.

    Where the system does not tell, the resident size of this process alone.
    """
    return sum(map(_proportional, _tree(os.getpid()))) or own_peak()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):  # it has just ended
        for thread in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in thread.read_text(encoding="ascii").split():
                yield from _tree(int(child))


def _proportional(pid: int) -> int:
    # man 5 proc, smaps_rollup: Pss divides each shared page by the number of processes that map it
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def own_peak() -> int:
    """Return the most memory that this process ever had alone; 0 where the system has no count."""
    try:
        import resource  # noqa: PLC0415  Windows has none
    except ModuleNotFoundError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes
