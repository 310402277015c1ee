"""What a file that a task depends on contains, told by its digest."""

from collections.abc import Callable
from hashlib import md5, sha256
from pathlib import Path
from typing import Any, ClassVar, Final

from doit.dependency import MD5Checker

from allium.store import ledger, looks
from allium.store.ledger import Entry
from allium.store.looks import Look

_KINDS: Final[dict[int, Callable[[bytes], Any]]] = {32: md5, 64: sha256}
"""By the length of a digest in hexadecimal digits: MD5 is doit's own choice."""


def digest(path: str, like: str = "") -> str:
    """Return the digest of a file: SHA-256, or what the digest `like` is.

    Raises `OSError` when it cannot be read.
    """
    return str(_KINDS.get(len(like), sha256)(Path(path).read_bytes()).hexdigest())


class DigestChecker(MD5Checker):  # type: ignore[misc]  # doit ships no types
    """doit's checker of files, by SHA-256; what a ledger knows is not read once more.

    The files that `ledger` remembers lie below `root`.
    """

    root: ClassVar[str] = ""
    ledger: ClassVar[str] = ""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._seen: Look | None = None

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
            raise FileNotFoundError(dep)
        size, _, modified = seen
        if current_state and current_state[0] == modified:
            return None
        return modified, size, self._remembered(dep, seen) or digest(dep)

    def _remembered(self, path: str, seen: Look) -> str | None:
        """Return the digest of a file that looks as the ledger says."""
        name = path.removeprefix(f"{self.root}/")
        if not _fits(self._entries.get(name), seen):
            self._refresh()
        entry = self._entries.get(name)
        return entry.digest if entry is not None and _fits(entry, seen) else None

    def _refresh(self) -> None:
        """Read the ledger if it is another one than it was."""
        seen = looks.look(self.ledger)
        if seen != self._seen:
            self._entries, self._seen = ledger.entries(self.ledger), seen


def _fits(entry: Entry | None, seen: Look) -> bool:
    return entry is not None and (entry.size, entry.modified) == seen[:2]
