"""The one door to the network: each request is made in a process of its own, which can be ended.

No library keeps a deadline over all that a stranger can do: names that take long to resolve, a
hundred addresses that do not answer, dripped headers, interim answers, chunk sizes and trailers
without end. So the kernel keeps it: the process that asks is killed at the deadline, whatever it
does. It shares no file with the build but the one that the body goes to, holds no lock, and ends
when the build does.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import BinaryIO, Final, NoReturn

import msgspec

from allium.sources.errors import SourceError
from allium.sources.exchange import Reply, Request, encoded
from allium.sources.limits import Limits, Validators

ROOT: Final = Path(__file__).resolve().parents[2]
NOT_MODIFIED: Final = 304


class _Late(BaseException):
    """Raised at the deadline, past everything that a library catches."""


def download(url: str, into: Path, known: Validators | None, limits: Limits) -> Validators | None:
    """Write the document at `url`, unpacked, to the file `into`; `None` when it is still `known`.

    Raises `SourceError` when it cannot be had within the limits; nothing but that and `OSError` for
    a file that cannot be made.
    """
    into.unlink(missing_ok=True)  # what an earlier build's process still writes to is not this file
    with into.open("xb") as body:
        reply = _made(Request(url=url, limits=limits, known=known), body)
    if reply.status == NOT_MODIFIED:
        into.unlink()
        return None
    return reply.validators


def head(url: str, seconds: float) -> Reply:
    """Ask for the head of what is at `url`, once.

    Raises `SourceError` when the server does not answer well within `seconds`.
    """
    with Path(os.devnull).open("wb") as nothing:
        return _made(Request(url=url, limits=Limits(seconds, 0), method="HEAD"), nothing)


def _made(request: Request, body: BinaryIO) -> Reply:
    try:
        reply = _apart(request, body)
    except OSError:  # a limit of processes or of memory: a fetch needs neither
        reply = _here(request, body)
    if reply.problem is not None:
        raise SourceError(f"{request.url}: {reply.problem}")
    return reply


def _apart(request: Request, body: BinaryIO) -> Reply:
    """Have a new process make a request.

    Raises `OSError` when none can be started.
    """
    command = [sys.executable, "-P", "-m", "allium.sources.child", str(body.fileno())]
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    process = subprocess.Popen(  # noqa: S603  our own program
        command,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(body.fileno(),),
        process_group=0,  # an interrupted build ends it; the terminal does not
    )
    with process:
        try:
            said = _said(process, request)
            status = process.wait()
        finally:
            process.kill()
    return _understood(said, status, request.limits)


def _said(process: subprocess.Popen[bytes], request: Request) -> bytes:
    """Return what a process says of a request; its input stays open while this one lives."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(encoded(request))
        process.stdin.flush()
    return process.stdout.read()


def _understood(said: bytes, status: int, limits: Limits) -> Reply:
    if status == -signal.SIGALRM:
        return _late(limits)
    try:
        return msgspec.json.decode(said, type=Reply)
    except msgspec.DecodeError:
        return Reply(problem=f"the process that asked ended with status {status}")


def _late(limits: Limits) -> Reply:
    return Reply(problem=f"no answer that ended within {limits.seconds:g} seconds")


def _here(request: Request, body: BinaryIO) -> Reply:
    """Make a request in this process, which only its main thread can be called away from."""
    if threading.current_thread() is not threading.main_thread():
        return Reply(problem="no process can be started to ask")
    from allium.sources.child import answered  # noqa: PLC0415  requests takes long to import

    try:
        with _alarm(request.limits.seconds):
            return answered(request, body)
    except _Late:
        return _late(request.limits)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise `_Late` after so many seconds."""
    before = signal.signal(signal.SIGALRM, _raise_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _raise_late(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _Late
