"""What a task reads and writes is what it declared: seen by a tracer of opened files."""

import os
from collections.abc import Iterator

import pytest

from tests.machine.world import World

Access = tuple[str, str, str]
"""The task, whether it reads or how it changes, and the path."""
STAGES = {"split", "reserve", "precompute", "render", "static", "prune"}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def allowed_reads(task: str, world: World) -> tuple[str, ...]:
    """Return beginnings of what a task may read beside its own files, each with its reason."""
    cache = f"{world.cache}/"
    code = f"{world.code}/"
    library = (os.__file__.removesuffix("os.py"), "/usr/", "/proc/", "/dev/null", "/etc/localtime")
    source = {
        "fetch": (f"{world.folder}/source/", f"{cache}sources/"),  # the outside is what it is for
        # bodies that their outcomes name, by digest, and what it remembers of records
        "split": (f"{cache}sources/", f"{cache}shards/", f"{cache}views/", f"{cache}ledger.json"),
        "reserve": (f"{world.out}/manifest.json", f"{cache}manifest.json"),
        "prune": (f"{world.out}/", f"{cache}inventory.json", f"{cache}manifest.json"),
    }.get(task.split(":", maxsplit=1)[0], ())
    kind = (f"{code}templates/",) if task.startswith("render") else ()
    imports = (f"{code}allium/",)  # code is part of a stage's digest, whenever it is imported
    return (*library, *source, *kind, *imports)


def undeclared(
    world: World, declared: dict[str, tuple[set[str], set[str]]], accesses: list[Access]
) -> list[str]:
    """Return each access of a file by a task that neither declared it nor may have it."""
    found = []
    for task, event, path in accesses:
        inputs, targets = declared[task]
        plain = path.removesuffix(".allium-tmp")
        if event == "read":
            fine = plain in inputs | targets or path.startswith(allowed_reads(task, world))
        else:
            fine = plain in targets or writes_freely(task, plain, world)
        if not fine:
            found.append(f"{task}: {event} {path}")
    return found


def writes_freely(task: str, path: str, world: World) -> bool:
    """Tell whether a task may write a file that is no target of its own, for a reason."""
    cache = f"{world.cache}/"
    kind = task.split(":", maxsplit=1)[0]
    own = {
        "fetch": path.startswith(f"{cache}sources/"),  # body and record behind the outcome
        # its shards and views are in its ledger, which is asked whether they are intact
        "split": path.startswith((f"{cache}shards", f"{cache}views", f"{cache}before"))
        or path == f"{cache}ledger.json"
        or path.endswith(".reduced.json"),  # what it remembers of records
        # what the view was before, for `doit why`
        "precompute": path.startswith(f"{cache}before"),
        "reserve": path == f"{world.out}/manifest.json",
        # the mark that the record of the site is outdated
        "render": path == f"{world.out}/manifest.json",
        "static": path == f"{world.out}/manifest.json",
        "prune": path.startswith((f"{world.out}/", f"{cache}inventory.json")),
    }.get(kind, False)
    folder = any(target.startswith(f"{path}/") for target in (str(world.out), str(world.cache)))
    return own or folder or (world.is_folder(path) and path.startswith((str(world.out), cache)))


def test_no_action_reads_or_writes_a_file_that_its_task_does_not_declare(world: World) -> None:
    world.judge.forgot()
    declared = world.declared()
    (world.code / "templates" / "base.html").write_text(
        (world.code / "templates" / "base.html").read_text() + "{# all pages #}"
    )
    world.delete_site()
    world.leave(0)
    world.join(3)
    world.publish()
    done = world.run(reads=True)
    assert done.status == 0, done.stderr
    accesses = [(task, event, path) for task, event, path in world.trace if task]
    declared |= world.declared()
    assert {name.split(":")[0] for name in done.ran} >= STAGES
    assert {task for task, _, _ in accesses} == set(done.ran)
    assert undeclared(world, declared, accesses) == []
    task = next(name for name in done.ran if name.startswith("precompute"))
    assert undeclared(world, declared, [(task, "read", f"{world.cache}/manifest.json")])
