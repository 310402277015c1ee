"""Everything of doit that the engine uses and doit does not document; tested, so that it tells.

A later doit that changes one of these breaks `tests/unit/engine/test_doit_internals.py` first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from doit import cmd_run, doit_cmd, get_initial_workdir
from doit.runner import Runner
from doit.task import Task


def variables() -> dict[str, str]:
    """Return all `name=value` arguments of the command line; doit offers them one by one only."""
    return dict(doit_cmd._CMDLINE_VARS or {})  # noqa: SLF001  the reason for this module


def working_folder() -> Path:
    """Return the folder in which the user started doit, before it went to that of the task file."""
    return Path(get_initial_workdir() or Path.cwd())


@contextmanager
def parallel_runner(runner: type[Runner]) -> Iterator[None]:
    """Have doit's `run` command use this class for `-n N` while the context lasts.

    The command has no other way to be given one than to copy its forty lines.
    """
    before = cmd_run.MRunner
    cmd_run.MRunner = runner
    try:
        yield
    finally:
        cmd_run.MRunner = before


def acts(task: Task) -> bool:
    """Tell whether a task has actions, without having doit make an object of each."""
    return bool(task._actions)  # noqa: SLF001  the reason for this module


def is_unknown(task: Task | None) -> bool:
    """Tell whether a task is only the place that doit kept for a name that no creator made.

    doit takes `group:anything` for a task to come when the group's tasks are created later.
    """
    return task is not None and ":" in task.name and not (task.actions or task.has_subtask)
