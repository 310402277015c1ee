"""What the process does that makes one request: see `client`."""

import gc
import os
import signal
import threading
from contextlib import suppress
from typing import BinaryIO, Final, NoReturn

from allium.sources import http
from allium.sources.request import AbsentError, Reply, Request, SourceError, encoded

_STANDARD: Final = (0, 1, 2)
_ENDING: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGALRM", "SIGHUP") if hasattr(signal, name)
)
_FEW: Final = 1024
"""Descriptors to close where the system does not list them."""


def answered(request: Request, body: BinaryIO) -> Reply:
    """Return the reply to a request; a failure is one, too."""
    try:
        return http.answer(request, body, http.Clock())
    except SourceError as error:
        return Reply(problem=str(error), absent=isinstance(error, AbsentError))


def run(request: Request, body: int, reply: int, lifeline: int) -> NoReturn:
    """Make a request in a process that was just forked, and end it; the kernel keeps the time.

    The arguments are descriptors: of the file for the body, of the pipe for the reply, and of one
    that ends when the parent does.
    """
    try:
        _leave(request.limits.seconds, {body, reply, lifeline})
        with suppress(RuntimeError):  # no thread can be had: the alarm ends it later
            threading.Thread(target=_end_with_parent, args=[lifeline], daemon=True).start()
        with os.fdopen(body, "wb") as stream:
            answer = encoded(answered(request, stream))
        os.write(reply, answer)
    finally:
        os._exit(0)


def _leave(seconds: float, kept: set[int]) -> None:
    """Have nothing in common with the parent but some descriptors, and so many seconds to live."""
    gc.disable()  # what it collects could close a descriptor that has another meaning by now
    for number in _ENDING:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's is the parent's business
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in _STANDARD:
        os.dup2(nothing, standard)
    for descriptor in _open_descriptors() - kept - {*_STANDARD}:
        with suppress(OSError):
            os.close(descriptor)


def _open_descriptors() -> set[int]:
    try:
        return {int(name) for name in os.listdir("/dev/fd")}  # noqa: PTH208  names are numbers
    except OSError:
        return set(range(_FEW))


def _end_with_parent(lifeline: int) -> None:
    """End this process when the pipe does: nobody is there to hear the answer."""
    os.read(lifeline, 1)
    os._exit(1)
