"""A ledger of files: the digest of each with its size, times and inode.

Reading thirty thousand files back each hour to see which changed would take too long. A file whose
size, times and inode are those of its entry still has the digest of the entry. One that was edited,
truncated or deleted is noticed without being read.
"""

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import compress
from typing import TypeVar

from allium.store import StoreError, files, sealed, stat_cache
from allium.store.file_entry import FileEntry

E = TypeVar("E", bound=FileEntry)

BEFORE = "before"
"""The folder below the root with what each file held until it last changed."""


class Keyed(FileEntry, frozen=True, array_like=True):
    """A file as it was written, and the digest of all that it was made from, if known."""

    key: str = ""


class Ledger:
    """Writes files below `root`; the file `path` remembers them."""

    def __init__(self, root: str, path: str) -> None:
        self._root = root
        self._path = path
        self._before = recalled(path, Keyed)

    def kept(self, name: str, key: str) -> Keyed | None:
        """Return what to remember of a file that was made from the same and is as it was written.

        `None` when it has to be made again.
        """
        entry = self._before.get(name)
        same = entry is not None and entry.key == key and entry.fits(f"{self._root}/{name}")
        return entry if same else None

    def put(self, name: str, contents: bytes, key: str = "") -> Keyed:
        """Make the file `name` (relative to the root) hold `contents`; return what to remember.

        `key` is a digest of all that the contents were made from.
        """
        path = f"{self._root}/{name}"
        digest = sha256(contents).hexdigest()
        entry: FileEntry | None = self._before.get(name)
        if entry is None or entry.digest != digest or not entry.fits(path):
            keep = partial(files.keep, path, f"{self._root}/{BEFORE}/{name}")
            look, _ = files.put(path, contents, keep)
            entry = FileEntry.of(digest, look)
        return _keyed(entry, key)

    def close(self, entries: Mapping[str, Keyed]) -> int:
        """Remember the files that were put, and remove all others; return how many went."""
        vanished = self._before.keys() - entries.keys()
        removed = files.remove(self._root, vanished)
        files.remove(f"{self._root}/{BEFORE}", vanished)
        sealed.store(self._path, entries)
        return removed


def _keyed(entry: FileEntry, key: str) -> Keyed:
    return Keyed(entry.digest, entry.size, entry.modified, entry.changed, entry.inode, key)


def entries(path: str) -> dict[str, FileEntry]:
    """Return what a ledger file remembers; nothing when it is missing or damaged."""
    return _entries(path, FileEntry)


def _entries(path: str, kind: type[E]) -> dict[str, E]:
    try:
        return sealed.load(path, dict[str, kind])  # type: ignore[valid-type]
    except (FileNotFoundError, StoreError):
        return {}


def recalled(path: str, kind: type[E]) -> dict[str, E]:
    """Return what `entries` does; say when there is a ledger that counts for nothing."""
    try:
        return sealed.load_or(path, dict[str, kind], {})  # type: ignore[valid-type]
    except StoreError as error:
        sys.stderr.write(f"warning: {error}; all files that it lists are read again\n")
        return {}


def intact(root: str, path: str) -> bool:
    """Tell whether there is a ledger, and every file is as it was.

    Files that look otherwise but are equal, as in a folder that was restored from a copy, are
    remembered as they look now.
    """
    remembered = _entries(path, Keyed)
    if not remembered:
        return False
    others = [name for name, entry in remembered.items() if not entry.fits(f"{root}/{name}")]
    renewed = {}
    for name in others:
        entry = remembered[name].renewed(f"{root}/{name}")
        if entry is None:
            return False
        renewed[name] = _keyed(entry, remembered[name].key)
    if renewed:
        sealed.store(path, remembered | renewed)
    return True


def observe(
    root: str, names: Sequence[str], path: str, each: files.Each = map
) -> dict[str, FileEntry]:
    """Return an entry of each file below `root`, reading only those that the ledger does not know.

    `each` applies a function to many names. Raises `FileNotFoundError` when a file is missing.
    The ledger at `path` is brought up to date.
    """
    before = recalled(path, FileEntry)
    known_names = compress(names, each(partial(_is_known, before, root), names))
    entries = {name: before[name] for name in known_names}
    unknown = [name for name in names if name not in entries]
    entries.update(zip(unknown, each(partial(_seen, root), unknown), strict=True))
    sealed.store(path, entries)
    return entries


def _is_known(before: Mapping[str, FileEntry], root: str, name: str) -> bool:
    """Tell whether a file is still as it is remembered."""
    entry = before.get(name)
    return entry is not None and entry.fits(f"{root}/{name}")


def _seen(root: str, name: str) -> FileEntry:
    """Return the entry of a file; it is looked at before it is read, not to miss a change."""
    path = f"{root}/{name}"
    look = stat_cache.look(path)
    if look is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    return FileEntry.of(stat_cache.digest(path, look), look)
