"""One action's work divided among processes that share what it has loaded."""

import contextlib
import gc
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any, ClassVar, Final, Generic, Self, TypeVar, cast

from allium.engine import pipes

S = TypeVar("S")
T = TypeVar("T")
MOST_JOBS: Final = 256
"""A job's number is one byte in the queue, and one byte is taken by one process only."""

PORTION: Final = 1000
"""So many small things are worth a message between processes."""


class Crew:
    """How many processes an action may use; `doit run` says so, and other runners leave it at 1."""

    size: ClassVar[int] = 1


class Division(Generic[T]):
    """Jobs that are begun when the context is entered; dear ones are best put first.

    With more than one process to use, jobs run in forked children: each may read everything that
    is loaded by then, and leaves nothing but its result and files. Meanwhile this process may do
    what the jobs do not wait for; when it asks for the results, it takes jobs, too.
    """

    def __init__(self, jobs: Sequence[Callable[[], T]]) -> None:
        self._jobs = jobs
        self._children: list[_Child] = []

    def __enter__(self) -> Self:
        """Fork the children."""
        gc.freeze()
        self._queue = _queue(len(self._jobs))
        for _ in range(min(Crew.size, len(self._jobs)) - 1):
            self._children.append(_Child(self._queue, self._jobs))
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the children that are still there."""
        os.close(self._queue)
        for child in self._children:
            child.stop()
        gc.unfreeze()

    def results(self) -> list[T]:
        """Return what the jobs return, in their order.

        Raises what a job raises, and `ChildProcessError` when a child ends before its jobs.
        """
        done = _work(self._queue, self._jobs)
        for child in self._children:
            done |= child.results()
        return [cast("T", done[number]) for number in range(len(self._jobs))]


def spread(function: Callable[[S], T], items: Sequence[S]) -> list[T]:
    """Return what a function returns for each of many items; thousands are shared by processes."""
    with Division([partial(_each, function, part) for part in portions(items, PORTION)]) as parts:
        return list(chain.from_iterable(parts.results()))


def portions(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Return a sequence in parts of at most so many items."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def _each(function: Callable[[S], T], items: Sequence[S]) -> list[T]:
    return [function(item) for item in items]


def _queue(count: int) -> int:
    """Return a pipe's end from which each process takes the number of its next job."""
    assert count <= MOST_JOBS
    taking, putting = os.pipe()
    os.write(putting, bytes(range(count)))
    os.close(putting)
    return taking


def _work(queue: int, jobs: Sequence[Callable[[], Any]]) -> dict[int, Any]:
    """Run jobs until none is left, and return what they returned, by their numbers."""
    done = {}
    while number := os.read(queue, 1):
        done[number[0]] = jobs[number[0]]()
    return done


class _Child:
    """A process that takes jobs, and then sends all its results, or what one of them raised."""

    def __init__(self, queue: int, jobs: Sequence[Callable[[], Any]]) -> None:
        self._answers, answers = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self._pid: int | None = os.fork()
        if self._pid == 0:
            _serve(parent, queue, jobs, answers)
        os.close(answers)

    def results(self) -> dict[int, Any]:
        """Return what its jobs returned; raises what one of them raised."""
        try:
            found = pickle.loads(pipes.receive(self._answers))  # noqa: S301  our own child's words
        except EOFError as error:
            how = pipes.ending(self._end())
            raise ChildProcessError(f"a process that shared the work {how}") from error
        if isinstance(found, Exception):
            raise found
        return cast("dict[int, Any]", found)

    def stop(self) -> None:
        """End the process if it is still there."""
        os.close(self._answers)
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            pipes.ending(self._end())

    def _end(self) -> int:
        assert self._pid is not None
        pid, self._pid = self._pid, None
        return pid


def _serve(parent: int, queue: int, jobs: Sequence[Callable[[], Any]], answers: int) -> None:
    """Take jobs in a child; never returns."""
    status = 1
    try:
        pipes.die_with(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        pipes.send(answers, pickle.dumps(_answer(queue, jobs)))
        status = 0
    finally:
        os._exit(status)


def _answer(queue: int, jobs: Sequence[Callable[[], Any]]) -> dict[int, Any] | Exception:
    try:
        return _work(queue, jobs)
    except Exception as error:  # noqa: BLE001  it is raised again in the parent
        error.add_note(traceback.format_exc())
        return error
