"""Child processes that run tasks by name: forked late, so that they share everything loaded."""

import contextlib
import marshal
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from doit.exceptions import BaseFail
from doit.task import Stream, Task
from msgspec import Struct

from allium.engine import pipes, steps, streams, tuning
from allium.engine.memory import Peak
from allium.engine.steps import Step

SILENT: Final = 0
SHOWS_ERRORS: Final = 1
SHOWS_ALL: Final = 2
TOGETHER_SECONDS: Final = 0.02
Order = tuple[str, list[str]]
"""A task's name, and which of its dependencies changed."""


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


class Worker:
    """One child and the orders that it has not answered yet; `is_long` when one may take long.

    Orders that its pipe has no room for stay `unsent`: a parent that waited for room would not
    hear a child that waits to be heard. Raises `OSError` when the system refuses a process.
    """

    def __init__(
        self, tasks: Mapping[str, Task], stream: Stream, others: Sequence["Worker"]
    ) -> None:
        with contextlib.ExitStack() as unless_forked:
            orders, self.orders = _pipe(unless_forked)
            self.answers, answers = _pipe(unless_forked)
            os.set_blocking(self.orders, False)
            self.held: dict[str, None] = {}
            self.unsent = b""
            self.is_long = False
            sys.stdout.flush()
            sys.stderr.flush()
            parent = os.getpid()
            self.pid = os.fork()
            unless_forked.pop_all()
        if self.pid == 0:
            pipes.die_with(parent)
            closed = [end for worker in (self, *others) for end in worker.ends()]
            _child(orders, answers, closed, lambda order: _run(tasks, order, stream))
        os.close(orders)
        os.close(answers)

    def ends(self) -> tuple[int, int]:
        """Return the parent's ends of the pipes."""
        return self.orders, self.answers

    def send(self, batch: list[Order]) -> bool:
        """Give the child a batch of tasks; false when it is gone."""
        self.held.update((name, None) for name, _ in batch)
        self.unsent += pipes.framed(marshal.dumps(batch))
        return self.flush()

    def flush(self) -> bool:
        """Send what its pipe has room for; false when the child is gone."""
        try:
            self.unsent = pipes.offer(self.orders, self.unsent)
        except BrokenPipeError:
            return False
        return True

    def receive(self) -> list[Result]:
        """Return results that arrived; a step of a task is passed on to who hears of it here.

        Raises `EOFError` when the child is gone.
        """
        message: list[Result] | Step = pickle.loads(pipes.receive(self.answers))  # noqa: S301  our own child's words
        if isinstance(message, Step):
            steps.at(message.task, message.words)
            return []
        results = message
        for result in results:
            del self.held[result.name]
        self.is_long = self.is_long and bool(self.held)
        return results

    def close(self) -> str:
        """Let the child end and return how it ended, in words."""
        for end in self.ends():
            with contextlib.suppress(OSError):
                os.close(end)
        return pipes.ending(self.pid)

    def stop(self) -> None:
        """Ask the child to drop its tasks and end; it still sends the results that it has."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)


def _pipe(unless_kept: contextlib.ExitStack) -> tuple[int, int]:
    """Return both ends of a pipe, which are closed with the context."""
    ends = os.pipe()
    for end in ends:
        unless_kept.callback(os.close, end)
    return ends


def _child(orders: int, answers: int, closed: list[int], run: Callable[[Order], Result]) -> None:
    """Answer orders until there are no more; never returns."""
    status = 0
    reply = _Reply(answers)
    Peak.rest()
    tuning.end_soon()
    try:
        pipes.leave_signals_to_the_parent()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        streams.reset()
        steps.send_on(reply)
        for end in closed:
            os.close(end)
        while True:
            for order in marshal.loads(pipes.receive(orders)):  # noqa: S302  our own parent's words
                reply.add(run(order))
            reply.send()
    except (EOFError, BrokenPipeError):
        pass
    except SystemExit:
        reply.send()
    except BaseException as error:  # noqa: BLE001  a child must not go on as a second parent
        sys.stderr.write(f"worker: {error!r}\n")
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


class _Reply:
    """What a child has finished: sent as it comes, quick tasks together, as a message costs."""

    def __init__(self, answers: int) -> None:
        self._answers = answers
        self._results: list[Result] = []
        self._due = 0.0

    def add(self, result: Result) -> None:
        """Take one result, and send all when the last message is long ago."""
        self._results.append(result)
        if time.monotonic() >= self._due:
            self.send()

    def at(self, task: str, step: str) -> None:
        """Send what a task is doing now."""
        with pipes.undisturbed():
            pipes.send(self._answers, pickle.dumps(Step(task, step)))

    def waiting(self) -> None:
        """Say nothing: a child waits for its own children within a step."""

    def send(self) -> None:
        """Send what was not sent."""
        with pipes.undisturbed():
            if self._results:
                pipes.send(self._answers, pickle.dumps(self._results))
                self._results.clear()
        self._due = time.monotonic() + TOGETHER_SECONDS


def _run(tasks: Mapping[str, Task], order: Order, stream: Stream) -> Result:
    name, changed = order
    task = tasks[name]
    task.dep_changed = changed
    task.verbosity = SILENT  # the parent shows what was said, above its bars
    inputs = set(task.file_dep)
    failure = task.execute(stream)
    actions = task.actions
    return Result(
        name,
        failure,
        task.values,
        task.result,
        [action.out for action in actions],
        [action.err for action in actions],
        None if task.file_dep == inputs else sorted(task.file_dep),
    )
