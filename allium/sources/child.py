"""The program of the process that makes one request: see `client`."""

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import BinaryIO

import msgspec

from allium.sources import http
from allium.sources.errors import SourceError
from allium.sources.exchange import Reply, Request, encoded


def answered(request: Request, body: BinaryIO) -> Reply:
    """Return the reply to a request; a failure is one, too."""
    try:
        return http.answer(request, body, http.Clock())
    except SourceError as error:
        return Reply(problem=str(error))


def main() -> None:
    """Make the request that the input has, and say what came of it; the kernel keeps the time."""
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=Request)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # which ends the process
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    signal.setitimer(signal.ITIMER_REAL, request.limits.seconds)
    with suppress(RuntimeError):  # no thread can be had: the alarm ends it later
        threading.Thread(target=_end_with_parent, daemon=True).start()
    with os.fdopen(int(sys.argv[1]), "wb") as body:
        reply = answered(request, body)
    sys.stdout.buffer.write(encoded(reply))
    sys.stdout.buffer.flush()
    os._exit(0)


def _end_with_parent() -> None:
    """End this process when the input does: nobody is there to hear the answer."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    main()
