"""Makes this Python like one of a system without POSIX, for every process that finds it first.

Python imports it by its name before anything else when its folder is on `PYTHONPATH`. It hides
modules and names that Python has on POSIX systems only, as its documentation marks them, and has
`os.open` ask for `O_BINARY`, without which Windows changes the ends of lines.
"""

import importlib.abc
import multiprocessing.connection
import multiprocessing.context
import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
NAMES = {
    os: """O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK WIFEXITED WIFSIGNALED WTERMSIG chown fchmod
        fork forkpty getegid geteuid getgid getloadavg getuid killpg lchown mkfifo nice posix_spawn
        pread pwrite register_at_fork sched_getaffinity sendfile set_blocking setsid symlink
        sync uname wait""",
    signal: """ITIMER_REAL SIGALRM SIGCHLD SIGHUP SIGIO SIGKILL SIGPIPE SIGQUIT SIGUSR1 SIGUSR2
        SIG_BLOCK SIG_SETMASK SIG_UNBLOCK alarm pthread_kill pthread_sigmask set_wakeup_fd setitimer
        siginterrupt sigpending sigwait""",
    select: "epoll poll",
    time: "tzset",
}
NEEDED = (multiprocessing.connection, shutil, sqlite3, subprocess, tempfile)
"""What asks for hidden names while it is imported, and has its own way on other systems."""
O_BINARY = 1 << 30


class Hidden(importlib.abc.MetaPathFinder):
    """Finds hidden modules first, and says that there are none."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  the protocol's
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname in MODULES:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def hide() -> None:
    """Hide modules and names from now on."""
    sys.meta_path.insert(0, Hidden())
    for name in MODULES:
        sys.modules.pop(name, None)
    for module, names in NAMES.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    multiprocessing.context._concrete_contexts.pop("fork", None)  # type: ignore[attr-defined]


def ask_for_binary() -> None:
    """Have `os.open` take `O_BINARY`, and refuse to open without it a file that is written."""
    opened = os.open

    def binary(path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and not flags & O_BINARY:
            raise AssertionError(f"{path} would be written as text")
        return opened(path, flags & ~O_BINARY, *arguments, **named)

    os.O_BINARY = O_BINARY  # type: ignore[attr-defined]
    os.open = binary


hide()
ask_for_binary()
