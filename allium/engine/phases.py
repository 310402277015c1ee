"""The progress of one phase of a build: tasks done, rate, time left."""

from collections.abc import Callable
from typing import Final, Protocol

from msgspec import Struct


class Listener(Protocol):
    """What hears the steps of tasks."""

    def at(self, task: str, step: str) -> None:
        """Hear what a task is doing now."""

    def waiting(self) -> None:
        """Hear that this process waits for what its children do."""


class TaskStep(Struct, frozen=True):
    """A step as a child sends it to its parent."""

    task: str
    words: str


_listener: Listener | None = None


def listen(listener: Listener | None) -> None:
    """Have this listener, and no other, hear what is said in this process from now on."""
    global _listener  # noqa: PLW0603  one process, one build
    _listener = listener


def send_on(listener: Listener) -> None:
    """Have this listener of a child stand for that of its parent, if its parent has one."""
    if _listener is not None:
        listen(listener)


def at(task: str, step: str) -> None:
    """Say what a task is doing now: a few words, as `joining the network`."""
    if _listener is not None:
        _listener.at(task, step)


def waiting() -> None:
    """Say that this process waits for what its children do."""
    if _listener is not None:
        _listener.waiting()


MINUTE: Final = 60
FEW: Final = 10
"""Fewer tasks than this say little of a rate, and one of fewer a second has a decimal."""


class Counted(Struct, frozen=True):
    """What the tasks of a phase are called: `noun` returns the word for so many of them.

    A line of progress comes after `every` tasks that ran, however quickly they did.
    """

    noun: Callable[[int], str]
    every: int | None = None


class Phase:
    """The tasks of one phase: `total` of them, of which so many were looked at, skipped, run.

    Skipped are those that are up to date or left out; those that failed are counted with them.
    """

    def __init__(self, name: str, counted: Counted | None) -> None:
        self.total = self.looked_at = self.skipped = self.ran = 0
        self.step = ""
        self.has_begun = False
        """Whether one of the tasks began to run."""
        self._name = name
        self._counted = counted
        self._began = 0.0
        self._ran_at_last_line = 0
        self._is_shown = self._is_closed = False

    def begin(self, now: float) -> None:
        """Note that a task of the phase begins to run."""
        if not self.has_begun:
            self.has_begun, self._began = True, now

    @property
    def is_over(self) -> bool:
        """Whether all tasks of the phase have ended."""
        return self.ran + self.skipped >= self.total

    def has_news(self, now: float, silent: float, seconds: float) -> bool:
        """Tell whether a line is due, after none was shown for so long: one in so many `seconds`.

        The end is worth a line at once, that of a single task only when it was shown before or took
        so long. So are many tasks.
        """
        if not self.has_begun:
            return False
        if self.is_over:
            worth = self.total > 1 or self._is_shown or now - self._began >= seconds
            return worth and not self._is_closed
        every = self._counted.every if self._counted is not None else None
        many = every is not None and self.ran - self._ran_at_last_line >= every
        return many or (silent >= seconds and (self.ran > 0 or now - self._began >= seconds))

    def line(self, now: float) -> str:
        """Return the line that tells how far the phase is."""
        self._is_shown, self._is_closed, self._ran_at_last_line = True, self.is_over, self.ran
        elapsed = duration(now - self._began)
        end = f"done in {elapsed}" if self.is_over else f"{elapsed} so far"
        if self.total <= 1:
            step = f": {self.step}" if self.step and not self.is_over else ""
            return f"{self._name}{step}, {end}"
        if self.ran >= min(FEW, (self.total + 1) // 2) and now > self._began:
            per_second = self.ran / (now - self._began)
            left = end if self.is_over else f"{duration(self._to_run() / per_second)} left"
            end = f"{rate(per_second)}, {left}"
        noun = f" {self._counted.noun(self.total)}" if self._counted is not None else ""
        return f"{self._name} {self.ran + self.skipped}/{self.total}{noun}, {end}"

    def _to_run(self) -> float:
        """Return how many tasks will run yet.

        Those that were looked at and not skipped will. Of the others as large a part will as of
        those that were looked at.
        """
        running = self.looked_at - self.skipped
        others = max(0, self.total - self.looked_at)
        return running - self.ran + others * running / max(1, self.looked_at)


def rate(per_second: float) -> str:
    """Return a number of tasks a second, as `520/s` or `3.2/s`."""
    return f"{per_second:.{0 if per_second >= FEW else 1}f}/s"


def duration(seconds: float) -> str:
    """Return a time, as `2.1 s` or `2 min 5 s`."""
    if round(seconds, 1) < MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes} min {rest} s"
