"""One run of a command: seconds, processor seconds, and the memory of all its processes."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

EVERY_SECONDS = 0.05


class Run(Struct, frozen=True):
    """Wall and processor seconds; the peak of the summed proportional set sizes in bytes."""

    seconds: float
    cpu: float
    peak: int


class Row(Struct, frozen=True):
    """A figure as it is printed: what was measured, and the numbers by column."""

    name: str
    figures: dict[str, float | int | str]


def run(command: Sequence[str], folder: Path, *, watch: bool = False) -> Run:
    """Run a command in a folder; `watch` samples its memory.

    Python keeps what it compiled, as it does for a user, whatever this process was told.
    Raises `RuntimeError` with its words when it fails.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={n: text for n, text in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak = 0
    while watch and process.poll() is None:
        peak = max(peak, tree_bytes(process.pid))
        time.sleep(EVERY_SECONDS)
    said, _ = process.communicate()
    seconds = time.monotonic() - begun
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: status {process.returncode}\n{said[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu, peak)


def median(runs: int, once: Callable[[], Run]) -> Run:
    """Return the medians of several runs."""
    return medians([once() for _ in range(runs)])


def medians(done: Sequence[Run]) -> Run:
    """Return the medians of runs, and the highest of their peaks."""
    return Run(
        statistics.median(one.seconds for one in done),
        statistics.median(one.cpu for one in done),
        max(one.peak for one in done),
    )


def tree_bytes(pid: int) -> int:
    """Return the memory of a process and all below it; shared pages count once."""
    total = 0
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        total += _proportional(current)
        waiting.extend(_children(current))
    return total


def _children(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(one) for thread in threads for one in (thread / "children").read_text().split()]
    except OSError:
        return []


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))
