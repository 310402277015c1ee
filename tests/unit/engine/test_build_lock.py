import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from allium.engine import build_lock
from allium.engine.build_lock import LockedError, lock

GONE = 2**22 + 1
"""No process has a number above the highest that a system gives."""


@pytest.mark.parametrize("before", ["", f"process {GONE}, since 2026-02-15 16:00:00 UTC\n"])
def test_the_holder_is_named_though_it_has_not_yet_written_who_it_is(
    tmp_path: Path, before: str
) -> None:
    with (tmp_path / "lock").open("w") as held:
        held.write(before)
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        writer = threading.Thread(target=written, args=(tmp_path / "lock",))
        writer.start()
        named = f"process {os.getpid()}, since now"
        with pytest.raises(LockedError, match=named), lock(tmp_path, wait=False):
            pass
        writer.join()


def written(file: Path) -> None:
    time.sleep(0.2)
    file.write_text(f"process {os.getpid()}, since now\n")


def test_a_holder_that_never_says_who_it_is_is_told_of_all_the_same(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(LockedError, match="process unknown"), lock(tmp_path, wait=False):
            pass


class Msvcrt:
    """Locks as those of Windows: on bytes, where the file is, which nobody else can read then."""

    LK_NBLCK = 2

    @staticmethod
    def locking(file: int, mode: int, count: int) -> None:
        assert (mode, count) == (Msvcrt.LK_NBLCK, 1)
        assert os.lseek(file, 0, os.SEEK_CUR) > os.fstat(file).st_size
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_lock, "_posix", None)
    monkeypatch.setattr(build_lock, "_windows", Msvcrt)


def test_windows_locks_a_byte_behind_the_words_that_name_the_holder(
    tmp_path: Path, windows: None
) -> None:
    named = f"process {os.getpid()}, since "
    with lock(tmp_path, wait=False):
        with pytest.raises(LockedError, match=named), lock(tmp_path, wait=False):
            pass
        assert (tmp_path / "lock").read_text().startswith(named)
    with lock(tmp_path, wait=False):
        pass


def test_nobody_is_asked_whether_it_lives_where_to_ask_would_end_it(windows: None) -> None:
    """`os.kill` ends a process on Windows, whatever the signal is."""
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "kill", lambda pid, _: signal.pidfd_send_signal(os.pidfd_open(pid), 9))
        assert build_lock.lives(other.pid)
        assert other.poll() is None
    other.communicate(b"\n")
    assert other.returncode == 0


def test_a_system_without_any_locks_says_so_and_builds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build_lock, "_posix", None)
    monkeypatch.setattr(build_lock, "_windows", None)
    with lock(tmp_path, wait=False):
        assert capsys.readouterr().err.count("do not run two builds with it") == 1
