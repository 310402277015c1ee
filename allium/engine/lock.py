"""One build at a time for each cache folder, and for each folder that builds write into."""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from allium import printable
from allium.engine.file_lock import LOCKS_FOLDERS, lives, taken
from allium.printable import PrintableError
from allium.store import files

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

    Raises `LockedError` at once when another build has it, unless it shall `wait`, which it says.
    """
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        _take(file.fileno(), folder, wait=wait, holder=lambda: f": {_holder(file)}")
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
        file.flush()
        yield


@contextmanager
def writing_into(folder: Path, *, wait: bool) -> Iterator[None]:
    """Be the only build that writes into a folder, in which no file may lie that is not its own.

    So the folder itself is what is locked, which Windows cannot: there the user sees to it. Makes
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
        held = f"another build uses {folder}{holder()}"
        if not wait:
            raise LockedError(held)
        sys.stderr.write(f"waiting: {held}\n")
        while not taken(file):
            time.sleep(_POLL_SECONDS)
    except OSError as error:
        words = f"{folder} cannot be locked ({error.strerror}): start no two builds that use it"
        sys.stderr.write(f"warning: {printable.line(words)}\n")


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
        if found is not None and lives(int(found[1])):
            break
        time.sleep(_LOOK_SECONDS)
    return words or "it does not say which process it is"
