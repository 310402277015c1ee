"""A reporter that says how far the build is: a line every 500 tasks, or every ten seconds."""

import time
from collections import Counter
from typing import Final, TextIO

from doit.exceptions import BaseFail
from doit.task import Task

from allium.engine.bars import BarsReporter
from allium.engine.doit_internals import acts
from allium.engine.quiet import QuietReporter

EVERY_TASKS: Final = 500
EVERY_SECONDS: Final = 10.0


class ProgressReporter(QuietReporter):
    """Counts of finished tasks by group while the build runs, and its failures."""

    desc = "how far the build is, a line now and then"

    def __init__(self, outstream: TextIO, options: dict[str, object]) -> None:
        super().__init__(outstream, options)
        self._begun = self._said = time.monotonic()
        self._ran: Counter[str] = Counter()
        self._unchanged: Counter[str] = Counter()
        self._silent = 0

    def add_success(self, task: Task) -> None:
        """Count a task that ran."""
        if acts(task):
            self._ran[_group(task)] += 1
            self._count()

    def skip_uptodate(self, task: Task) -> None:
        """Count a task that was up to date."""
        if acts(task):
            self._unchanged[_group(task)] += 1
            self._count()

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """Show a failure at once."""
        super().add_failure(task, fail)
        self._count()

    def complete_run(self) -> None:
        """Say what remained unsaid."""
        self._say()

    def _count(self) -> None:
        self._silent += 1
        if self._silent >= EVERY_TASKS or time.monotonic() - self._said >= EVERY_SECONDS:
            self._say()

    def _say(self) -> None:
        now = time.monotonic()
        groups = dict.fromkeys([*self._ran, *self._unchanged])
        counts = (f"{group} {self._ran[group]}+{self._unchanged[group]}" for group in groups)
        self.write(f"{now - self._begun:6.1f} s  tasks run+unchanged: {', '.join(counts)}\n")
        self.outstream.flush()
        self._said, self._silent = now, 0


class AutoReporter(QuietReporter):
    """Stands for what suits the output: bars on a terminal, failures alone elsewhere."""

    desc = "bars on a terminal, only failures elsewhere"


def suited(reporter: type, *, terminal: bool) -> type:
    """Return the reporter that is meant; on a terminal progress is shown by bars."""
    if terminal and reporter in {AutoReporter, ProgressReporter}:
        return BarsReporter
    return reporter


def _group(task: Task) -> str:
    return task.name.rpartition(":")[0] or str(task.name)
