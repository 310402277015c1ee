"""Whether a task is up to date: the quick way says what doit says."""

from pathlib import Path
from typing import Any

import pytest
from doit.dependency import Dependency
from doit.task import Task

from allium.engine.state import StateDB
from allium.engine.status import QuickDependency
from allium.engine.uptodate import StageUnchanged, TargetsUnchanged


def decided(task: Task, folder: Path) -> list[tuple[str, list[str]]]:
    """Return the status of a task that never ran and what is said to have changed: ours, doit's."""
    quick = QuickDependency(StateDB, str(folder / "state.db"))
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
