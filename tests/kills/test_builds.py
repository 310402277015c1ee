"""A build that is killed, whole or in part, is completed by the next one."""

import contextlib
import os
import random
import re
import signal
import time
from pathlib import Path

import pytest

from tests.support.network import network, relay
from tests.support.place import Place
from tests.support.project import Project
from tests.support.whole import halves


def test_a_build_that_is_killed_at_any_moment_is_completed_by_the_next(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.given(network(150))
    for moment in (0.3, 0.45, 0.6, 0.75):
        process = project.start("run", "-n", "2")
        time.sleep(moment)
        process.kill()
        process.communicate()
    assert project.build(workers=2).status == 0
    assert project.tree() == project.clean()


def children(pid: int) -> list[int]:
    """Return the processes whose parent is this one."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if status.read_text().rpartition(")")[2].split()[1] == str(pid):
                found.append(int(status.parent.name))
    return found


def killed_at_random(place: Place, chance: random.Random, kills: int) -> tuple[int, str, int]:
    """Build with three workers of which some are killed; return how often that was done."""
    running = place.begin(workers=3)
    done = 0
    while running.poll() is None:
        time.sleep(chance.random() * 0.1)
        workers = children(running.pid)
        if workers and done < kills:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
                done += 1
    return running.returncode, running.communicate()[0], done


KILLED = {
    1: r"^[\w:-]+: .*a process that shared the work was killed by signal 9",
    2: r"^[\w:-]+: .*the process that ran it was killed by signal 9",
}
"""By exit status: the task, and what became of the process that did it or a part of it."""


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="workers are found below /proc")
@pytest.mark.parametrize("kills", [1, 4])
def test_workers_that_are_killed_fail_their_tasks_and_the_next_build_completes_the_site(
    place: Place, tmp_path: Path, kills: int
) -> None:
    chance, total = random.Random(kills), 0  # noqa: S311  no secret
    for turn in range(3):
        place.given(network(300, *(relay(n, nickname=f"turn{turn}n{n}") for n in range(300))))
        before = place.tree()
        status, told, done = killed_at_random(place, chance, kills)
        total += done
        assert "Traceback" not in told, told
        assert halves(place.tree(), before) == []
        assert status in {0, 1, 2}, (status, told)
        assert status == 0 or re.search(KILLED[status], told, re.MULTILINE), (status, told)
    assert total > 0, "no worker was there to be killed"
    place.is_repaired(tmp_path)
