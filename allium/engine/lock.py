"""One build at a time for each cache folder."""

import fcntl
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from allium.printable import PrintableError

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

    Raises `LockedError` at once when somebody else has it, unless told to wait, which it says.
    """
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        if not _taken(file.fileno()):
            held = f"another build uses {folder}: {_holder(file)}"
            if not wait:
                raise LockedError(held)
            sys.stderr.write(f"waiting: {held}\n")
            while not _taken(file.fileno()):
                time.sleep(_POLL_SECONDS)
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
        file.flush()
        yield


def in_turn(folder: Path) -> AbstractContextManager[None]:
    """Hold the folder's lock after whoever has it."""
    return lock(folder, wait=True)


def _holder(file: TextIO) -> str:
    """Return what the holder says of itself, which it does a moment after it has the lock.

    Until then the file tells of a build that is gone, or nothing.
    """
    words = ""
    for _ in range(_LOOKS):
        file.seek(0)
        words = file.read().strip()
        found = _PROCESS.match(words)
        if found is not None and _lives(int(found[1])):
            break
        time.sleep(_LOOK_SECONDS)
    return words or "it does not say which process it is"


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
