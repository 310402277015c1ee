"""How many processes this build may keep busy: what `-n auto` means."""

import os
from pathlib import Path
from typing import Final

BYTES_A_WORKER: Final = 150_000_000
_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")
_MEMORY: Final = Path("/sys/fs/cgroup/memory.max")


def workers() -> int:
    """Return a number of processes that the machine has room for: 0 where this one alone is."""
    number = min(_processors(), _affordable())
    return number if number > 1 else 0


def _processors() -> int:
    """Return the processors that this process may use, by affinity and by quota."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    # kernel.org, cgroup-v2: cpu.max has "$MAX $PERIOD" in microseconds, or "max" for no limit
    quota, _, period = _first_line(_QUOTA).partition(" ")
    if quota.isdecimal() and period.isdecimal():
        return max(1, min(allowed or 1, int(quota) // int(period)))
    return allowed or 1


def _affordable() -> int:
    limit = _first_line(_MEMORY)
    return max(1, int(limit) // BYTES_A_WORKER) if limit.isdecimal() else 1_000


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return ""
