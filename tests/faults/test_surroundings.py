"""What surrounds a build may fail: processes, streams, signals, file systems without all they have.

The build works with what there is and says so, or ends with one line that names what is wrong.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.network import network
from tests.support.place import COMMAND, Place, later
from tests.support.project import REPOSITORY, Project, tree

START = """
runpy.run_module("doit", run_name="__main__")
"""


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("right")
    place = Place(folder / "source", folder / "www", folder / "cache")
    place.given(later())
    assert place.build()[0] == 0
    return place.tree()


@pytest.fixture
def built(tmp_path: Path) -> Place:
    """A site of a smaller network, and the source of the one that `right` has."""
    place = Place(tmp_path / "source", tmp_path / "www", tmp_path / "cache")
    place.given(network(12))
    assert place.build()[0] == 0
    place.given(later())
    return place


def patched(words: str) -> tuple[str, ...]:
    """Return a command that builds after these words of Python."""
    return sys.executable, "-c", "import os, sys, runpy, errno\n" + words + START


FORKS = """
fork, left = os.fork, [int(sys.argv.pop(1))]
def refused():
    left[0] -= 1
    if left[0] < 0:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return fork()
os.fork = refused
"""


@pytest.mark.parametrize("forks", [0, 1, 2])
def test_a_build_that_may_not_fork_uses_fewer_processes_and_says_so(
    built: Place, right: dict[str, bytes], forks: int
) -> None:
    status, told = built.build(3, (*patched(FORKS), str(forks)))
    assert (status, built.tree() == right) == (0, True), told
    assert "warning: no more processes (Resource temporarily unavailable): " in told
    assert forks or "the build goes on in one" in told


MANY = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
for _ in range(1100):
    os.open(os.devnull, os.O_RDONLY)
"""


def test_a_build_that_inherits_a_thousand_open_files_works(
    built: Place, right: dict[str, bytes]
) -> None:
    status, told = built.build(2, patched(MANY))
    assert (status, built.tree() == right) == (0, True), told


LOCKLESS = """
import fcntl
def refused(*arguments):
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
fcntl.flock = refused
"""
MODELESS = """
def refused(path, *arguments):
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), path)
os.chmod = os.fchmod = os.link = refused
"""


def test_a_file_system_without_locks_is_used_and_named(
    built: Place, right: dict[str, bytes]
) -> None:
    status, told = built.build(2, patched(LOCKLESS))
    assert (status, built.tree() == right) == (0, True), told
    for folder in (built.cache, built.out):
        assert f"warning: {folder} cannot be locked (No locks available)" in told


def test_a_file_system_without_modes_and_links_is_used(
    built: Place, right: dict[str, bytes]
) -> None:
    status, told = built.build(2, patched(MODELESS))
    assert (status, built.tree() == right) == (0, True), told


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("where", [">/dev/full 2>&1", ">&- 2>&-", "2>&1 | true", "-o /dev/full"])
def test_words_that_nobody_can_take_end_no_build(
    built: Place, right: dict[str, bytes], where: str, workers: str
) -> None:
    words = " ".join([*COMMAND, "run", "-n", workers, "-r", "console", *built.arguments])
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {words} {where}"],
        cwd=REPOSITORY,
        env=Project.environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, tree(built.out) == right) == (0, True), done.stderr


def test_a_report_that_cannot_be_written_ends_no_build(
    built: Place, right: dict[str, bytes]
) -> None:
    (built.cache / "last-build.json").unlink()
    (built.cache / "last-build.json").mkdir()
    status, told = built.build()
    assert (status, built.tree() == right) == (0, True), told
    assert "warning: the build cannot be reported: " in told
    assert f"{built.cache}/last-build.json" in told


ELSEWHERE = """
from allium.engine.runner import ForkRunner
def failing(*arguments):
    raise OSError(errno.EIO, os.strerror(errno.EIO), "elsewhere")
ForkRunner.run_tasks = failing
"""


def test_an_error_of_the_system_names_its_own_file(built: Place) -> None:
    status, told = built.build(2, patched(ELSEWHERE))
    assert status == 1
    assert "the build cannot continue: [Errno 5] Input/output error: 'elsewhere'\n" in told
    assert "state.db" not in told


@pytest.fixture
def begun(built: Place) -> Iterator["subprocess.Popen[str]"]:
    """A build that is at work."""
    built.given(network(1500))
    running = built.begin(workers=2)
    deadline = time.monotonic() + 60
    while not list((built.cache / "shards" / "relay").glob(f"{1400:040X}*")):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield running
    running.kill()
    running.communicate()


def interrupted(built: Place) -> bool:
    report = json.loads((built.cache / "last-build.json").read_bytes())
    return bool(report["status"] == "interrupted")


def test_a_terminal_that_goes_leaves_a_report(built: Place, begun: "subprocess.Popen[str]") -> None:
    begun.send_signal(signal.SIGHUP)
    told, _ = begun.communicate(timeout=60)
    assert (begun.returncode, "Traceback" in told, interrupted(built)) == (129, False, True)


def test_whoever_interrupts_a_build_again_sees_no_traceback(
    built: Place, begun: "subprocess.Popen[str]"
) -> None:
    for _ in range(20):
        begun.send_signal(signal.SIGINT)
        time.sleep(0.005)
        if begun.poll() is not None:
            break
    told, _ = begun.communicate(timeout=60)
    assert (begun.returncode, "Traceback" in told, interrupted(built)) == (130, False, True)
    assert "allium: interrupted" in told


def test_a_hangup_that_is_ignored_as_under_nohup_ends_no_build(built: Place) -> None:
    words = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\nos.kill_later = 1\n"
    ended = """
import threading
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGHUP)).start()
"""
    status, told = built.build(2, patched(words + ended))
    assert status == 0, told


def other(place: Place, folder: Path) -> Place:
    """Return a build of another hour, with a cache of its own, into the same site."""
    folder.mkdir()
    made = Place(folder / "source", place.out, folder / "cache")
    made.given(network(30))
    return made


def test_a_site_that_another_cache_wrote_into_is_made_right_and_then_passes_the_check(
    built: Place, right: dict[str, bytes], tmp_path: Path
) -> None:
    assert built.build()[0] == 0
    stranger = other(built, tmp_path / "other")
    assert stranger.build()[0] == 0
    assert built.tree() != right
    checked = [*COMMAND, "check", *built.arguments]
    before = subprocess.run(checked, cwd=REPOSITORY, capture_output=True, check=False)
    assert before.returncode == 1
    assert built.build()[0] == 0
    assert built.tree() == right
    after = subprocess.run(checked, cwd=REPOSITORY, capture_output=True, check=False)
    assert after.returncode == 0


def test_of_two_builds_into_one_site_with_different_caches_one_is_refused_or_waits(
    built: Place, begun: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    stranger = other(built, tmp_path / "other")
    begun.send_signal(signal.SIGSTOP)  # it holds its locks, however busy the machine is
    status, told = stranger.build()
    assert (status, f"another build uses {built.out}" in told) == (75, True), told
    waiting = stranger.begin(0, "--wait")
    assert waiting.stdout is not None
    assert f"waiting: another build uses {built.out}" in waiting.stdout.readline()
    begun.send_signal(signal.SIGCONT)
    assert begun.communicate(timeout=300) is not None
    told, _ = waiting.communicate(timeout=300)
    assert (begun.returncode, waiting.returncode) == (0, 0), told
    clean = Place(stranger.source, tmp_path / "clean", tmp_path / "clean-cache")
    assert clean.build()[0] == 0
    assert stranger.tree() == clean.tree()
