"""Messages between processes, and children that do not outlive their parent."""

import ctypes
import os
import select
import signal
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Final

_LENGTH: Final = struct.Struct("!I")
_PARENT_DEATH: Final = 1
ENDINGS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""The signals that ask a build to end."""


def send(end: int, message: bytes) -> None:
    """Write a message into a pipe.

    Raises `BrokenPipeError` when nobody can read it any more.
    """
    data = memoryview(framed(message))
    while data:
        data = data[os.write(end, data) :]


def framed(message: bytes) -> bytes:
    """Return a message as it goes through a pipe: its length comes first."""
    return _LENGTH.pack(len(message)) + message


def offer(end: int, data: bytes) -> bytes:
    """Write as much into a pipe that does not block as it takes; return the rest.

    Raises `BrokenPipeError` when nobody can read it any more.
    """
    try:
        return data[os.write(end, data) :]
    except BlockingIOError:
        return data


def receive(end: int) -> bytes:
    """Return the next message of a pipe.

    Raises `EOFError` when there is no more.
    """
    (length,) = _LENGTH.unpack(_exactly(end, _LENGTH.size))
    return _exactly(end, length)


def ready(reading: Iterable[int], writing: Iterable[int], seconds: float) -> set[int]:
    """Return which ends can be read, or written, now or within so many seconds.

    Unlike `select` this takes any number of an end: whoever started the build may have a thousand
    files open.
    """
    ends = select.poll()
    for end in reading:
        ends.register(end, select.POLLIN)
    for end in writing:
        ends.register(end, select.POLLOUT)
    return {end for end, _ in ends.poll(round(seconds * 1000))}


@contextmanager
def undisturbed() -> Iterator[None]:
    """Have who asks the process to end wait: half a message must not be lost."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _exactly(end: int, length: int) -> bytes:
    pieces = []
    while length:
        piece = os.read(end, length)
        if not piece:
            raise EOFError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def die_with(parent: int) -> None:
    """Have the system end this process with its parent, where it can."""
    if Path("/proc/self").exists():
        ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def ending(pid: int) -> str:
    """Wait for a child and return how it ended, in words."""
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return f"was killed by signal {os.WTERMSIG(status)}"
    return f"ended with status {os.waitstatus_to_exitcode(status)}"


def leave_signals_to_the_parent() -> None:
    """Have a child go on when the terminal asks all processes to end: its parent ends it."""
    for one in ENDINGS:
        if one != signal.SIGTERM:
            signal.signal(one, signal.SIG_IGN)


def end_with_the_reader() -> None:
    """Have this process end without a word when nobody reads on, as in `| head`."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def escape_what_the_locale_lacks() -> None:
    """Have standard output show a character that it cannot encode as an escape, not as an error.

    Python does so for the error stream only.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
