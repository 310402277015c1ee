"""The benchmarks measure what they say, at a size that takes no time."""

import os
import sys
from pathlib import Path

import pytest

from tests.benchmarks import engine
from tests.benchmarks.measure import run, tree_bytes


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


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="status 3"):
        run((sys.executable, "-c", "raise SystemExit(3)"), tmp_path)


def test_the_memory_of_a_run_is_that_of_all_its_processes(tmp_path: Path) -> None:
    if not tree_bytes(os.getpid()):
        pytest.skip("this system does not tell proportional sizes")
    program = "import subprocess, sys, time; x = bytearray(50_000_000); time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {program!r}])"
    assert run((sys.executable, "-c", parent), tmp_path, watch=True).peak > 50_000_000
