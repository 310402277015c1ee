from pathlib import Path
from typing import Any

import pytest
from doit.task import Task

from allium.engine.uptodate import StageUnchanged, TargetsUnchanged


def task(condition: StageUnchanged | TargetsUnchanged, *targets: Path) -> Task:
    return Task("t", None, targets=[str(target) for target in targets], uptodate=[condition])


def saved(one: Task) -> dict[str, Any]:
    one.save_extra_values()
    values: dict[str, Any] = one.values
    return values


def test_a_task_of_another_stage_is_not_up_to_date() -> None:
    before, after = StageUnchanged("one"), StageUnchanged("two")
    values = saved(task(before))
    assert (before(task(before), values), after(task(after), values)) == (True, False)


def test_a_task_that_never_succeeded_is_not_up_to_date(tmp_path: Path) -> None:
    for condition in (StageUnchanged("one"), TargetsUnchanged()):
        assert not condition(task(condition, tmp_path / "missing"), {})


@pytest.mark.parametrize("damage", ["delete", "edit", "cut"])
def test_a_touched_target_is_not_up_to_date(tmp_path: Path, damage: str) -> None:
    target, condition = tmp_path / "page", TargetsUnchanged()
    target.write_bytes(b"right")
    one = task(condition, target)
    values = saved(one)
    assert condition(one, values)
    if damage == "delete":
        target.unlink()
    else:
        target.write_bytes(b"wrong" if damage == "edit" else b"ri")
    assert not condition(one, values)
