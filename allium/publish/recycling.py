"""Turning the generation that would be dropped into the one to come.

Nearly all of a generation is the generation before it, so most of what making folders and links for
a new one and removing those of the oldest costs can be spared: the oldest one is taken instead, all
that the new one will not have is taken out of it, and what is missing is put in as always.

Nothing that is written down about the old generation is trusted. A file stays only when it is, by
device and inode, the very file that readers have under that name at present: so it would be linked
there anyway.
"""

import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from allium.printable import PrintableError
from allium.publish import marks
from allium.publish.marks import SITE
from allium.store import files

_BEFORE: Final = f"{SITE}.old"


class DoubtError(PrintableError):
    """The folder is not as allium makes them."""


def recycle(
    folder: str, before: str, steady: Collection[str], folders: Collection[str]
) -> set[str]:
    """Leave in `folder` only those `steady` files that the site `before` has too; return them.

    Folders stay when they hold one or are among `folders`. When anything is odd, nothing is left
    but the empty folder of the site.
    """
    try:
        _strip(folder)
        return _Recycling(f"{folder}/{SITE}", before, steady, folders).left()
    except (OSError, DoubtError):
        marks.empty(Path(folder))
        files.make_folder(f"{folder}/{SITE}")
        return set()


def _strip(folder: str) -> None:
    """Remove the records but the mark; move the folders of the site into one that nobody has open.

    Whoever still reads below the old one, as a slow mirror does, finds that it has gone, as if it
    had been removed, and never a mixture.
    """
    site, before = f"{folder}/{SITE}", f"{folder}/{_BEFORE}"
    if os.path.islink(site):  # noqa: PTH114  text in, text out, here and below
        raise DoubtError(site)
    os.rename(site, before)  # noqa: PTH104
    files.make_folder(site)
    for entry in _entries(before):
        if entry.is_dir(follow_symlinks=False):
            os.rename(entry.path, f"{site}/{entry.name}")  # noqa: PTH104
    for entry in _entries(folder):
        if entry.name not in {SITE, marks.NAME}:
            marks.remove(entry)


class _Recycling:
    """One walk through the site of the old generation."""

    def __init__(
        self, site: str, before: str, steady: Collection[str], folders: Collection[str]
    ) -> None:
        self._site, self._before = site, before
        self._steady, self._folders = steady, folders
        self._left: set[str] = set()

    def left(self) -> set[str]:
        """Remove what is not to stay; return the names of the files that do."""
        for entry in _entries(self._site):
            self._visit(entry, entry.name)
        return self._left

    def _visit(self, entry: "os.DirEntry[str]", name: str) -> bool:
        """Tell whether what has this name in the site stays."""
        if entry.is_dir(follow_symlinks=False):
            return self._folder(entry, name)
        if name in self._steady and self._same(entry, name):
            self._left.add(name)
            return True
        marks.remove(entry)
        return False

    def _folder(self, entry: "os.DirEntry[str]", name: str) -> bool:
        if stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode) != files.FOLDER_MODE:
            raise DoubtError(name)
        stays = [self._visit(below, f"{name}/{below.name}") for below in _entries(entry.path)]
        if any(stays) or name in self._folders:
            return True
        os.rmdir(entry.path)  # noqa: PTH106
        return False

    def _same(self, entry: "os.DirEntry[str]", name: str) -> bool:
        """Tell whether a file is the one that readers have under its name."""
        try:
            present = os.lstat(f"{self._before}/{name}")
        except FileNotFoundError:
            return False
        return os.path.samestat(entry.stat(follow_symlinks=False), present)


def _entries(folder: str) -> "list[os.DirEntry[str]]":
    """Return what a folder holds, read to the end before any of it is removed."""
    with os.scandir(folder) as entries:
        return list(entries)


def folders(names: Iterable[str]) -> set[str]:
    """Return the folders in which files of these names lie."""
    return {name.rpartition("/")[0] for name in names}
