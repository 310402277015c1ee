"""Two reasons for a task to run that doit does not know: its code changed, its target was touched.

Both are objects for a task's `uptodate`, shared by thousands of tasks, and work under stock doit.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from doit.task import Task

from allium.store import looks

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
    """Up to date while every target has the size and time that it had when the task succeeded.

    So a page that somebody edited, cut or deleted is made again, which doit alone would not see.
    """

    def configure_task(self, task: Task) -> None:
        """Have size and time of the targets saved when the task succeeds."""
        task.value_savers.append(partial(_saved, task))

    def __call__(self, task: Task, values: dict[str, Any]) -> bool:
        """Tell whether nobody but the task has touched its targets."""
        return bool(values.get(TARGETS) == states(task.targets))


def states(paths: Sequence[str]) -> list[list[int] | None]:
    """Return size in bytes and time in nanoseconds of each file; `None` for one that is missing."""
    found: list[list[int] | None] = []
    for path in paths:
        seen = looks.look(path)
        found.append(None if seen is None else [seen[0], seen[1]])
    return found


def _saved(task: Task) -> dict[str, Any]:
    return {TARGETS: states(task.targets)}
