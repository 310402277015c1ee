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
    arguments = [(f"source={hour}",) for hour in hours]
    yield from _rows("the recorded hours", [_history(folder, *arguments) for _ in range(runs)])


def sample(folder: Path, runs: int, relays: int) -> Iterator[Row]:
    """Yield the builds of two hours of the sample network of so many relays."""
    hours = [(f"relays={relays}", f"hour={hour}") for hour in (0, 1)]
    histories = [_history(folder, *hours) for _ in range(runs)]
    yield from _rows(f"sample of {relays:,} relays", histories)


def _history(folder: Path, *hours: Sequence[str]) -> History:
    """Build from nothing, again, and an hour later, with the floors of the first and the last."""
    shutil.rmtree(folder, ignore_errors=True)
    command = (*DOIT, f"out={folder}/www", f"cache={folder}/cache")
    return {
        "from nothing": run((*command, *hours[0]), REPOSITORY, watch=True),
        "floor of all": _floor(folder, "full"),
        "nothing to do": run((*command, *hours[0]), REPOSITORY, watch=True),
        "an hour later": run((*command, *hours[1]), REPOSITORY, watch=True),
        "floor of the hour": _floor(folder, "latest"),
    }


def _rows(name: str, histories: Sequence[History]) -> Iterator[Row]:
    """Yield the medians of several histories."""
    one = {what: medians([history[what] for history in histories]) for what in histories[0]}
    full, hourly = one["from nothing"], one["an hour later"]
    yield Row(
        f"{name}: from nothing", _figures(full) | _beside(full, one["floor of all"], processors())
    )
    yield Row(f"{name}: nothing to do", _figures(one["nothing to do"]))
    yield Row(
        f"{name}: an hour later", _figures(hourly) | _beside(hourly, one["floor of the hour"], 1)
    )


def _floor(folder: Path, which: str) -> Run:
    cache = folder / f"floor-{which}"
    shutil.copytree(folder / "cache", cache)
    return run((*FLOOR, str(cache), str(folder / "floor-www"), which), REPOSITORY)


def _figures(one: Run) -> Figures:
    return {
        "seconds": round(one.seconds, 1),
        "CPU seconds": round(one.cpu, 1),
        "peak, MB": round(one.peak / 1e6),
    }


def _beside(one: Run, floor: Run, cores: int) -> Figures:
    return {
        "floor, seconds": round(floor.seconds, 1),
        "times the floor" + (f" / {cores} cores" if cores > 1 else ""): round(
            one.seconds * cores / floor.seconds, 2
        ),
    }
