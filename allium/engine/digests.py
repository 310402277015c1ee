"""What a file that a task depends on contains, told by its digest."""

import errno
import os
from collections.abc import Callable
from functools import partial
from hashlib import md5, sha256
from typing import Any, ClassVar, Final

from doit.dependency import MD5Checker

from allium.store import files, ledger, looks

_KINDS: Final[dict[int, Callable[[bytes], Any]]] = {
    32: partial(md5, usedforsecurity=False),
    64: sha256,
}
"""By the length of a digest in hexadecimal digits: MD5 is doit's own choice."""


def digest(path: str, like: str = "") -> str:
    """Return the digest of a file: SHA-256, or what the digest `like` is.

    Raises `OSError` when it cannot be read.
    """
    return str(_KINDS.get(len(like), sha256)(files.read(path)).hexdigest())


class DigestChecker(MD5Checker):  # type: ignore[misc]  # doit ships no types
    """doit's checker of files, by SHA-256; what a ledger knows is not read once more.

    The files that `ledger` remembers lie below `root`.
    """

    root: ClassVar[str] = ""
    ledger: ClassVar[str] = ""

    def __init__(self) -> None:
        self._entries: dict[str, ledger.Entry] = {}
        self._seen: looks.Look | None = None

    def check_modified(self, file_path: str, file_stat: Any, state: Any) -> bool:  # noqa: ANN401  doit's protocol
        """Tell whether a file is another one than when `state` was saved."""
        modified, size, before = state
        if file_stat.st_mtime == modified:
            return False
        return bool(file_stat.st_size != size) or digest(file_path, before) != before

    def get_state(self, dep: str, current_state: Any) -> tuple[float, int, str] | None:  # noqa: ANN401  as above
        """Return what to save of a file: its time, size and digest; `None` when that is known."""
        seen = looks.look(dep)
        if seen is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), dep)
        size, _, modified = seen
        if current_state and current_state[0] == modified:
            return None
        return modified, size, self._remembered(dep) or digest(dep)

    def _remembered(self, path: str) -> str | None:
        """Return the digest that the ledger knows of a file; it may have been written anew."""
        found = self._known(path)
        if found is None and self._is_renewed():
            found = self._known(path)
        return found

    def _known(self, path: str) -> str | None:
        """Return the digest of a file that looks as the ledger said when it was read."""
        entry = self._entries.get(path.removeprefix(f"{self.root}/"))
        return entry.digest if entry is not None and entry.fits(path) else None

    def _is_renewed(self) -> bool:
        """Read the ledger if it is another one than it was, and tell whether it is."""
        seen = looks.look(self.ledger)
        if seen == self._seen:
            return False
        self._entries, self._seen = ledger.entries(self.ledger), seen
        return True
