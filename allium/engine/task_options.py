"""What a task's `meta` and its other fields say about where and when it runs."""

from collections.abc import Callable
from typing import TypeAlias

from doit.task import Task

Work: TypeAlias = Callable[[], None]


def is_expensive(task: Task) -> bool:
    """Tell whether the task's `meta` says that it takes long enough to be worth a process."""
    return bool(task.meta and task.meta.get("expensive"))


def prefetch(task: Task) -> Work | None:
    """Return what the parent does while a child runs an expensive task: its `meta` has it.

    It makes what later children will need: they share what is in memory when they are forked, and
    they are forked once this is made and the expensive tasks are done.
    Without it each child compiles the templates, which takes 0.24 s: 1 % of the CPU of an hour with
    two children, up to 8 % with eight.
    """
    work: Work | None = task.meta.get("prefetch")
    return work


def needs_values_of_others(task: Task) -> bool:
    """Tell whether the task reads values of tasks that are not among its dependencies.

    doit has run the tasks declared before it by then; such a task waits until they are done.
    """
    # doit: task.py, getargs puts the tasks it names into setup_tasks, not into task_dep
    return bool(task.getargs or task.setup_tasks)


def can_run_in_child(task: Task) -> bool:
    """Tell whether a task needs nothing that only the parent has: values of others, options."""
    return bool(task.actions) and not (
        task.getargs or task.params or task.creator_params or task.pos_arg or task.teardown
    )
