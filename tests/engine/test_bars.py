"""What a terminal shows of a build, and what a file gets of the same build."""

import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support.project import REPOSITORY

CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_a_terminal(*arguments: str, term: str = "xterm", code: Path = REPOSITORY) -> tuple[int, str]:
    """Run doit with its error stream on a terminal; return its status and what was shown."""
    parent, child = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "doit", *arguments],
        cwd=code,
        env=os.environ | {"TERM": term, "COLUMNS": "100", "PYTHONPATH": str(REPOSITORY)},
        stdout=child,
        stderr=child,
    )
    os.close(child)
    alarm = threading.Timer(60, done.kill)
    alarm.start()
    shown = b""
    try:
        while piece := os.read(parent, 65536):
            shown += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(parent)
    alarm.cancel()
    return done.wait(60), shown.decode()


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("bars")
    return [f"out={folder}/www", f"cache={folder}/cache", "relays=80"]


def test_a_terminal_gets_a_bar_for_each_kind_and_then_the_last_line(places: list[str]) -> None:
    status, shown = on_a_terminal("-n", "2", *places)
    assert status == 0
    plain = CODES.sub("", shown)
    for kind in ("fetch", "split", "precompute", "render:relay", "render:contact", "static"):
        assert re.search(rf"{kind} +\S+ +(\d+)/\1 ", plain), plain[-2000:]
    assert "/s" in plain
    assert re.search(r"allium: built in [\d.]+ s", plain.splitlines()[-1])


def test_a_build_that_runs_nothing_shows_one_line(places: list[str]) -> None:
    status, shown = on_a_terminal("-n", "2", *places)
    assert status == 0
    assert len(shown.splitlines()) == 1
    assert "0 tasks run" in shown


def test_a_terminal_that_cannot_draw_gets_no_codes(places: list[str]) -> None:
    _, shown = on_a_terminal("-n", "2", *places, "units=bytes", term="dumb")
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 1


def test_what_is_no_terminal_gets_no_codes(places: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "doit", "-n", "2", *places, "units=bits"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


TALKING = """
import sys
def say(n):
    print(f"out {n}")
    sys.stderr.write(f"err {n}\\n")
    if n == 150:
        raise ValueError("went wrong")
def task_many():
    for n in range(200):
        yield {"name": str(n), "actions": [(say, [n])], "verbosity": 2}
"""


@pytest.mark.parametrize("processes", ["0", "2"])
def test_what_actions_say_and_failures_stand_on_lines_of_their_own(
    tmp_path: Path, processes: str
) -> None:
    (tmp_path / "dodo.py").write_text(TALKING)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.doit]\nreporter = "bars"\n'
        '[tool.doit.plugins.command]\nrun = "allium.engine.run:Run"\n'
        '[tool.doit.plugins.reporter]\nbars = "allium.engine.bars:BarsReporter"\n'
    )
    status, shown = on_a_terminal("-n", processes, "--continue", code=tmp_path)
    lines = {line.strip() for line in CODES.sub("", shown).replace("\r", "\n").splitlines()}
    assert status == 2
    assert {f"{stream} {n}" for stream in ("out", "err") for n in range(200)} <= lines
    assert "ValueError: went wrong" in lines
    assert any(line.startswith("many:150") for line in lines)
