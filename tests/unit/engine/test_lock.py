import fcntl
import os
import threading
import time
from pathlib import Path

import pytest

from allium.engine.lock import LockedError, lock

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
        with pytest.raises(LockedError, match="it does not say"), lock(tmp_path, wait=False):
            pass
