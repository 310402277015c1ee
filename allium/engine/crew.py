"""One action's work divided among processes that share what it has loaded."""

import contextlib
import gc
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, ClassVar, Final, Generic, Self, TypeVar, cast

from allium.engine import pipes, steps
from allium.engine.memory import Peak

S = TypeVar("S")
T = TypeVar("T")
MOST_JOBS: Final = 256
"""A job's number is one byte in the queue, and one byte is taken by one process only."""

PORTION: Final = 1000
"""So many small things are worth a message between processes."""


class Crew:
    """The processes that an action may use.

    `size` is how many may work at once, however many divisions there are; `doit run` says so, and
    other runners leave it at 1. `children` are those that were forked.
    """

    size: ClassVar[int] = 1
    children: ClassVar[list["_Child"]] = []

    @classmethod
    def room(cls) -> int:
        """Return how many more children may work now."""
        return cls.size - 1 - sum(not child.has_ended() for child in cls.children)

    @classmethod
    def refused(cls, error: OSError) -> None:
        """Do with the processes that there are, as the system refuses another one; say so."""
        cls.size = 1 + len(cls.children)
        sys.stderr.write(f"warning: no more processes share the work ({error.strerror})\n")


class Division(Generic[T]):
    """Jobs that are begun when the context is entered; dear ones are best put first.

    With more than one process to use, jobs run in forked children: each may read everything that
    is loaded by then, and leaves nothing but its result and files. Meanwhile this process may do
    what the jobs do not wait for; when it asks for the results, it takes jobs, too. One that has
    much to do meanwhile is `busy`: then no job is left for it where children can take all.
    """

    def __init__(self, jobs: Sequence[Callable[[], T]], *, busy: bool = False) -> None:
        self._jobs = jobs
        self._busy = busy
        self._children: list[_Child] = []

    def __enter__(self) -> Self:
        """Fork the children."""
        gc.freeze()
        self._queue = _queue(len(self._jobs))
        self._hire(len(self._jobs) - (not self._busy))
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the children that are still there."""
        os.close(self._queue)
        for child in self._children:
            child.stop()
            Crew.children.remove(child)
        gc.unfreeze()

    def results(self) -> list[T]:
        """Return what the jobs return, in their order.

        Raises what a job raises, and `ChildProcessError` when a child ends before its jobs.
        """
        done = {}
        for number in _taken(self._queue):
            self._hire(len(self._jobs) - 1 - number)
            done[number] = self._jobs[number]()
            Peak.look()
        for child in self._children:
            Peak.look()
            done |= child.results()
        return [done[number] for number in range(len(self._jobs))]

    def _hire(self, jobs: int) -> None:
        """Fork children for so many jobs at most, where others have left room for them."""
        for _ in range(min(Crew.room(), jobs)):
            try:
                child = _Child(self._queue, self._jobs)
            except OSError as error:
                Crew.refused(error)
                return
            self._children.append(child)
            Crew.children.append(child)


def spread(function: Callable[[S], T], items: Sequence[S]) -> list[T]:
    """Return what a function returns for each of many items; thousands are shared by processes."""
    size = max(PORTION, -(-len(items) // MOST_JOBS))
    with Division([partial(_each, function, part) for part in portions(items, size)]) as parts:
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


def _taken(queue: int) -> Iterator[int]:
    """Yield the numbers of jobs that nobody else took, until none is left."""
    while number := os.read(queue, 1):
        yield number[0]


class _Child:
    """A process that takes jobs, and then sends all its results, or what one of them raised."""

    def __init__(self, queue: int, jobs: Sequence[Callable[[], Any]]) -> None:
        self._answers, answers = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self._found: dict[int, Any] | Exception | None = None
        try:
            self._pid: int | None = os.fork()
        except OSError:
            os.close(self._answers)
            os.close(answers)
            raise
        if self._pid == 0:
            _serve(parent, queue, jobs, answers)
        os.close(answers)

    def has_ended(self) -> bool:
        """Tell whether the process has no jobs any more; its results are taken in."""
        if self._found is None and pipes.ready([self._answers], [], 0):
            self._found = self._received()
        return self._found is not None

    def results(self) -> dict[int, Any]:
        """Return what its jobs returned; raises what one of them raised."""
        if self._found is None:
            self._found = self._received()
        if isinstance(self._found, Exception):
            raise self._found
        return self._found

    def stop(self) -> None:
        """End the process if it is still there."""
        os.close(self._answers)
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            pipes.ending(self._end())

    def _received(self) -> dict[int, Any] | Exception:
        try:
            words = pipes.receive(self._answers)
        except EOFError:
            how = pipes.ending(self._end())
            return ChildProcessError(f"a process that shared the work {how}")
        return cast("dict[int, Any]", pickle.loads(words))  # noqa: S301  our own child's words

    def _end(self) -> int:
        assert self._pid is not None
        pid, self._pid = self._pid, None
        return pid


def _serve(parent: int, queue: int, jobs: Sequence[Callable[[], Any]], answers: int) -> None:
    """Take jobs in a child; never returns."""
    status = 1
    try:
        pipes.die_with(parent)
        pipes.leave_signals_to_the_parent()
        steps.listen(None)  # who divides the work says how far it is
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        pipes.send(answers, pickle.dumps(_answer(queue, jobs)))
        status = 0
    finally:
        os._exit(status)


def _answer(queue: int, jobs: Sequence[Callable[[], Any]]) -> dict[int, Any] | Exception:
    try:
        return {number: jobs[number]() for number in _taken(queue)}
    except Exception as error:  # noqa: BLE001  it is raised again in the parent
        error.add_note(traceback.format_exc())
        return error
