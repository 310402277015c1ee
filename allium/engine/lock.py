"""One build at a time for each cache folder."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

BUSY: Final = 75
_POLL_SECONDS: Final = 0.2


class LockedError(Exception):
    """Another build holds the lock; the message says which."""


@contextmanager
def lock(folder: Path, *, wait: bool) -> Iterator[None]:
    """Hold the folder's lock; the system releases it when the process ends, however it ends.

    Raises `LockedError` at once when somebody else has it, unless told to wait.
    """
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        while not _taken(file.fileno()):
            if not wait:
                file.seek(0)
                raise LockedError(f"another build uses {folder}: {file.read().strip()}")
            time.sleep(_POLL_SECONDS)
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
        file.flush()
        yield


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
