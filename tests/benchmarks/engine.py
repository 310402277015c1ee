"""What the engine costs beside its tasks: many small tasks, and many that have nothing to do."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Row, Run, median, run
from tests.support.project import REPOSITORY

TASKS = """
import time
def work(path, seconds):
    if seconds:
        spin(seconds)
    with open(path, "w") as file:
        file.write(path)
def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
def task_many():
    for n in range({count}):
        yield {{"name": str(n), "actions": [(work, [f"out/{{n}}", {seconds}])],
               "file_dep": [f"in/{{n}}"], "targets": [f"out/{{n}}"]}}
"""
PLUGINS = """
[tool.doit]
backend = "state"
reporter = "quiet"
dep_file = "state.db"
[tool.doit.plugins.command]
run = "allium.engine.run:Run"
[tool.doit.plugins.backend]
state = "allium.engine.state:StateDB"
[tool.doit.plugins.reporter]
quiet = "allium.engine.bars:QuietReporter"
"""
STOCK = '[tool.doit]\nreporter = "zero"\ndep_file = "doit.db"\n'
DOIT = (sys.executable, "-m", "doit")


def project(folder: Path, count: int, *, seconds: float = 0, plugins: bool = True) -> Path:
    """Make a task file of so many tasks, each with a file that it reads and one that it writes."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "in").mkdir(parents=True)
    (folder / "out").mkdir()
    for number in range(count):
        (folder / "in" / str(number)).write_text(str(number))
    text = TASKS.format(count=count, seconds=seconds)
    (folder / "dodo.py").write_text(f"import sys\nsys.path.insert(0, {str(REPOSITORY)!r})\n{text}")
    (folder / "pyproject.toml").write_text(PLUGINS if plugins else STOCK)
    return folder


def fresh(command: Sequence[str], folder: Path, count: int, **options: Any) -> Run:
    """Run a command in a project in which nothing has run yet."""
    return run(command, project(folder, count, **options))


def overhead(folder: Path, runs: int, count: int = 5_000) -> Iterator[Row]:
    """Yield the processor time that each dirty task costs beside its action."""
    loop = f"for n in range({count}):\n open(f'out/{{n}}','w').write(open(f'in/{{n}}').read())"
    bare = median(runs, partial(fresh, (sys.executable, "-S", "-c", loop), folder, count))
    empty = {
        plugins: median(runs, partial(fresh, (*DOIT, "list"), folder, 1, plugins=plugins))
        for plugins in (True, False)
    }
    for name, workers, plugins in (
        ("serial", "0", True),
        ("-n 2", "2", True),
        ("-n 8", "8", True),
        ("stock doit, serial", "0", False),
        ("stock doit, -n 2", "2", False),
    ):
        command = (*DOIT, "run", "-n", workers)
        done = median(runs, partial(fresh, command, folder, count, plugins=plugins))
        spent = done.cpu - empty[plugins].cpu - bare.cpu
        figures: dict[str, float | int | str] = {
            "µs CPU a task": round(1e6 * spent / count),
            "seconds": round(done.seconds, 2),
        }
        yield Row(f"{count:,} dirty tasks, {name}", figures)


def parallel(folder: Path, runs: int, count: int = 5_000) -> Iterator[Row]:
    """Yield how much faster two processes are on tasks of 2 ms of computing each."""
    done = {
        workers: median(
            runs,
            partial(fresh, (*DOIT, "run", "-n", workers), folder, count, seconds=0.002),
        )
        for workers in ("0", "2")
    }
    gain = done["0"].seconds / done["2"].seconds
    figures: dict[str, float | int | str] = {
        "serial, seconds": round(done["0"].seconds, 2),
        "-n 2, seconds": round(done["2"].seconds, 2),
        "times as fast": round(gain, 2),
    }
    yield Row(f"{count:,} tasks of 2 ms", figures)


def idle(folder: Path, runs: int, counts: Sequence[int] = (1_000, 10_000, 30_000)) -> Iterator[Row]:
    """Yield the seconds of a build in which nothing is to do."""
    for count in counts:
        figures: dict[str, float | int | str] = {}
        for name, plugins in (("allium", True), ("stock doit", False)):
            made = project(folder, count, plugins=plugins)
            command = (*DOIT, "run", "-n", "2")
            run(command, made)
            figures[name] = round(median(runs, partial(run, command, made)).seconds, 2)
        for name, write in (("make", _makefile), ("ninja", _ninja)):
            if shutil.which(name):
                made = write(project(folder, count), count)
                run((name,), made)
                figures[name] = round(median(runs, partial(run, (name,), made)).seconds, 2)
        yield Row(f"nothing to do, {count:,} tasks, seconds", figures)


def _makefile(folder: Path, count: int) -> Path:
    rules = "".join(f"out/{n}: in/{n}\n\t@cp $< $@\n" for n in range(count))
    every = " ".join(f"out/{n}" for n in range(count))
    (folder / "Makefile").write_text(f"all: {every}\n{rules}")
    return folder


def _ninja(folder: Path, count: int) -> Path:
    rules = "".join(f"build out/{n}: copy in/{n}\n" for n in range(count))
    (folder / "build.ninja").write_text(f"rule copy\n  command = cp $in $out\n{rules}")
    return folder
