"""A file's digest, size, times and inode when it was written or read.

A file with the same size, times and inode is taken as unchanged. Any other, as after a restore from
a backup, is compared by its digest. A program that sets mtime back is noticed, as that sets ctime
to the current time (man 2 utimensat).
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from msgspec import Struct

from allium.store import files, stat_cache
from allium.store.stat_cache import Look


class FileEntry(Struct, frozen=True, array_like=True):
    """SHA-256 of the contents, size in bytes, times of contents and inode in ns, inode."""

    digest: str
    size: int
    modified: int
    changed: int
    inode: int

    @classmethod
    def of(cls, digest: str, look: Look) -> "FileEntry":
        """Return the entry of a file with this digest that looks like this now."""
        return cls(digest, *stat_cache.recorded(look))

    def fits(self, path: str) -> bool:
        """Tell whether the file at `path` looks as it did."""
        return stat_cache.look(path) == (self.size, self.modified, self.changed, self.inode)

    def holds(self, path: str) -> bool:
        """Tell whether the file at `path` is the same: it looks so, or its digest says so."""
        return self.fits(path) or self.renewed(path) is not None

    def renewed(self, path: str) -> "FileEntry | None":
        """Return the entry of an equal file as it looks now; `None` for another file, or none."""
        look = stat_cache.look(path)
        if look is None or look[0] != self.size:
            return None
        try:
            same = stat_cache.digest(path, look) == self.digest
        except OSError:
            return None
        return FileEntry.of(self.digest, look) if same else None


def known(values: Any) -> FileEntry | None:  # noqa: ANN401  what a memory holds
    """Return the entry that was remembered as a list; `None` for anything else."""
    fields = len(FileEntry.__struct_fields__)
    # a row of an older build, or of another checker of doit's, holds something else
    return (
        FileEntry(*values) if isinstance(values, (list, tuple)) and len(values) == fields else None
    )


def written(
    path: str, contents: bytes, first: Callable[[], object] | None = None
) -> tuple[FileEntry, bool]:
    """Make `path` hold `contents`, see `files.put`; return the entry, and whether it was written.

    The entry is of the bytes that were written, whatever lies at `path` by now.
    """
    look, changed = files.put(path, contents, first)
    return FileEntry.of(sha256(contents).hexdigest(), look), changed
