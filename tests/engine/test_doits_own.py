"""doit's own tests of its memory, commands and runners, with allium's plugins in their place.

They are in doit's source distribution, which pip fetches once, held to the hash that
requirements.lock has of it, and keeps in pytest's cache. Each test that fails is a difference that
docs/doit.md gives a reason for.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.project import REPOSITORY

FILES = ("tests/test_dependency.py", "tests/test_runner.py", "tests/test_cmd_*.py")
SECONDS = 120
"""That pip may take before the machine counts as being without internet."""
ROW = re.compile(r"^\| `([\w. :]+)` \|", re.MULTILINE)
FAILED = re.compile(r"^(?:FAILED|ERROR) tests/(test_\w+)\.py::([\w:]+)", re.MULTILINE)


@pytest.fixture(scope="module")
def source(request: pytest.FixtureRequest) -> Path:
    """The unpacked source distribution of the doit that is installed."""
    release = version("doit")
    pinned = re.search(
        rf"^doit=={re.escape(release)} (?:\\\n +--hash\S+ ?)+", _lock(), re.MULTILINE
    )
    if pinned is None:
        pytest.skip(f"requirements.lock has no hash of doit {release}")
    folder = request.config.cache.mkdir("doit")
    archive = folder / f"doit-{release}.tar.gz"
    if not archive.is_file():
        _fetch(pinned[0], folder)
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / f"doit-{release}"


def _lock() -> str:
    return (REPOSITORY / "requirements.lock").read_text()


def _fetch(requirement: str, folder: Path) -> None:
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{requirement}\n")
    options = ["--quiet", "--no-deps", "--no-binary", "doit", "--require-hashes", "--retries", "1"]
    places = ["-d", str(folder), "-r", str(wanted)]
    command = [sys.executable, "-m", "pip", "download", *options, *places]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"the source of doit cannot be had within {SECONDS} seconds")
    if "THESE PACKAGES DO NOT MATCH" in done.stderr:
        pytest.fail(done.stderr)
    if done.returncode:
        pytest.skip(f"the source of doit cannot be had: {done.stderr.strip()[-200:]}")


def run(source: Path, worth_a_fork: int, *files: str) -> tuple[set[str], int]:
    """Return which of doit's tests fail, and how many pass; the plugins are in place for it."""
    shutil.copy(REPOSITORY / "tests/support/plugged.py", source)  # `tests` is doit's own there
    found = [path for pattern in files for path in sorted(source.glob(pattern))]
    options = ["-q", "--tb=no", "-p", "plugged", "-p", "no:cacheprovider", "-W", "ignore"]
    options += ["-c", os.devnull, "--rootdir", str(source)]  # it lies within this checkout
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *found],
        cwd=source,
        env=os.environ | {"WORTH_A_FORK": str(worth_a_fork), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None, done.stdout + done.stderr
    failed = {f"{module} {name.split('::')[-1]}" for module, name in FAILED.findall(done.stdout)}
    return failed, int(passed[1])


def listed(heading: str) -> set[str]:
    """Return the tests that a section of docs/doit.md gives a reason for."""
    words = (REPOSITORY / "docs/doit.md").read_text()
    _, _, section = words.partition(f"\n## {heading}\n")
    assert section, heading
    return set(ROW.findall(section.partition("\n## ")[0]))


def test_children_pass_doits_own_tests_but_those_with_a_reason(source: Path) -> None:
    failed, passed = run(source, 1, *FILES)
    assert failed == listed("In one process and in children") | listed("In children only")
    assert passed > 400


def test_one_process_passes_doits_own_tests_but_those_with_a_reason(source: Path) -> None:
    failed, passed = run(source, 100, "tests/test_runner.py")
    known = listed("In one process and in children")
    assert failed == {one for one in known if one.startswith("test_runner ")}
    assert passed > 50
