"""Whole builds: from nothing, an hour later, and again; beside the floor of the same machine."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.measure import Row, Run, processors, run
from tests.support.project import REPOSITORY

DOIT = (sys.executable, "-m", "doit", "run", "-n", str(processors()), "-r", "quiet")
FLOOR = (sys.executable, "-m", "tests.benchmarks.floor")
Figures = dict[str, float | int | str]


def pair(folder: Path, hours: Sequence[Path]) -> Iterator[Row]:
    """Yield the builds of two recorded hours, one after the other, and again."""
    yield from _history(folder, "the recorded hours", *((f"source={hour}",) for hour in hours))


def sample(folder: Path, relays: int) -> Iterator[Row]:
    """Yield the builds of two hours of the sample network of so many relays."""
    hours = [(f"relays={relays}", f"hour={hour}") for hour in (0, 1)]
    yield from _history(folder, f"sample of {relays:,} relays", *hours)


def _history(folder: Path, name: str, *hours: Sequence[str]) -> Iterator[Row]:
    """Yield the builds of a history: first timed, and then once more for their memory.

    Watching the memory of three processes takes a tenth of two processors.
    """
    full, again, hourly = _builds(folder, hours)
    floors = {which: _floor(folder, which) for which in ("full", "latest")}
    peaks = [one.peak for one in _builds(folder, hours, watch=True)]
    cores = processors()
    yield Row(
        f"{name}: from nothing", _figures(full, peaks[0]) | _beside(full, floors["full"], cores)
    )
    yield Row(f"{name}: nothing to do", _figures(again, peaks[1]))
    yield Row(
        f"{name}: an hour later", _figures(hourly, peaks[2]) | _beside(hourly, floors["latest"], 1)
    )


def _builds(folder: Path, hours: Sequence[Sequence[str]], *, watch: bool = False) -> list[Run]:
    """Build the first hour from nothing, build it again, and then the next hour."""
    shutil.rmtree(folder, ignore_errors=True)
    places = (f"out={folder}/www", f"cache={folder}/cache")
    first, later = hours
    return [run((*DOIT, *places, *hour), REPOSITORY, watch=watch) for hour in (first, first, later)]


def _floor(folder: Path, which: str) -> Run:
    cache = folder / f"floor-{which}"
    shutil.copytree(folder / "cache", cache)
    return run((*FLOOR, str(cache), str(folder / "floor-www"), which), REPOSITORY)


def _figures(one: Run, peak: int) -> Figures:
    return {
        "seconds": round(one.seconds, 1),
        "CPU seconds": round(one.cpu, 1),
        "peak, MB": round(peak / 1e6),
    }


def _beside(one: Run, floor: Run, cores: int) -> Figures:
    return {
        "floor, seconds": round(floor.seconds, 1),
        "times the floor" + (f" / {cores} cores" if cores > 1 else ""): round(
            one.seconds * cores / floor.seconds, 2
        ),
    }
