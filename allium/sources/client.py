"""The one door to the network: each request is made in a process of its own, which can be ended.

No library keeps a deadline over all that a stranger can do: names that take long to resolve, a
hundred addresses that do not answer, dripped headers, interim answers, chunk sizes and trailers
without end. So the kernel keeps it: the process that asks is killed at the deadline, whatever it
does. It keeps no file of the build open but the one that the body goes to, so it holds no lock; and
it ends when the build does.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from types import FrameType
from typing import BinaryIO, Final, NoReturn

import msgspec

from allium.sources.request import (
    JSON,
    AbsentError,
    Reply,
    Request,
    RequestLimits,
    SourceError,
    Validators,
)

NOT_MODIFIED: Final = 304


class _Late(BaseException):
    """Raised at the deadline, past everything that a library catches."""


def download(
    url: str, into: Path, known: Validators | None, limits: RequestLimits, accept: str = JSON
) -> Validators | None:
    """Write the document at `url`, unpacked, to the file `into`; `None` when it is still `known`.

    Raises `AbsentError` when the server has no such document, `SourceError` when it cannot be had
    within the limits; nothing but these and `OSError` for a file that cannot be made.
    """
    into.unlink(missing_ok=True)  # what an earlier build's process still writes to is not this file
    with into.open("xb") as body:
        reply = _made(Request(url=url, limits=limits, known=known, accept=accept), body)
    if reply.status == NOT_MODIFIED:
        into.unlink()
        return None
    return reply.validators


def head(url: str, seconds: float) -> Reply:
    """Ask for the head of what is at `url`, once.

    Raises `SourceError` when the server does not answer well within `seconds`.
    """
    with Path(os.devnull).open("wb") as nothing:
        return _made(Request(url=url, limits=RequestLimits(seconds, 0), method="HEAD"), nothing)


def _made(request: Request, body: BinaryIO) -> Reply:
    reply = _apart(request, body) or _here(request, body)
    if reply.problem is not None:
        kind = AbsentError if reply.absent else SourceError
        raise kind(f"{request.url}: {reply.problem}")
    return reply


def _apart(request: Request, body: BinaryIO) -> Reply | None:
    """Have a new process make a request; `None` when there can be none.

    It is forked: to start another Python for each document takes longer than most answers do.
    """
    from allium.sources import request_process  # noqa: PLC0415  requests takes long to import

    with ExitStack() as stack:
        replies, reply = _pipe(stack)
        lifeline, kept_end = _pipe(stack)
        pid = _forked()
        if pid == 0:
            request_process.run(request, body.fileno(), reply.fileno(), lifeline.fileno())
        reply.close()
        lifeline.close()
        if pid is None:
            return None
        try:
            answer = replies.read()
            return _understood(answer, _ending(pid), request.limits)
        except BaseException:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            _ending(pid)
            raise
        finally:
            kept_end.close()


def _pipe(stack: ExitStack) -> tuple[FileIO, FileIO]:
    """Return the ends of a pipe, to read and to write, which the stack closes."""
    read, write = os.pipe()
    return stack.enter_context(FileIO(read, "rb")), stack.enter_context(FileIO(write, "wb"))


def _forked() -> int | None:
    """Return what `os.fork` does; `None` where processes are limited, or unknown."""
    try:
        return os.fork()
    except (AttributeError, OSError):
        return None


def _ending(pid: int) -> int:
    """Wait for a process; return its exit status, or the negative number of the signal."""
    with suppress(ChildProcessError):  # where children are waited for elsewhere
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return 0


def _understood(answer: bytes, status: int, limits: RequestLimits) -> Reply:
    if status == -signal.SIGALRM:
        return _late(limits)
    try:
        return msgspec.json.decode(answer, type=Reply)
    except msgspec.DecodeError:
        return Reply(problem=f"the process that asked ended with status {status}")


def _late(limits: RequestLimits) -> Reply:
    return Reply(problem=f"no answer that ended within {limits.seconds:g} seconds")


def _here(request: Request, body: BinaryIO) -> Reply:
    """Make a request in this process, which only its main thread can be called away from."""
    if threading.current_thread() is not threading.main_thread():
        return Reply(problem="no process can be started to ask")
    from allium.sources.request_process import answered  # noqa: PLC0415  requests takes long to import

    try:
        with _alarm(request.limits.seconds):
            return answered(request, body)
    except _Late:
        return _late(request.limits)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise `_Late` after so many seconds; where there are no alarms, `http` keeps the time."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _raise_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _raise_late(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _Late
