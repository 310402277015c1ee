"""One build at a time for each cache folder, and for each folder that builds write into."""

import errno
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TextIO

from allium import printable
from allium.printable import PrintableError
from allium.store import files

_BEYOND: Final = 1 << 30
"""The byte that Windows locks. None can be read that is locked: so it lies behind all that a file
holds."""


def _module(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


_posix: Final[Any] = _module("fcntl")
_windows: Final[Any] = _module("msvcrt")
LOCKS_FOLDERS: Final = _posix is not None
"""Whether a folder can be opened and locked, too."""


def taken(file: int) -> bool:
    """Take the lock of an open file; false when another process has it.

    Raises `OSError` when the system, or the file system, has no locks.
    """
    if _posix is not None:
        return _taken_by_flock(file)
    if _windows is not None:
        return _taken_by_msvcrt(file)
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def _taken_by_flock(file: int) -> bool:
    try:
        _posix.flock(file, _posix.LOCK_EX | _posix.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken_by_msvcrt(file: int) -> bool:
    os.lseek(file, _BEYOND, os.SEEK_SET)
    try:
        _windows.locking(file, _windows.LK_NBLCK, 1)
    except PermissionError:
        return False
    return True


def lives(process: int) -> bool:
    """Tell whether there is a process of this number; yes where that cannot be asked."""
    if _posix is None:
        return True  # Windows has no signal 0: `os.kill` would end the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


BUSY: Final = 75
_POLL_SECONDS: Final = 0.2
_LOOKS: Final = 20
_LOOK_SECONDS: Final = 0.05
_PROCESS: Final = re.compile(r"process (\d+), ")


class LockedError(PrintableError):
    """Another build holds the lock; the message says which."""


@contextmanager
def lock(folder: Path, *, wait: bool) -> Iterator[None]:
    """Hold the folder's lock; the system releases it when the process ends, however it ends.

    When another build has it: waits with `wait`, after a message, else raises `LockedError`.
    """
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        _take(file.fileno(), folder, wait=wait, holder=lambda: f": {_holder(file)}")
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
        file.flush()
        yield


@contextmanager
def writing_into(folder: Path, *, wait: bool) -> Iterator[None]:
    """Be the only build that writes into a folder of the site.

    The folder itself is locked, as a lock file in it would be published. Windows cannot lock
    folders: there users must not run two builds at once. Makes
    the folder; raises `LockedError` as `lock` does.
    """
    files.make_folder(str(folder))
    if not LOCKS_FOLDERS:
        yield
        return
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _take(file, folder, wait=wait, holder=lambda: "")
        yield
    finally:
        os.close(file)


def _take(file: int, folder: Path, *, wait: bool, holder: Callable[[], str]) -> None:
    """Take the lock of an open file, if the file system has locks."""
    try:
        if taken(file):
            return
        problem = f"another build uses {folder}{holder()}"
        if not wait:
            raise LockedError(problem)
        sys.stderr.write(f"waiting: {problem}\n")
        while not taken(file):
            time.sleep(_POLL_SECONDS)
    except OSError as error:
        words = f"{folder} cannot be locked ({error.strerror}): do not run two builds with it"
        sys.stderr.write(f"warning: {printable.line(words)}\n")


def in_turn(folder: Path) -> AbstractContextManager[None]:
    """Hold the folder's lock, after waiting for its holder."""
    return lock(folder, wait=True)


def _holder(file: TextIO) -> str:
    """Return what the holder wrote into the lock file, which it does just after locking it.

    Until then the file is empty, or names the process of an earlier build.
    """
    words = ""
    for _ in range(_LOOKS):
        file.seek(0)
        words = file.read().strip()
        process = _PROCESS.match(words)
        if process is not None and lives(int(process[1])):
            break
        time.sleep(_LOOK_SECONDS)
    return words or "process unknown"
