"""Child processes that run tasks, which the parent sends them pickled, as doit's own do."""

import pickle
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import cloudpickle
from doit.exceptions import BaseFail
from doit.task import Stream, Task
from msgspec import Struct

from allium.engine import phases, streams
from allium.engine.memory_use import Peak
from allium.engine.parallel import Child, undisturbed
from allium.engine.phases import TaskStep

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

SILENT: Final = 0
SHOWS_ERRORS: Final = 1
SHOWS_ALL: Final = 2
TOGETHER_SECONDS: Final = 0.02
ROOM: Final = 8_000
"""Bytes that a connection takes though nobody reads: the least is 8 KiB, net.local.stream.sendspace
of macOS and FreeBSD; Linux has 208 KiB, net.core.wmem_default."""


class Result(Struct, frozen=True):
    """What a task left in the process that ran it."""

    name: str
    failure: BaseFail | None
    values: dict[str, Any]
    result: Any
    out: list[str | None]
    err: list[str | None]
    inputs: list[str] | None = None
    """What the task depends on, when an action added to it or took from it, as doit lets it."""

    def give(self, task: Task, stream: Stream) -> None:
        """Leave it with the task in this process, and show what its verbosity asks for."""
        task.values.update(self.values)
        task.result = self.result
        task.executed = True
        if self.inputs is not None:
            task.file_dep = set(self.inputs)
        if not any(self.out) and not any(self.err):
            return  # most say nothing, and doit would make an object of each action to keep it
        task.overwrite_verbosity(stream)
        for action, out, err in zip(task.actions, self.out, self.err, strict=True):
            action.out, action.err = out, err
            if err and task.verbosity >= SHOWS_ERRORS:
                sys.stderr.write(err)
            if out and task.verbosity >= SHOWS_ALL:
                sys.stdout.write(out)


class TaskBatch(Struct, frozen=True):
    """The names of tasks that a child is to run, and the tasks themselves as it is sent them."""

    names: list[str]
    message: bytes


def task_batch(tasks: Sequence[Task]) -> TaskBatch | None:
    """Return tasks as a child gets them; `None` when one of them cannot be pickled.

    doit uses cloudpickle for all, because it takes lambdas and closures, too. It takes three times
    as long for what has none of these (31 and 10 us a task).
    """
    for dumps in (pickle.dumps, cloudpickle.dumps):
        # An object that is pickled may raise whatever it likes.
        with suppress(Exception):
            return TaskBatch([task.name for task in tasks], dumps(tasks))
    return None


class Worker:
    """A child, and the tasks that it has not answered yet.

    Neither side may wait for the other one to read. So a batch is sent ahead only when the one
    before it was read and there is room for it; else once the child has answered all others.
    Raises `OSError` when the system refuses a process.
    """

    def __init__(self, stream: Stream) -> None:
        self._child = Child(partial(_serve, stream))
        self.connection = self._child.connection
        self.stop = self._child.terminate
        """Ask the child to drop its tasks and end; it still sends the results that it has."""
        self.held: dict[str, None] = {}
        self.is_fresh = True
        """Whether it never had a task, so that it holds no memory of its own."""
        self.is_long = False
        """Whether one of its tasks may take long."""
        self._waiting: TaskBatch | None = None
        self._latest = ""
        """The first task of the last batch that was sent: once it is answered, that was read."""

    def is_idle(self, most: int) -> bool:
        """Tell whether the child has at most so many tasks left, and nothing that takes long."""
        return len(self.held) <= most and not self.is_long and not self._waiting

    def send(self, tasks: TaskBatch) -> None:
        """Give the child a batch of tasks; that it is gone is noticed when it is heard."""
        self.held.update(dict.fromkeys(tasks.names))
        self.is_fresh = False
        self._waiting = tasks
        self._pass_on()

    def receive(self) -> list[Result]:
        """Return the next results; a step of a task is passed on to who hears of it here.

        Raises `EOFError` or `ConnectionError` when the child is gone.
        """
        message: list[Result] | TaskStep = self.connection.recv()
        if isinstance(message, TaskStep):
            phases.at(message.task, message.words)
            return []
        for result in message:
            del self.held[result.name]
        self.is_long = self.is_long and bool(self.held)
        self._pass_on()
        return message

    def _pass_on(self) -> None:
        """Send the batch that waits, if the child reads it or has room for it."""
        waiting = self._waiting
        if waiting is None or self._latest in self.held:
            return
        if len(waiting.message) <= ROOM or len(self.held) == len(waiting.names):
            self._latest, self._waiting = waiting.names[0], None
            with suppress(ConnectionError):
                self.connection.send_bytes(waiting.message)

    def close(self) -> str:
        """Let the child end and return how it ended, in words."""
        with suppress(ConnectionError):
            self.connection.send(None)
        return self._child.ending()


def _serve(stream: Stream, connection: "Connection") -> None:
    """Answer batches until there are no more."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    Peak.rest()
    streams.reset()
    reply = _Reply(connection)
    phases.send_on(reply)
    try:
        while tasks := connection.recv():
            for task in tasks:
                reply.add(_run(task, stream))
            reply.send()
    except SystemExit:
        reply.send()


class _Reply:
    """What a child has finished: sent as it comes, quick tasks together, as a message costs."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._results: list[Result] = []
        self._due = 0.0

    def add(self, result: Result) -> None:
        """Take one result, and send all when the last message is long ago."""
        self._results.append(result)
        if time.monotonic() >= self._due:
            self.send()

    def at(self, task: str, step: str) -> None:
        """Send what a task is doing now."""
        with undisturbed():
            self._connection.send(TaskStep(task, step))

    def waiting(self) -> None:
        """Say nothing: a child waits for its own children within a step."""

    def send(self) -> None:
        """Send what was not sent."""
        with undisturbed():
            if self._results:
                self._connection.send(self._results)
                self._results.clear()
        self._due = time.monotonic() + TOGETHER_SECONDS


def _run(task: Task, stream: Stream) -> Result:
    task.verbosity = SILENT  # the parent shows what was said, above its bars
    inputs = set(task.file_dep)
    failure = task.execute(stream)
    actions = task.actions
    return Result(
        task.name,
        failure,
        task.values,
        task.result,
        [action.out for action in actions],
        [action.err for action in actions],
        None if task.file_dep == inputs else sorted(task.file_dep),
    )
