"""What may happen to the processes of a build: limits, kills, a clock that jumps, a second build."""

import sys
import time
from pathlib import Path

import pytest

from tests.support.network import network
from tests.support.place import COMMAND, Place, later

LIMITED = """
import resource, runpy, sys
from allium.engine.run import Run
most, build = int(sys.argv.pop(1)), Run._build
def limited(run, *arguments):
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return build(run, *arguments)
Run._build = limited
runpy.run_module("doit", run_name="__main__")
"""
"""A build that may open so few files, once Python and its lock are there."""


@pytest.mark.long
@pytest.mark.parametrize("most", [4, 5, 6, 8, 11])
@pytest.mark.parametrize("workers", [0, 2])
def test_too_few_open_files_are_told_and_the_next_build_completes_the_site(
    place: Place, tmp_path: Path, most: int, workers: int
) -> None:
    place.given(network(12))
    assert place.build()[0] == 0
    place.given(later())
    command = (sys.executable, "-c", LIMITED, str(most))
    words = ("Too many open files", "unable to open database file")
    place.suffers(lambda: place.build(workers, command), *words, fine=True)
    place.is_repaired(tmp_path)


CLOCK = """
import os, time
ahead = float(os.environ["AHEAD"])
real, nanoseconds, replace = time.time, time.time_ns, os.replace
time.time = lambda: real() + ahead
time.time_ns = lambda: nanoseconds() + int(ahead * 1e9)
def stamped(one, other):
    os.utime(one, ns=(time.time_ns(), time.time_ns()))
    replace(one, other)
os.replace = stamped
"""
"""A clock that goes wrong: for those who ask it, and in the times of the files that are written."""
DAY = 86_400


@pytest.mark.long
def test_a_clock_that_is_set_back_and_forth_changes_nothing(place: Place, tmp_path: Path) -> None:
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "sitecustomize.py").write_text(CLOCK)
    for turn, ahead in enumerate((0, -DAY, 400 * DAY, -20_000 * DAY, 0)):
        place.given(later(14 + turn) if turn % 2 else network(14 + turn))
        wrong = {"PYTHONPATH": str(tmp_path / "clock"), "AHEAD": str(ahead)}
        assert place.build(0, COMMAND, **wrong)[0] == 0
        page = place.out / "relay" / f"{2:040X}" / "index.html"
        assert abs(page.stat().st_mtime - time.time() - ahead) < 3600, "the clock is not wrong"
        status, told = place.build(0, COMMAND, **wrong)
        assert (status, " 0 tasks run" in told) == (0, True), told
    place.is_repaired(tmp_path)


def test_of_two_builds_at_once_one_is_refused_and_the_site_is_that_of_the_other(
    place: Place, tmp_path: Path
) -> None:
    for turn in range(3):
        place.given(network(30 + turn))
        both = [place.begin(workers=turn) for _ in range(2)]
        told = [one.communicate(timeout=120)[0] for one in both]
        statuses = sorted(one.returncode for one in both)
        assert statuses in ([0, 75], [0, 0]), told
        if statuses == [0, 75]:
            assert any(f"another build uses {place.cache}: process " in words for words in told)
    place.is_repaired(tmp_path)
