"""Forked processes: for the runner, and for one action's work that several of them share.

They are processes of `multiprocessing`, forked and not spawned: each shares what is loaded. One
ends when its parent does, whatever ends that, and answers through a connection.
"""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from itertools import chain
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, cast

from allium.engine import phases
from allium.engine.memory_use import Peak

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

S = TypeVar("S")
T = TypeVar("T")
ENDINGS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""The signals that ask a build to end."""

ALLOWED: Final = ContextVar("processes that an action may use, itself among them", default=1)
"""`doit run` sets it; actions that another runner runs have one process."""

MOST_JOBS: Final = 256
"""A job's number is one byte in the queue, and one byte is taken by one process only."""

PORTION: Final = 1000
"""The number of small items that is worth a message between processes."""


class Child:
    """A forked process that serves a connection, and the parent's end of that.

    Raises `OSError` when the system refuses a process.
    """

    def __init__(self, serve: Callable[["Connection"], None]) -> None:
        context = get_context("fork")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_begin, args=(serve, theirs, self.connection))
        try:
            with theirs, undisturbed():
                self._process.start()
        except OSError:
            self.connection.close()
            raise
        self.terminate, self.kill = self._process.terminate, self._process.kill

    def ending(self) -> str:
        """Wait until the process ends and return how it ended, in words."""
        self.connection.close()
        self._process.join()
        status = self._process.exitcode
        if status is not None and status < 0:
            return f"was killed by signal {-status}"
        return f"ended with status {status}"


def _begin(
    serve: Callable[["Connection"], None], connection: "Connection", parents: "Connection"
) -> None:
    """Serve a connection in a process that was just forked, with all signals still blocked."""
    parents.close()
    _end_with_the_parent()
    for ending in ENDINGS:  # the terminal asks all processes to end: the parent ends its children
        signal.signal(ending, signal.SIG_DFL if ending == signal.SIGTERM else signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    with suppress(EOFError, ConnectionError):  # the parent listens no more
        serve(connection)


def _end_with_the_parent() -> None:
    """Have the system end this process with its parent, even if that is killed.

    `parent_process().sentinel` is a pipe; the system closes its other end when the parent ends.
    Linux then sends SIGIO, whose default action ends the process (man 2 fcntl, O_ASYNC; man 7
    signal). Elsewhere the child ends when it next reads from its connection.
    """
    import fcntl  # noqa: PLC0415  where there is no fork there is none of it

    parent = parent_process()
    assert parent is not None
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    if not parent.is_alive():
        os._exit(1)


def ready_connections(
    connections: Collection["Connection"], seconds: float
) -> Sequence["Connection"]:
    """Return which connections have an answer, or ended, now or within so many seconds."""
    from multiprocessing.connection import wait  # noqa: PLC0415  builds with no work need no socket

    return cast("list[Connection]", wait(connections, seconds))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Block the signals that end a build, so that none interrupts a message half way."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class JobPool(Generic[T]):
    """A pool of forked children that run jobs while the context lasts; put long jobs first.

    Entering the context starts the jobs. Children can read all that is loaded at that moment, and
    send back their results. The parent may do other work inside the context; once it asks for the
    results it takes jobs, too. With `busy` the parent expects to have much other work, so there are
    enough children for all jobs. A pool that runs `beside` another uses only the processes that
    the other leaves free. With one process allowed the parent runs all jobs itself.
    """

    def __init__(
        self,
        jobs: Sequence[Callable[[], T]],
        *,
        busy: bool = False,
        beside: "JobPool[Any] | None" = None,
    ) -> None:
        self._jobs = jobs
        self._busy = busy
        self._beside = beside
        self._children: list[_JobChild] = []

    def __enter__(self) -> Self:
        """Fork the children."""
        gc.freeze()
        self._queue = _queue(len(self._jobs))
        self._fork(len(self._jobs) - (not self._busy))
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
        results = {}
        for number in _job_numbers(self._queue):
            self._fork(len(self._jobs) - 1 - number)
            results[number] = self._jobs[number]()
            Peak.look()
        for child in self._children:
            Peak.look()
            results |= child.results()
        return [results[number] for number in range(len(self._jobs))]

    def working(self) -> int:
        """Return how many children have not answered yet."""
        return sum(not child.has_ended() for child in self._children)

    def _fork(self, jobs: int) -> None:
        """Fork children for so many jobs at most, where others have left room for them."""
        others = self._beside.working() if self._beside is not None else 0
        for _ in range(min(ALLOWED.get() - 1 - others - self.working(), jobs)):
            try:
                self._children.append(_JobChild(self._queue, self._jobs))
            except OSError as error:
                ALLOWED.set(1 + others + len(self._children))
                sys.stderr.write(
                    f"warning: no more processes ({error.strerror}): this task goes on with fewer\n"
                )
                return


class _JobChild:
    """A child that takes jobs, and then sends all its results, or what one of them raised."""

    def __init__(self, queue: int, jobs: Sequence[Callable[[], Any]]) -> None:
        self._child = Child(partial(_serve_jobs, queue, jobs))
        self._outcome: dict[int, Any] | Exception | None = None

    def has_ended(self) -> bool:
        """Tell whether the process has no jobs any more; its results are taken in."""
        if self._outcome is None and self._child.connection.poll():
            self._receive()
        return self._outcome is not None

    def results(self) -> dict[int, Any]:
        """Return what its jobs returned; raises what one of them raised."""
        if self._outcome is None:
            self._receive()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return cast("dict[int, Any]", self._outcome)

    def stop(self) -> None:
        """End the process if it is still there."""
        self._child.kill()
        self._child.ending()

    def _receive(self) -> None:
        try:
            self._outcome = self._child.connection.recv()
        except (EOFError, ConnectionError):
            how = self._child.ending()
            self._outcome = ChildProcessError(f"a child process {how}")


def _serve_jobs(queue: int, jobs: Sequence[Callable[[], Any]], connection: "Connection") -> None:
    """Take jobs in a child and send what they return."""
    phases.listen(None)  # the parent reports the progress of the whole
    connection.send(_answer(queue, jobs))


def _answer(queue: int, jobs: Sequence[Callable[[], Any]]) -> dict[int, Any] | Exception:
    try:
        return {number: jobs[number]() for number in _job_numbers(queue)}
    except Exception as error:  # noqa: BLE001  it is raised again in the parent
        error.add_note(traceback.format_exc())
        return error


def _queue(count: int) -> int:
    """Return a pipe's end from which each process takes the number of its next job.

    A queue of `multiprocessing` has a lock, which a process that is killed may hold for ever.
    """
    assert count <= MOST_JOBS
    taking, putting = os.pipe()
    # man 7 pipe: at most 256 bytes fit into any pipe (PIPE_BUF is at least 512), so this write
    # never blocks, and a read of one byte takes a number that no other process gets.
    os.write(putting, bytes(range(count)))
    os.close(putting)
    return taking


def _job_numbers(queue: int) -> Iterator[int]:
    """Yield numbers of jobs that no other process has taken, until none is left."""
    while number := os.read(queue, 1):
        yield number[0]


def parallel_map(function: Callable[[S], T], items: Sequence[S]) -> list[T]:
    """Return what a function returns for each of many items; thousands are shared by processes."""
    size = max(PORTION, -(-len(items) // MOST_JOBS))
    with JobPool([partial(_each, function, part) for part in portions(items, size)]) as parts:
        return list(chain.from_iterable(parts.results()))


def portions(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Return a sequence in parts of at most so many items."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def _each(function: Callable[[S], T], items: Sequence[S]) -> list[T]:
    return [function(item) for item in items]
