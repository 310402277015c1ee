"""Whole builds: from nothing, an hour later, and again; beside the floor of the same machine."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.measure import Row, Run, medians, processors, run
from tests.support.project import REPOSITORY

DOIT = (sys.executable, "-m", "doit", "run", "-n", str(processors()), "-r", "quiet")
FLOOR = (sys.executable, "-m", "tests.benchmarks.floor")
Figures = dict[str, float | int | str]
History = dict[str, Run]
"""The builds and floors of one history, by name."""


def pair(folder: Path, runs: int, hours: Sequence[Path]) -> Iterator[Row]:
    """Yield the builds of two recorded hours, one after the other, and again."""
    yield from _rows("the recorded hours", folder, runs, [(f"source={hour}",) for hour in hours])


def sample(folder: Path, runs: int, relays: int) -> Iterator[Row]:
    """Yield the builds of two hours of the sample network of so many relays."""
    hours = [(f"relays={relays}", f"hour={hour}") for hour in (0, 1)]
    yield from _rows(f"sample of {relays:,} relays", folder, runs, hours)


def _rows(name: str, folder: Path, runs: int, hours: Sequence[Sequence[str]]) -> Iterator[Row]:
    """Yield the medians of several histories, and the memory of one more.

    Watching the memory of three processes costs a tenth of two processors, so that is not timed.
    """
    peaks = {what: run.peak for what, run in _builds(folder, hours, watch=True).items()}
    histories = [_builds(folder, hours) | _floors(folder) for _ in range(runs)]
    one = {what: medians([history[what] for history in histories]) for what in histories[0]}
    cores = processors()
    for what, floor in (
        ("from nothing", "all"),
        ("nothing to do", None),
        ("an hour later", "hour"),
    ):
        beside = {} if floor is None else _beside(one[what], one[floor], cores)
        yield Row(f"{name}: {what}", _figures(one[what], peaks[what]) | beside)
        cores = 1


def _builds(folder: Path, hours: Sequence[Sequence[str]], *, watch: bool = False) -> History:
    """Build from nothing, again, and an hour later."""
    shutil.rmtree(folder, ignore_errors=True)
    command = (*DOIT, f"out={folder}/www", f"cache={folder}/cache")
    first, later = hours
    return {
        what: run((*command, *hour), REPOSITORY, watch=watch)
        for what, hour in (
            ("from nothing", first),
            ("nothing to do", first),
            ("an hour later", later),
        )
    }


def _floors(folder: Path) -> History:
    """Return the floors of a build of all pages, and of the latest one."""
    return {"all": _floor(folder, "full"), "hour": _floor(folder, "latest")}


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
