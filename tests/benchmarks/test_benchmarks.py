"""The benchmarks measure what they say, at a size that takes no time."""

import os
import sys
from pathlib import Path

import pytest

from tests.benchmarks import builds, engine, floor
from tests.benchmarks.measure import run, tree_bytes
from tests.support.project import Project, tree


def test_the_overhead_is_measured_for_both_engines(tmp_path: Path) -> None:
    rows = list(engine.overhead(tmp_path / "p", 1, count=5))
    assert [row.name.split(", ")[1] for row in rows] == [
        "serial",
        "-n 2",
        "-n 8",
        "stock doit",
        "stock doit",
    ]
    assert len(list((tmp_path / "p" / "out").iterdir())) == 5


def test_nothing_to_do_is_measured_beside_other_builders(tmp_path: Path) -> None:
    [row] = engine.idle(tmp_path / "p", 1, counts=(5,))
    assert {"allium", "stock doit"} <= row.figures.keys()


def test_builds_are_measured_beside_the_floor_of_what_they_rendered(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    full, idle, hourly = builds.sample(folder, 1, relays=30)
    assert [row.name.split(": ")[1] for row in (full, idle, hourly)] == [
        "from nothing",
        "nothing to do",
        "an hour later",
    ]
    assert hourly.figures["times the floor"]
    assert "floor, seconds" not in idle.figures
    pages = len(list((folder / "www").rglob("*.html")))
    rendered = len(list((folder / "floor-www").rglob("*.html")))
    assert pages / 2 < rendered <= pages


def test_the_floor_of_an_hour_renders_what_the_hour_did(tmp_path: Path) -> None:
    project = Project(tmp_path, origin="sample")
    for hour in (0, 1):
        built = project.build("relays=30", f"hour={hour}")
    floor.main(str(project.cache), str(tmp_path / "floor"), "latest")
    expected = {
        name
        for page in project.pages()
        if f"render:{page.kind}:{page.id}" in built.ran
        for name in page.files
    }
    assert tree(tmp_path / "floor").keys() == expected


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="status 3"):
        run((sys.executable, "-c", "raise SystemExit(3)"), tmp_path)


def test_the_memory_of_a_run_is_that_of_all_its_processes(tmp_path: Path) -> None:
    if not tree_bytes(os.getpid()):
        pytest.skip("this system does not tell proportional sizes")
    program = "import subprocess, sys, time; x = bytearray(50_000_000); time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {program!r}])"
    assert run((sys.executable, "-c", parent), tmp_path, watch=True).peak > 50_000_000
