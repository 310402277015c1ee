"""The published record of a site's files: what allium wrote there, and so may remove.

`manifest.json` lies in the output folder itself, because the cache may be deleted at any time. It
lists every file with size and SHA-256 and is itself a pure function of them. While a build runs it
also lists the files that are about to be written (with an empty digest), so that a build that is
killed leaves nothing behind that the next one could not remove.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress

from msgspec import Struct

from allium.store import StoreError, codec, files, media
from allium.store import file_entry as entries_of
from allium.store.file_entry import FileEntry

NAME = "manifest.json"


class File(Struct, frozen=True):
    """One file of the site: SHA-256 in hexadecimal digits, size in bytes, content type."""

    sha256: str = ""
    size: int = 0
    type: str = ""

    @classmethod
    def described(cls, name: str, sha256: str, size: int) -> "File":
        """Return the file of this name with its content type."""
        return cls(sha256, size, media.content_type(name))


class SiteRecord(Struct, frozen=True):
    """Every file of the site but the record itself, by path relative to the site's root."""

    files: dict[str, File]
    schema: int = 1


def load(root: str) -> SiteRecord:
    """Return the record of the site at `root`; an empty one when there is none.

    A path that leads out of the site is dropped: nothing outside is ever allium's to remove.
    """
    try:
        record = codec.load(f"{root}/{NAME}", SiteRecord)
    except StoreError:
        return SiteRecord({})
    return SiteRecord({name: file for name, file in record.files.items() if _inside(name)})


def reserve(root: str, names: Iterable[str]) -> bool:
    """Add files that are about to be written; True when the record had to change."""
    record = load(root)
    coming = {name: File() for name in names if name not in record.files}
    if not coming:
        return False  # an outdated record stays so
    in_order = dict(sorted((record.files | coming).items()))  # nearly so, it is slow to encode
    return files.write_if_changed(f"{root}/{NAME}", codec.encode(SiteRecord(in_order)))


def outdate(root: str) -> None:
    """Mark the record as that of another site, before a file of the site is written.

    It stays good JSON: one newline more makes it another file than `settle` wrote. So a build that
    was killed, even one with another cache, is known from the record alone. Without this mark each
    build would look at all files once more, and beside them for what is left.
    """
    with suppress(FileNotFoundError), open(f"{root}/{NAME}", "r+b") as record:  # noqa: PTH123  each page
        record.seek(0, os.SEEK_END)
        record.write(b"\n")


def settle(
    root: str, entries: Mapping[str, FileEntry], before: Iterable[str]
) -> tuple[int, FileEntry]:
    """Remove every file of earlier builds that is not in `entries`, then record exactly these.

    `before` are the files that earlier builds wrote. Returns how many files were removed, and the
    entry of the record; any other file is never touched.
    """
    removed = files.remove(root, set(before) - entries.keys())
    record = {
        name: File.described(name, entry.digest, entry.size) for name, entry in entries.items()
    }
    contents = codec.encode(SiteRecord(record))
    return removed, entries_of.written(f"{root}/{NAME}", contents)[0]


def _inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/") and name not in {"", NAME}
