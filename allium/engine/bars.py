"""A reporter for terminals: one bar for each kind of task, with its rate and the time left."""

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Final, TextIO

from doit.exceptions import BaseFail
from doit.reporter import ZeroReporter
from doit.task import Task

from allium import printable
from allium.engine.doit_internals import acts


class QuietReporter(ZeroReporter):  # type: ignore[misc]  # doit ships no types
    """Failures with their reason, on the error stream; nothing else."""

    desc = "only failures"

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """Show a failure; a failure that was expected has no traceback."""
        self.write(f"{printable.lines(f'{task.name}: {fail.get_msg().strip()}')}\n")

    def runtime_error(self, msg: str) -> None:
        """Show an error of the build itself."""
        self.write(f"{printable.lines(msg)}\n")


if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY_SECONDS: Final = 0.1


class BarsReporter(QuietReporter):
    """Bars on the error stream from the first task that runs; a build that runs none shows none.

    They are drawn by the events of the build, never by a thread: children are forked meanwhile.
    """

    desc = "a bar for each kind of task, on a terminal"

    def __init__(self, outstream: TextIO, options: dict[str, object]) -> None:
        super().__init__(outstream, options)
        self._tasks: dict[str, Task] = {}
        self._done: Counter[str] = Counter()
        self._bars: dict[str, TaskID] = {}
        self._shown: Progress | None = None
        self._drawn = 0.0

    def initialize(self, tasks: dict[str, Task], selected_tasks: list[str]) -> None:
        """Keep the table of tasks, which grows while the build runs."""
        super().initialize(tasks, selected_tasks)
        self._tasks = tasks

    def execute_task(self, task: Task) -> None:
        """Show the bars, now that something runs."""
        if acts(task):
            self._done.setdefault(_kind(task), 0)
            if self._shown is None:
                self._shown = _progress()
                self._shown.start()
            self._draw_when_due()

    def add_success(self, task: Task) -> None:
        """Count a task that ran."""
        self._count(task)

    def skip_uptodate(self, task: Task) -> None:
        """Count a task that was up to date."""
        self._count(task)

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """Show a failure above the bars."""
        super().add_failure(task, fail)
        self._count(task)

    def complete_run(self) -> None:
        """Leave the bars as they are at the end."""
        if self._shown is not None:
            self._draw(self._shown)
            self._shown.stop()
            self._shown = None

    def write(self, text: str) -> None:
        """Write above the bars while there are any."""
        if self._shown is None:
            super().write(text)
        else:
            self._shown.console.print(text, end="", markup=False, highlight=False, soft_wrap=True)

    def _count(self, task: Task) -> None:
        if acts(task):
            self._done[_kind(task)] += 1
            self._draw_when_due()

    def _draw_when_due(self) -> None:
        if self._shown is not None and time.monotonic() - self._drawn >= EVERY_SECONDS:
            self._draw(self._shown)

    def _draw(self, shown: "Progress") -> None:
        for kind, finished in self._done.items():
            total = max(finished, self._total(kind))
            if kind not in self._bars:
                self._bars[kind] = shown.add_task(kind, total=total)
            shown.update(self._bars[kind], completed=finished, total=total)
        shown.refresh()
        self._drawn = time.monotonic()

    def _total(self, kind: str) -> int:
        """Return how many tasks there are of a kind, as far as they are made."""
        group = self._tasks.get(kind)
        return len(group.task_dep) if group is not None and group.has_subtask else 1


def _kind(task: Task) -> str:
    return task.name.rpartition(":")[0] or str(task.name)


def _progress() -> "Progress":
    # rich takes long to import; a build that runs nothing must not wait for it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text  # noqa: PLC0415

    class RateColumn(ProgressColumn):
        """Tasks a second."""

        def render(self, task: Task) -> Text:
            """Return the rate, once there is one."""
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f}/s")

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeRemainingColumn(),
        # Found by name, the stream would be whatever doit puts in its place while an action runs.
        console=Console(file=sys.stderr),
        auto_refresh=False,
    )
