"""Whether a task is up to date: the quick way says what doit says."""

import os
from pathlib import Path
from typing import Any

import pytest
from doit.dependency import Dependency, MD5Checker, TimestampChecker
from doit.task import Task

from allium.engine.file_digests import DigestChecker
from allium.engine.state import StateDB
from allium.engine.task_status import QuickDependency
from allium.engine.uptodate import StageUnchanged, TargetsUnchanged, targets
from allium.store import file_entry


def decided(task: Task, folder: Path) -> list[tuple[str, list[str]]]:
    """Return the status of a task that never ran and what is said to have changed: ours, doit's."""
    quick = QuickDependency(StateDB, str(folder / "state.db"), checker_cls=DigestChecker)
    found = []
    for way in (QuickDependency, Dependency):
        status: Any = way.get_status(quick, task, {})
        found.append((status.status, task.dep_changed))
    return found


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize(
    "conditions",
    [
        [StageUnchanged("a")],
        [TargetsUnchanged()],
        [StageUnchanged("a"), TargetsUnchanged()],
        [StageUnchanged("a"), True],
        [True],
        [False],
        [None],
        [],
    ],
)
def test_a_task_that_never_ran_is_decided_as_doit_decides_it(
    tmp_path: Path, conditions: list[Any], there: bool
) -> None:
    origin = tmp_path / "origin"
    if there:
        origin.touch()
    task = Task("one", ["true"], [str(origin)], [str(tmp_path / "target")], uptodate=conditions)
    ours, doits = decided(task, tmp_path)
    assert ours == doits


def ran(folder: Path, *names: str) -> tuple[QuickDependency, Task]:
    """Return a task that ran, and what is known of it."""
    folder.mkdir()
    made = file_entry.written(str(folder / "target"), b"")[0]
    files = [folder / name for name in names]
    for file in files:
        file.write_text("before")
    conditions = [StageUnchanged("a"), TargetsUnchanged()]
    inputs = [str(file) for file in files]
    task = Task("one", ["true"], inputs, [str(folder / "target")], uptodate=conditions)
    quick = QuickDependency(StateDB, str(folder / "state.db"), checker_cls=DigestChecker)
    task.save_extra_values()
    task.values |= targets(made)
    quick.save_success(task)
    return quick, task


@pytest.mark.parametrize("checker", ["as before", "another"])
@pytest.mark.parametrize("target", ["as before", "gone", "altered"])
@pytest.mark.parametrize("inputs", ["as before", "a", "a b", "added", "gone"])
@pytest.mark.parametrize("stage", ["a", "b"])
def test_a_task_of_which_something_changed_is_decided_as_doit_decides_it(
    tmp_path: Path, stage: str, inputs: str, target: str, checker: str
) -> None:
    found = []
    for way in (QuickDependency, Dependency):
        folder = tmp_path / way.__name__
        quick, task = ran(folder, "a", "b")
        task.uptodate[0] = (StageUnchanged(stage), [], {})
        if inputs == "added":
            task.file_dep.add(str(folder / "c"))
            (folder / "c").touch()
        elif inputs == "gone":
            (folder / "a").unlink()
        elif inputs != "as before":
            for name in inputs.split():
                (folder / name).write_text("afterwards")
        if target == "gone":
            (folder / "target").unlink()
        elif target == "altered":
            (folder / "target").write_text("somebody's")
        if checker == "another":
            quick.backend.set("one", "checker:", checker)
        status: Any = way.get_status(quick, task, {})
        found.append((status.status, sorted(Path(one).name for one in task.dep_changed)))
    assert found[0] == found[1]


def test_what_changed_of_a_task_is_told_without_asking_doit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "one"
    quick, task = ran(folder, "a", "b")
    (folder / "b").write_text("afterwards")
    monkeypatch.delattr(Dependency, "get_status")
    status: Any = quick.get_status(task, {})
    assert (status.status, task.dep_changed) == ("run", [str(folder / "b")])


def test_a_task_whose_files_were_restored_from_a_copy_is_read_once_and_then_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "one"
    quick, task = ran(folder, "a", "b")
    for name in ("a", "b", "target"):
        file = folder / name
        body = file.read_bytes()
        file.unlink()
        file.write_bytes(body)
        os.utime(file, (1_700_000_000, 1_700_000_000))
    status: Any = quick.get_status(task, {})
    assert status.status == "up-to-date"
    monkeypatch.delattr("allium.store.stat_cache.digest")
    again: Any = quick.get_status(task, {})
    assert again.status == "up-to-date"


@pytest.mark.parametrize("checker", [MD5Checker, TimestampChecker])
def test_a_build_with_another_checker_of_doits_ends_no_later_one(
    tmp_path: Path, checker: type
) -> None:
    folder = tmp_path / "one"
    quick, task = ran(folder, "a", "b")
    for way in (checker(), DigestChecker(), checker(), DigestChecker()):
        quick.checker = way
        status: Any = quick.get_status(task, {})
        assert status.status == "run", "its own states are not those of the other"
        quick.save_success(task)
        status = quick.get_status(task, {})
        assert status.status == "up-to-date"
