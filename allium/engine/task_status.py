"""Whether a task is up to date: a fast path for the common cases.

In most builds most tasks are up to date, and nearly all others have a changed dependency. These two
cases are decided here, all others by doit. Tests compare the fast path with doit's decision.
"""

import time
from typing import Any, Final

from doit.dependency import Dependency, DependencyStatus
from doit.task import Task

from allium.engine.doit_internals import acts
from allium.engine.file_digests import DigestChecker
from allium.engine.reasons import WHY, Reason, otherwise, reasons
from allium.engine.state import Row, StateDB
from allium.engine.task_options import is_expensive
from allium.engine.uptodate import (
    TARGETS,
    StageUnchanged,
    TargetsUnchanged,
    look_same,
    renewed,
    targets,
)
from allium.store import codec, stat_cache
from allium.store.digest import digest

QUICK: Final = (StageUnchanged, TargetsUnchanged)
UP_TO_DATE: Final = DependencyStatus(get_log=False)
TO_RUN: Final = DependencyStatus(get_log=False)
TO_RUN.status = "run"


class QuickDependency(Dependency):  # type: ignore[misc]  # doit ships no types
    """doit's dependency manager with short ways for what is plainly up to date, or plainly not."""

    backend: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  doit's arguments
        super().__init__(*arguments, **options)
        self._build = time.time_ns() // 1_000_000
        self._reasons: dict[str, list[Reason]] = {}

    def status_is_ignore(self, task: Task) -> Any:  # noqa: ANN401  doit's protocol
        """Tell whether the user had doit leave a task out; see `doit ignore`."""
        if isinstance(self.backend, StateDB):
            return self.backend.row(task.name).get("ignore:")
        return super().status_is_ignore(task)

    def get_status(
        self, task: Task, tasks: dict[str, Task], *, get_log: bool = False
    ) -> DependencyStatus:
        """Return whether a task must run; see `Dependency.get_status`."""
        backend = self.backend
        if isinstance(backend, StateDB) and is_expensive(task):
            backend.dump()  # before a long task: a kill during it must not cost the tasks before it
        if isinstance(backend, StateDB) and isinstance(self.checker, DigestChecker) and not get_log:
            return self._fast_status(task, tasks)
        return super().get_status(task, tasks, get_log)

    def _fast_status(self, task: Task, tasks: dict[str, Task]) -> DependencyStatus:
        """Return whether a task must run: by the fast path, or else by doit."""
        self.backend.flush_when_due()
        task.dep_changed = []
        row = self.backend.row(task.name)
        if self._is_unchanged(task, row):
            return UP_TO_DATE
        causes = self._reasons[task.name] = reasons(task, row)
        if self._must_run(task, row, causes):
            return TO_RUN
        status = super().get_status(task, tasks)
        if status.status == UP_TO_DATE.status:
            self._renew(task, row)
        return status

    def _is_unchanged(self, task: Task, row: Row) -> bool:
        """Tell whether code is as it was, and targets and dependencies look as they did."""
        if not self._is_ours(row) or set(row["deps:"]) != task.file_dep:
            return False
        values, watched = row["_values_:"], False
        for condition, *_ in task.uptodate:
            if type(condition) is TargetsUnchanged:
                watched = look_same(task.targets, values)
                if not watched:
                    return False
            elif type(condition) is not StageUnchanged or not condition(task, values):
                return False
        return watched and all(_untouched(path, row.get(path)) for path in task.file_dep)

    def _is_ours(self, row: Row) -> bool:
        """Tell whether a row holds the states that this checker of files saves."""
        return row.get("checker:") == type(self.checker).__name__

    def _renew(self, task: Task, row: Row) -> None:
        """Remember how files look whose bytes are known to be those of before.

        After a restore from a copy all look otherwise; only the next build shall read them.
        """
        if not row:
            return
        for path in task.file_dep:
            state = self.checker.get_state(path, row.get(path))
            if state is not None:
                self.backend.set(task.name, path, state)
        values = row.get("_values_:") or {}
        if TARGETS in values and not look_same(task.targets, values):
            entries = [entry for entry in renewed(task.targets, values) if entry is not None]
            self.backend.set(task.name, "_values_:", values | targets(*entries))

    def _must_run(self, task: Task, row: Row, causes: list[Reason]) -> bool:
        """Tell whether a task plainly has to run; what changed of its dependencies is left with it.

        It never ran, and a condition says so; or nothing but what it is made from is another.
        """
        if not task.uptodate or any(type(one) not in QUICK for one, *_ in task.uptodate):
            return False
        if not row:
            return True
        if not self._is_ours(row):
            return False
        task.dep_changed = [one.what for one in causes if one.cause == "changed"]
        return bool(causes) and len(task.dep_changed) == len(causes)

    def save_success(self, task: Task, result_hash: str | None = None) -> None:
        """Remember a task that ran, and why it did; a mere group of tasks has nothing to it."""
        if not (acts(task) or task.file_dep or task.value_savers or task.values or task.result):
            return
        if isinstance(task.result, dict) and result_hash is None:
            # doit would save it a second time: all of it is among the task's values
            result_hash = digest(codec.encode(task.result))
        super().save_success(task, result_hash)
        if isinstance(self.backend, StateDB):
            causes = self._reasons.pop(task.name, None) or [otherwise(task)]
            self.backend.set(task.name, WHY, [self._build, causes])
            self.backend.flush_when_due()


def _untouched(path: str, state: Any) -> bool:  # noqa: ANN401  what was saved
    seen = stat_cache.look(path)
    return state is not None and seen is not None and [*state[1:]] == [*seen]
