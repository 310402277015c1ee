"""Standard streams that never raise: a message that cannot be written never ends a build.

The disk of the log may be full, the terminal or the reader of a pipe gone, or the streams closed
before the build began.
"""

import os
import signal
import sys
from functools import cache
from io import TextIOWrapper
from typing import Any, TextIO, cast


class Unfailing:
    """A text stream that drops what cannot be written, and is that stream in all else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text if it can be written; return its length."""
        try:
            self._stream.write(text)
        except (OSError, ValueError):  # ValueError: it was closed, or cannot say a character
            return len(text)
        return len(text)

    def flush(self) -> None:
        """Pass on what was written if that can be done."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401, D105  whatever the stream has
        return getattr(self._stream, name)


def unfailing(stream: TextIO | None) -> TextIO:
    """Return a stream that never fails, in the place of one that may, or of none."""
    if isinstance(cast("object", stream), Unfailing):
        return cast("TextIO", stream)
    return cast("TextIO", Unfailing(_nowhere() if stream is None else stream))


@cache
def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  as long as the process


def secure() -> None:
    """Have the standard streams never fail."""
    sys.stdout, sys.stderr = unfailing(sys.stdout), unfailing(sys.stderr)


def reset() -> None:
    """Have the standard streams be those of the process again, which nobody collects."""
    sys.stdout, sys.stderr = unfailing(sys.__stdout__), unfailing(sys.__stderr__)


def end_with_the_reader() -> None:
    """End this process silently when its reader is gone, as in `| head` (man 7 pipe, SIGPIPE)."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def escape_what_the_locale_lacks() -> None:
    """Have standard output show a character that it cannot encode as an escape, not as an error.

    Python does so for the error stream only.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
