import os
from pathlib import Path
from typing import Any

import pytest
from doit.task import Task

from allium.engine.uptodate import StageUnchanged, TargetsUnchanged, targets
from allium.store import file_entry


def task(condition: StageUnchanged | TargetsUnchanged, *paths: Path) -> Task:
    return Task("t", None, targets=[str(path) for path in paths], uptodate=[condition])


def written(*paths: Path, contents: bytes = b"right") -> dict[str, Any]:
    """Return the values of a task that wrote these files."""
    return dict(targets(*(file_entry.written(str(path), contents)[0] for path in paths)))


def is_unchanged(path: Path, values: dict[str, Any]) -> bool:
    condition = TargetsUnchanged()
    return condition(task(condition, path), values)


def test_a_task_of_another_stage_is_not_up_to_date() -> None:
    before, after = StageUnchanged("one"), StageUnchanged("two")
    one = task(before)
    one.save_extra_values()
    assert (before(one, one.values), after(task(after), one.values)) == (True, False)


def test_a_task_that_never_succeeded_is_not_up_to_date(tmp_path: Path) -> None:
    for condition in (StageUnchanged("one"), TargetsUnchanged()):
        assert not condition(task(condition, tmp_path / "missing"), {})


@pytest.mark.parametrize("damage", ["delete", "edit", "cut", "edit unseen"])
def test_a_touched_target_is_not_up_to_date(tmp_path: Path, damage: str) -> None:
    target = tmp_path / "page"
    values = written(target)
    assert is_unchanged(target, values)
    status = target.stat()
    if damage == "delete":
        target.unlink()
    else:
        target.write_bytes(b"ri" if damage == "cut" else b"wrong")
    if damage == "edit unseen":
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not is_unchanged(target, values)


def test_a_target_that_was_gone_when_the_task_ended_is_not_as_it_should_be(tmp_path: Path) -> None:
    """A task that could not tell what it wrote recorded that there was nothing."""
    target = tmp_path / "page"
    for values in ({"targets": [None]}, {"targets": []}, {}):
        assert not is_unchanged(target, values)


def test_a_target_is_what_the_task_wrote_whatever_took_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, replace = tmp_path / "page", os.replace

    def replaced(one: str, other: str) -> None:
        replace(one, other)
        target.unlink()
        target.write_bytes(b"wrong")

    monkeypatch.setattr(os, "replace", replaced)
    values = written(target)
    assert not is_unchanged(target, values)
    target.write_bytes(b"right")
    assert is_unchanged(target, values)


def test_a_restored_target_with_equal_bytes_is_up_to_date(tmp_path: Path) -> None:
    target = tmp_path / "page"
    values = written(target)
    target.rename(tmp_path / "away")
    target.write_bytes(b"right")
    os.utime(target, (1, 1))
    assert is_unchanged(target, values)


def test_a_task_with_more_targets_than_it_wrote_is_not_up_to_date(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    values = written(one, two)
    condition = TargetsUnchanged()
    assert condition(task(condition, one, two), values)
    assert not condition(task(condition, one, two, tmp_path / "three"), values)
    assert not condition(task(condition, one), values | written(one, two) | {"targets": []})
