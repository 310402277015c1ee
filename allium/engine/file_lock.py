"""The lock of an open file, which the system takes away when the process ends, however it ends."""

import errno
import os
from importlib import import_module
from types import ModuleType
from typing import Any, Final

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
