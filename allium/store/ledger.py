"""Files that a build wrote by the thousand, and what they were when it wrote them.

Nobody can read thirty thousand files back each hour to see which changed. A ledger remembers an
entry of each: what still looks as it did still has this digest, and a file that was edited, cut
or deleted is noticed without being read.
"""

import errno
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import compress

from allium.store import StoreError, files, looks, sealed
from allium.store.entry import Entry

BEFORE = "before"
"""The folder below the root with what each file held until it last changed."""


class Ledger:
    """Writes files below `root`; the file `path` remembers them."""

    def __init__(self, root: str, path: str) -> None:
        self._root = root
        self._path = path
        self._before = recalled(path)

    def put(self, name: str, contents: bytes) -> Entry:
        """Make the file `name` (relative to the root) hold `contents`; return what to remember."""
        path = f"{self._root}/{name}"
        digest = sha256(contents).hexdigest()
        entry = self._before.get(name)
        if entry is None or entry.digest != digest or not entry.fits(path):
            seen, _ = files.put(path, contents, f"{self._root}/{BEFORE}/{name}")
            return Entry.of(digest, seen)
        return entry

    def close(self, now: Mapping[str, Entry]) -> int:
        """Remember the files that were put, and remove all others; return how many went."""
        vanished = self._before.keys() - now.keys()
        gone = files.remove(self._root, vanished)
        files.remove(f"{self._root}/{BEFORE}", vanished)
        sealed.store(self._path, now)
        return gone


def entries(path: str) -> dict[str, Entry]:
    """Return what a ledger file remembers; nothing when it is missing or damaged."""
    try:
        return sealed.load(path, dict[str, Entry])
    except (FileNotFoundError, StoreError):
        return {}


def recalled(path: str) -> dict[str, Entry]:
    """Return what `entries` does; say when there is a ledger that counts for nothing."""
    try:
        return sealed.load_or(path, dict[str, Entry], {})
    except StoreError as error:
        sys.stderr.write(f"warning: {error}; it is made again from the files that it lists\n")
        return {}


def intact(root: str, path: str, names: Collection[str] | None = None) -> bool:
    """Tell whether there is a ledger (of these names, if given) and every file is as it was.

    Files that look otherwise but are equal, as in a folder that was restored from a copy, are
    remembered as they look now.
    """
    remembered = entries(path)
    if not remembered or (names is not None and remembered.keys() != set(names)):
        return False
    others = [name for name, entry in remembered.items() if not entry.fits(f"{root}/{name}")]
    renewed = {}
    for name in others:
        entry = remembered[name].renewed(f"{root}/{name}")
        if entry is None:
            return False
        renewed[name] = entry
    if renewed:
        sealed.store(path, remembered | renewed)
    return True


def observe(root: str, names: Sequence[str], path: str, each: files.Each = map) -> dict[str, Entry]:
    """Return an entry of each file below `root`, reading only those that the ledger does not know.

    `each` applies a function to many names. Raises `FileNotFoundError` when a file is missing.
    The ledger at `path` is brought up to date.
    """
    before = recalled(path)
    known = compress(names, each(partial(_is_known, before, root), names))
    now = {name: before[name] for name in known}
    unknown = [name for name in names if name not in now]
    now.update(zip(unknown, each(partial(_seen, root), unknown), strict=True))
    sealed.store(path, now)
    return now


def _is_known(before: Mapping[str, Entry], root: str, name: str) -> bool:
    """Tell whether a file is still as it is remembered."""
    entry = before.get(name)
    return entry is not None and entry.fits(f"{root}/{name}")


def _seen(root: str, name: str) -> Entry:
    """Return the entry of a file; it is looked at before it is read, not to miss a change."""
    path = f"{root}/{name}"
    seen = looks.look(path)
    if seen is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    return Entry.of(sha256(files.read(path)).hexdigest(), seen)
