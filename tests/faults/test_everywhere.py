"""A fault at every change of a file that a build makes: a clear word, and the next build is right.

The operation fails as the system would have it fail, or the process is killed there. Places are
spread over the whole build, so that each task, the build's memory and its report have their turn.
"""

from collections.abc import Iterator

import pytest

from tests.machine.world import World
from tests.support.project import tree
from tests.support.whole import halves

pytestmark = pytest.mark.long

ERRORS = ("ENOSPC", "EMFILE", "EACCES", "EROFS", "EIO", "EDQUOT")
SIGNALS = {"kill": (-9,), "interrupt": (130,), "terminate": (143,)}
PLACES = 6
BEGUN = 1
"""The first changes of files are the folder and the lock of the build's memory."""


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def change(world: World, number: int) -> None:
    """Make a change of the network that reaches every task."""
    world.amend(number, 0, number)
    world.flip_aroi(number)
    world.edit_static(0)
    world.edit_template(0, 0)
    world.publish()


def places(world: World, count: int) -> list[int]:
    """Return moments spread over all changes of files that such a build makes, and move on."""
    change(world, 1)
    world.judge.forgot()
    assert world.run().status == 0
    moments = sum(1 for _, event, _ in world.trace if event != "read")
    return [BEGUN + (moments - BEGUN) * place // count for place in range(count)]


@pytest.mark.parametrize("kind", ERRORS)
def test_an_operation_that_fails_is_told_and_repaired(world: World, kind: str) -> None:
    for number, place in enumerate(places(world, PLACES)):
        before = tree(world.out)
        change(world, number)
        done = world.run(spoken=True, trap={"kind": kind, "at": place, "children": 0})
        told = done.stdout + done.stderr
        refused = told.startswith(f"allium: cache={world.cache}: ")
        assert done.status in ({78} if refused else {0, 1}), (place, done.status, told)
        assert done.status == 0 or kind in told or _words(kind) in told, (place, told)
        assert "Traceback" not in told, (place, told)
        assert halves(tree(world.out), before) == []
        world.judge.forgot()
        world.build()


@pytest.mark.parametrize("kind", SIGNALS)
@pytest.mark.parametrize("workers", [0, 2])
def test_a_build_that_is_ended_anywhere_leaves_whole_pages_and_is_completed(
    world: World, kind: str, workers: int
) -> None:
    for number, place in enumerate(places(world, PLACES)):
        before = tree(world.out)
        change(world, number)
        done = world.run(
            spoken=True, workers=workers, trap={"kind": kind, "at": place, "children": 0}
        )
        assert done.status in {*SIGNALS[kind], 0}, (place, done.status, done.stderr)
        told = done.stdout + done.stderr
        assert "Traceback" not in told, (place, told)
        assert ("interrupted" in told) == (done.status in {130, 143}), (place, told)
        assert halves(tree(world.out), before) == []
        world.judge.forgot()
        world.build()


def test_a_cache_that_is_deleted_in_the_middle_of_a_build_is_made_again(world: World) -> None:
    for number, place in enumerate(places(world, PLACES)):
        before = tree(world.out)
        change(world, number)
        command = ["rm", "-rf", str(world.cache)]
        trap = {"kind": "call", "command": command, "at": place, "children": 0}
        done = world.run(spoken=True, trap=trap)
        told = done.stdout + done.stderr
        assert "Traceback" not in told, (place, told)
        assert done.status in {0, 1, 2}, (place, done.status, told)
        assert done.status == 0 or str(world.cache) in told, (place, told)
        assert halves(tree(world.out), before) == []
        world.judge.forgot()
        world.build()


def _words(kind: str) -> str:
    import errno
    import os

    return os.strerror(getattr(errno, kind))
