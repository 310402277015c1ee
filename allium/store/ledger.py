"""Files that a build wrote by the thousand, and what they were when it wrote them.

Nobody can read thirty thousand files back each hour to see which changed. An entry remembers
digest, size and time of a file: what still has this size and time still has this digest, and a
file that somebody edited, cut or deleted is noticed without being read.
"""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import compress

from msgspec import Struct

from allium.store import StoreError, codec, files, looks

BEFORE = "before"
"""The folder below the root with what each file held until it last changed."""


class Entry(Struct, frozen=True, array_like=True):
    """A file as it was: SHA-256 of its contents, size in bytes, time in nanoseconds."""

    digest: str
    size: int
    modified: int

    def fits(self, path: str) -> bool:
        """Tell whether the file at `path` has this size and time."""
        seen = looks.look(path)
        return seen is not None and seen[0] == self.size and seen[1] == self.modified


class Ledger:
    """Writes files below `root`; the file `path` remembers them."""

    def __init__(self, root: str, path: str) -> None:
        self._root = root
        self._path = path
        self._before = entries(path)

    def put(self, name: str, contents: bytes) -> Entry:
        """Make the file `name` (relative to the root) hold `contents`; return what to remember."""
        path = f"{self._root}/{name}"
        digest = sha256(contents).hexdigest()
        entry = self._before.get(name)
        if entry is None or entry.digest != digest or not entry.fits(path):
            files.write_if_changed(path, contents, f"{self._root}/{BEFORE}/{name}")
            return _entry(path, digest)
        return entry

    def close(self, now: Mapping[str, Entry]) -> int:
        """Remember the files that were put, and remove all others; return how many went."""
        vanished = self._before.keys() - now.keys()
        gone = files.remove(self._root, vanished)
        files.remove(f"{self._root}/{BEFORE}", vanished)
        files.write_if_changed(self._path, codec.encode(now))
        return gone


def entries(path: str) -> dict[str, Entry]:
    """Return what a ledger file remembers; nothing when it is missing or damaged."""
    try:
        return codec.load(path, dict[str, Entry])
    except StoreError:
        return {}


def intact(root: str, path: str) -> bool:
    """Tell whether there is a ledger and every file in it is as it was, by size and time."""
    remembered = entries(path)
    return bool(remembered) and all(
        entry.fits(f"{root}/{name}") for name, entry in remembered.items()
    )


def observe(root: str, names: Sequence[str], path: str, each: files.Each = map) -> dict[str, Entry]:
    """Return an entry of each file below `root`, reading only those that the ledger does not know.

    `each` applies a function to many names. Raises `FileNotFoundError` when a file is missing.
    The ledger at `path` is brought up to date.
    """
    before = entries(path)
    known = compress(names, each(partial(_is_known, before, root), names))
    now = {name: before[name] for name in known}
    unknown = [name for name in names if name not in now]
    now.update(zip(unknown, each(partial(_seen, root), unknown), strict=True))
    files.write_if_changed(path, codec.encode(now))
    return now


def _is_known(before: Mapping[str, Entry], root: str, name: str) -> bool:
    """Tell whether a file is still as it is remembered."""
    entry = before.get(name)
    return entry is not None and entry.fits(f"{root}/{name}")


def _seen(root: str, name: str) -> Entry:
    path = f"{root}/{name}"
    return _entry(path, sha256(files.read(path)).hexdigest())


def _entry(path: str, digest: str) -> Entry:
    status = os.stat(path)  # noqa: PTH116  thirty thousand times a build
    return Entry(digest, status.st_size, status.st_mtime_ns)
