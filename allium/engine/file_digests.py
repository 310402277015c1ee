"""doit's checker of file dependencies, by SHA-256."""

import errno
import os
from typing import Any, ClassVar

from doit.dependency import MD5Checker
from msgspec.structs import astuple

from allium.store import file_entry, shard_ledger, stat_cache
from allium.store.file_entry import FileEntry


class DigestChecker(MD5Checker):  # type: ignore[misc]  # doit ships no types
    """Tells changed files by SHA-256; files that the ledger has a digest of are not read.

    The files that `ledger` remembers lie below `root`.
    """

    root: ClassVar[str] = ""
    ledger: ClassVar[str] = ""

    def __init__(self) -> None:
        self._entries: dict[str, FileEntry] = {}
        self._seen: stat_cache.Look | None = None

    def check_modified(self, file_path: str, file_stat: Any, state: Any) -> bool:  # noqa: ANN401, ARG002  doit's protocol
        """Tell whether a file is another one than when `state` was saved."""
        entry = file_entry.known(state)
        return entry is None or not entry.holds(file_path)

    def get_state(self, dep: str, current_state: Any) -> tuple[str, int, int, int, int] | None:  # noqa: ANN401  as above
        """Return what to save of a file, the fields of an `Entry`; `None` when that is known."""
        seen = stat_cache.look(dep)
        if seen is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), dep)
        saved = file_entry.known(current_state)
        if saved is not None and saved.fits(dep):
            return None
        entry = self._remembered(dep) or FileEntry.of(stat_cache.digest(dep, seen), seen)
        return astuple(entry)

    def _remembered(self, path: str) -> FileEntry | None:
        """Return what the ledger knows of a file; the ledger may have been written anew."""
        entry = self._known(path)
        if entry is None and self._is_renewed():
            entry = self._known(path)
        return entry

    def _known(self, path: str) -> FileEntry | None:
        """Return the entry of a file that looks as the ledger said when it was read."""
        entry = self._entries.get(path.removeprefix(f"{self.root}/"))
        return entry if entry is not None and entry.fits(path) else None

    def _is_renewed(self) -> bool:
        """Read the ledger if it is another one than it was, and tell whether it is."""
        seen = stat_cache.look(self.ledger)
        if seen == self._seen:
            return False
        self._entries, self._seen = shard_ledger.entries(self.ledger), seen
        return True
