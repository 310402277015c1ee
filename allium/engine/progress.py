"""A reporter that says how far the build is: a short line each second at most."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import ClassVar, Final, TextIO

from doit.exceptions import BaseFail
from doit.task import Task

from allium.engine import phases
from allium.engine.bars import BarsReporter, QuietReporter
from allium.engine.doit_internals import acts
from allium.engine.phases import Counted, Phase

EVERY_SECONDS: Final = 1.0


class ProgressReporter(QuietReporter):
    """Lines like `precompute 1500/3188 contacts, 520/s, 3.2 s left`, and failures.

    A phase is what stands before the first colon in the names of its tasks. One in which no task
    runs has no line. `counted` says what the tasks of a phase are; the task file sets it.
    """

    desc = "one line of progress each second"
    counted: ClassVar[Mapping[str, Counted]] = {}

    def __init__(self, outstream: TextIO, options: dict[str, object]) -> None:
        super().__init__(outstream, options)
        self._shown = time.monotonic()
        self._phases: dict[str, Phase] = {}
        self._current: Phase | None = None
        self._tasks: dict[str, Task] = {}
        self._selected: list[str] = []
        self._known = 0

    def initialize(self, tasks: dict[str, Task], selected_tasks: list[str]) -> None:
        """Keep the table of tasks, which grows while the build runs, and hear their steps."""
        super().initialize(tasks, selected_tasks)
        self._tasks, self._selected = tasks, selected_tasks
        phases.listen(self)

    def get_status(self, task: Task) -> None:
        """Count a task that doit looks at."""
        if acts(task):
            self._phase(task.name).looked_at += 1

    def execute_task(self, task: Task) -> None:
        """Note that a task begins: what is done of its phase is shown later."""
        if acts(task):
            self._current = self._phase(task.name)
            self._current.begin(time.monotonic())
            self._count_when_grown()

    def add_success(self, task: Task) -> None:
        """Count a task that ran."""
        if acts(task):
            phase = self._phase(task.name)
            phase.ran += 1
            self._show_when_due(phase)

    def skip_uptodate(self, task: Task) -> None:
        """Count a task that was up to date; it may be the last one of a phase."""
        if acts(task):
            phase = self._phase(task.name)
            phase.skipped += 1
            if phase.has_begun and phase.is_over:
                self._show_when_due(phase)

    def skip_ignore(self, task: Task) -> None:
        """Count a task that the user had doit leave out."""
        self.skip_uptodate(task)

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """Show a failure at once."""
        super().add_failure(task, fail)
        self.skip_uptodate(task)

    def complete_run(self) -> None:
        """Hear no more steps."""
        phases.listen(None)

    def at(self, task: str, step: str) -> None:
        """Hear what a task is doing now."""
        phase = self._phase(task)
        phase.step = step
        self._show_when_due(phase)

    def waiting(self) -> None:
        """Show how far that is for which the build waits."""
        if self._current is not None and not self._current.is_over:
            self._show_when_due(self._current)

    def _phase(self, task: str) -> Phase:
        """Return the phase of a task."""
        name = task.partition(":")[0]
        phase = self._phases.get(name)
        if phase is None:
            phase = self._phases[name] = Phase(name, self.counted.get(name))
        return phase

    def _show_when_due(self, phase: Phase) -> None:
        """Show how far a phase is, unless that was done, or done for another one, just now."""
        self._current, now = phase, time.monotonic()
        self._count_when_grown()
        if phase.has_news(now, now - self._shown, EVERY_SECONDS):
            self.write(f"{phase.line(now)}\n")
            self.outstream.flush()
            self._shown = now

    def _count_when_grown(self) -> None:
        """Count the tasks of each phase that were asked for, when more of them were made."""
        if len(self._tasks) == self._known:
            return
        self._known = len(self._tasks)
        totals = Counter(
            task.name.partition(":")[0]
            for task in needed(self._tasks, self._selected)
            if acts(task)
        )
        for name, total in totals.items():
            self._phase(name).total = total


def needed(tasks: Mapping[str, Task], names: Iterable[str]) -> Iterable[Task]:
    """Yield the tasks of these names and all that they wait for, as far as they are made."""
    seen: set[str] = set()
    names_left = list(names)
    while names_left:
        name = names_left.pop()
        if name not in seen and (task := tasks.get(name)) is not None:
            seen.add(name)
            yield task
            names_left.extend(task.task_dep)
            names_left.extend(task.setup_tasks)


class AutoReporter(QuietReporter):
    """Stands for what suits the output: bars on a terminal, failures alone elsewhere."""

    desc = "bars on a terminal, only failures elsewhere"


def suited(reporter: type, *, terminal: bool) -> type:
    """Return the reporter that is meant; on a terminal progress is shown by bars."""
    if terminal and reporter in {AutoReporter, ProgressReporter}:
        return BarsReporter
    return reporter
