"""What a build did, in figures: a JSON file after each build, successful or not, and one line.

A recorder is mixed into whichever reporter shows the build to the user, so that the figures do not
depend on what is shown.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, Protocol, TextIO

from doit.exceptions import BaseFail, UnmetDependency
from doit.task import Task
from msgspec import Struct, field

from allium.engine.doit_internals import acts
from allium.engine.memory_use import Peak, own_peak
from allium.engine.streams import unfailing
from allium.store import codec, files

VERSION: Final = 1
PHASES: Final = ("fetch", "split", "precompute", "render")
OUTCOMES: Final = {0: "ok", 129: "interrupted", 130: "interrupted", 143: "interrupted"}
_STARTED: Final = time.monotonic()


class TaskCounts(Struct):
    """How many tasks of a kind ran, were up to date, failed."""

    run: int = 0
    up_to_date: int = 0
    failed: int = 0


class Figures(Struct, kw_only=True):
    """One build; `seconds` and `cpu_seconds` are rounded to milliseconds."""

    version: int = VERSION
    status: str = "running"
    seconds: dict[str, float] = field(default_factory=dict)
    workers: int = 0
    cpu_seconds: float = 0.0
    peak_rss_bytes: int = 0
    tasks: dict[str, TaskCounts] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)
    root: str = ""
    """A digest of all that the build made; empty when it is not known to be whole."""


class ReportPlan(Protocol):
    """What the product adds to the figures of its builds."""

    @property
    def path(self) -> str:
        """Return where the JSON file goes."""

    def kind(self, task: str) -> str:
        """Return the kind under which a task is counted."""

    def finish(self, figures: Figures, values: dict[str, list[dict[str, Any]]]) -> None:
        """Add to the figures; `values` are those of the tasks that ran, by kind."""

    def line(self, figures: Figures) -> str:
        """Return the build in one line."""


class Recorder:
    """Collects the figures of one build from the events of a reporter."""

    def __init__(self, plan: ReportPlan, workers: int) -> None:
        self.figures = Figures(workers=workers)
        self.exit_status = 0
        self._plan = plan
        self._values: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._spans: dict[str, float] = defaultdict(float)
        self._kinds: dict[str, str] = {}
        self._marked = _STARTED
        self._running = 0

    def started(self, task: str) -> None:
        """Note that a task began to run."""
        self._spent(_phase(self._kind(task)) if self._running else "graph")
        self._running += 1
        Peak.look()

    def succeeded(self, task: Task) -> None:
        """Note that a task ran well."""
        kind = self._kind(task.name)
        self._ended(kind)
        if acts(task):
            self._counts(kind).run += 1
            self._values[kind].append(task.values)

    def skipped(self, task: Task) -> None:
        """Note that a task was up to date."""
        if acts(task):
            self._counts(self._kind(task.name)).up_to_date += 1

    def failed(self, task: Task, failure: BaseFail) -> None:
        """Note that a task failed, and with which exit status the build should end."""
        if isinstance(failure, UnmetDependency):
            return  # it was never tried
        kind = self._kind(task.name)
        self._ended(kind)
        self._counts(kind).failed += 1
        self.exit_status = self.exit_status or getattr(failure, "exit_status", 0)

    def finish(self, result: int) -> str:
        """Write the JSON file and return the build in one line."""
        figures = self.figures
        figures.status = OUTCOMES.get(result, "failed")
        figures.seconds = self._seconds()
        figures.cpu_seconds = round(_cpu_seconds(), 3)
        figures.peak_rss_bytes = max(Peak.seen, own_peak())
        self._plan.finish(figures, self._values)
        files.write_if_changed(self._plan.path, codec.encode(figures))
        return self._plan.line(figures)

    def _kind(self, task: str) -> str:
        """Return the kind of a task; siblings have the same, so it is asked for once."""
        siblings = task.rpartition(":")[0] or task
        kind = self._kinds.get(siblings)
        if kind is None:
            kind = self._kinds[siblings] = self._plan.kind(task)
        return kind

    def _ended(self, kind: str) -> None:
        self._spent(_phase(kind))
        self._running = max(0, self._running - 1)

    def _counts(self, kind: str) -> TaskCounts:
        return self.figures.tasks.setdefault(kind, TaskCounts())

    def _spent(self, phase: str) -> None:
        """Count the time since the last event as spent on a phase."""
        now = time.monotonic()
        self._spans[phase] += now - self._marked
        self._marked = now

    def _seconds(self) -> dict[str, float]:
        """Return the seconds of each phase; loading and checking tasks is `graph`."""
        self._spent("graph")
        seconds = {name: self._spans[name] for name in (*PHASES, "graph", "other")}
        seconds["total"] = time.monotonic() - _STARTED
        return {name: round(value, 3) for name, value in seconds.items()}


def recording(reporter: type, recorder: Recorder) -> type:
    """Return a reporter class that also tells the recorder."""

    class Recording(reporter):  # type: ignore[misc]  # any of doit's reporters
        """Shows what the reporter shows, as long as that can be written."""

        def __init__(self, outstream: TextIO, options: dict[str, Any]) -> None:
            super().__init__(unfailing(outstream), options)

        def execute_task(self, task: Task) -> None:
            recorder.started(task.name)
            super().execute_task(task)

        def add_success(self, task: Task) -> None:
            recorder.succeeded(task)
            super().add_success(task)

        def skip_uptodate(self, task: Task) -> None:
            recorder.skipped(task)
            super().skip_uptodate(task)

        def add_failure(self, task: Task, fail: BaseFail) -> None:
            recorder.failed(task, fail)
            super().add_failure(task, fail)

    return Recording


def _cpu_seconds() -> float:
    """Return what this process and its children took so far; Windows counts no children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _phase(kind: str) -> str:
    first = kind.partition(":")[0]
    return first if first in PHASES else "other"


def total(values: Iterable[dict[str, Any]], key: str) -> int:
    """Return the sum of what tasks said under one key."""
    return sum(value[key] for value in values if key in value)
