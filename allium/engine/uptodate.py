"""Two conditions that doit lacks: the code of a task is unchanged, and so are its targets.

Both are objects for a task's `uptodate`, shared by thousands of tasks, and work under stock doit.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from doit.task import Task
from msgspec.structs import astuple

from allium.store import file_entry, stat_cache
from allium.store.file_entry import FileEntry

STAGE = "stage"
TARGETS = "targets"


class StageUnchanged:
    """Up to date while the digest of the stage that the task belongs to is as it was."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self._values: Callable[[], dict[str, str]] = partial(dict, {STAGE: digest})

    def configure_task(self, task: Task) -> None:
        """Have the digest saved when the task succeeds."""
        task.value_savers.append(self._values)

    def __call__(self, task: Task, values: dict[str, Any]) -> bool:  # noqa: ARG002  doit's protocol
        """Tell whether the task last succeeded at this stage."""
        return bool(values.get(STAGE) == self.digest)


class TargetsUnchanged:
    """Up to date while every target is what the task wrote.

    So a page that was edited, truncated or deleted is made again; doit only notices that a target
    is missing (doit: dependency.py, get_status). What the task wrote is what its action returned,
    see `targets`, and not what lies on the disk afterwards. A task whose action returns no entries
    is never up to date.
    """

    def configure_task(self, task: Task) -> None:
        """Do nothing: the action says what is to be saved."""

    def __call__(self, task: Task, values: dict[str, Any]) -> bool:
        """Tell whether each target holds what the task wrote into it."""
        return look_same(task.targets, values) or None not in renewed(task.targets, values)


def targets(*written: FileEntry) -> dict[str, list[tuple[str, int, int, int, int]]]:
    """Return what an action has to return of its files, in the order of the targets."""
    return {TARGETS: [astuple(entry) for entry in written]}


def look_same(paths: Sequence[str], values: dict[str, Any]) -> bool:
    """Tell whether each target looks as it did when the task wrote it."""
    written = values.get(TARGETS)
    if written is None or len(written) != len(paths):
        return False
    for path, entry in zip(paths, written, strict=True):
        seen = stat_cache.look(path)
        if seen is None or [*entry[1:]] != [*seen]:
            return False
    return True


def renewed(paths: Sequence[str], values: dict[str, Any]) -> list[FileEntry | None]:
    """Return the entry of each target as it looks now; `None` for one that the task did not write.

    What looks otherwise than it did is compared by its digest.
    """
    entries = dict(written(paths, values))
    return [_as_now(path, entries.get(path)) for path in paths]


def written(paths: Sequence[str], values: dict[str, Any]) -> Iterator[tuple[str, FileEntry]]:
    """Yield the targets of a task that its values tell of, each as it was written."""
    for path, saved in zip(paths, values.get(TARGETS) or (), strict=False):
        entry = file_entry.known(saved)
        if entry is not None:
            yield path, entry


def _as_now(path: str, entry: FileEntry | None) -> FileEntry | None:
    return entry if entry is None or entry.fits(path) else entry.renewed(path)
