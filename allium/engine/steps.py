"""What a long task is at: its action says it, and who shows how far the build is hears it.

An action has no reporter at hand, and may run in a child. So its words go to the one listener of
its process; that of a child sends them on to its parent.
"""

from typing import Protocol

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
