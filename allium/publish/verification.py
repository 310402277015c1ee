"""Whether the files of a generation still have the bytes that allium gave them.

Each publication looks at every file of the present generation. When a publication is done it leaves
a stamp: a small file whose time of change is the file system's own clock. No file that is older
than the stamp can have been changed, linked or replaced since; all others are read. The time of
change (ctime) is the one that no program sets: neither an editor that keeps the time of a file nor
a restored archive brings back an old one.
"""

import contextlib
import os
import stat
import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from msgspec import Struct

from allium.publish.marks import SETTLED, SITE
from allium.store import StoreError, codec, files
from allium.store.site_record import File

_WRITING_NS: Final = 60_000_000_000
"""At most this long is a stamp written; one that was copied or restored is younger than it says."""


_NEVER: Final = 1 << 63
"""Later than any time of a file: it is in no folder of the site, but behind a symbolic link."""


class Stamp(Struct, frozen=True):
    """Which file the stamp is, and when it was made (ns), by the clock of the file system."""

    inode: int
    made: int


def settle(folder: Path) -> None:
    """Stamp a generation whose files are all as its manifest says."""
    path = folder / SETTLED
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | files.BINARY, files.FILE_MODE)
    try:
        status = os.fstat(file)
        os.write(file, codec.encode(Stamp(status.st_ino, status.st_ctime_ns)))
    finally:
        os.close(file)


def settled(folder: Path) -> int:
    """Return when a generation was stamped (ns); 0 when that is not known.

    A stamp of the future is not believed: the clock was set, so ages say nothing.
    """
    path = folder / SETTLED
    with contextlib.suppress(OSError, StoreError):
        status, stamp = path.lstat(), codec.load(str(path), Stamp)
        genuine = stamp.inode == status.st_ino and stat.S_ISREG(status.st_mode)
        if genuine and 0 <= status.st_ctime_ns - stamp.made < _WRITING_NS:
            return status.st_ctime_ns if status.st_ctime_ns <= time.time_ns() else 0
    return 0


def damaged(folder: Path, listed: Mapping[str, File], *, verify: bool = False) -> Iterator[str]:
    """Yield the names of files that are missing or have other bytes than is listed.

    Files that are older than the generation's stamp, in folders that are older too, are only looked
    at, unless asked to `verify`.
    """
    site, since = f"{folder}/{SITE}", 0 if verify else settled(folder)
    ages = _Folders(site)
    for name, file in listed.items():
        path = f"{site}/{name}"
        try:
            status = os.lstat(path)
        except OSError:
            yield name
            continue
        touched = max(status.st_ctime_ns, ages[name.rpartition("/")[0]])
        likely = stat.S_ISREG(status.st_mode) and status.st_size == file.size
        if not likely or touched == _NEVER or (touched >= since and read(path, file) is None):
            yield name


class _Folders(dict[str, int]):
    """When each folder of a site was last changed (ns); `_NEVER` for what is no folder."""

    def __init__(self, site: str) -> None:
        super().__init__()
        self._site = site

    def __missing__(self, name: str) -> int:
        try:
            status = os.lstat(f"{self._site}/{name}")
        except OSError:
            return self.setdefault(name, _NEVER)
        above = self[name.rpartition("/")[0]] if name else 0
        real = stat.S_ISDIR(status.st_mode) and above != _NEVER
        return self.setdefault(name, status.st_ctime_ns if real else _NEVER)


def read(path: str, file: File) -> bytes | None:
    """Return the bytes of a file; `None` when they are others than is listed, or cannot be read."""
    try:
        contents = files.read(path)
    except OSError:
        return None
    return contents if sha256(contents).hexdigest() == file.sha256 else None
