"""Atomic files that are left alone when their bytes would not change."""

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import compress
from pathlib import Path
from typing import Final, Protocol, TypeVar

from allium.store import stat_cache
from allium.store.stat_cache import Look

S = TypeVar("S")
T = TypeVar("T")

FILE_MODE = 0o644
FOLDER_MODE = 0o755
BINARY: Final = getattr(os, "O_BINARY", 0)
"""Without it Windows changes the ends of lines; other systems have no such flag."""
_SUFFIX = ".allium-tmp"


class Each(Protocol):
    """How a function is applied to many things, one after the other or several at once."""

    def __call__(self, function: Callable[[S], T], items: Sequence[S], /) -> Iterable[T]:
        """Return what the function returns for each, in their order."""


def write_if_changed(path: str, contents: bytes) -> bool:
    """Make `path` hold `contents`; an equal file keeps its inode and time. True when written."""
    return put(path, contents)[1]


def put(path: str, contents: bytes, first: Callable[[], object] | None = None) -> tuple[Look, bool]:
    """Do what `write_if_changed` does; return how the file looks as well.

    The look is that of the file with these bytes, even when another one has taken its place.
    `first` is called before the file is written, and not for an equal one.
    """
    look = _equal(path, contents)
    if look is not None:
        return look, False
    if first is not None:
        first()
    return replace(path, contents), True


def keep(path: str, before: str) -> None:
    """Give a file that is about to be replaced a second name, in the place of an earlier one."""
    if not os.path.lexists(path):
        return
    beside = temporary(before)
    with contextlib.suppress(OSError):  # it only explains: a build does not fail for it
        make_folder(os.path.dirname(before))  # noqa: PTH120  text in, text out
        Path(beside).unlink(missing_ok=True)
        os.link(path, beside)
        os.replace(beside, before)  # noqa: PTH105  as above
        Path(beside).unlink(missing_ok=True)  # still there when both were names of one file


def _equal(path: str, contents: bytes) -> Look | None:
    """Return how the file at `path` looks when it has exactly these bytes and can be read."""
    try:
        file = os.open(path, os.O_RDONLY | BINARY)
    except OSError:
        return None
    try:
        status = os.fstat(file)
        size = status.st_size
        same = size == len(contents) and os.read(file, size + 1) == contents
        return stat_cache.of(status) if same else None
    except OSError:
        return None
    finally:
        os.close(file)


def replace(path: str, contents: bytes) -> Look:
    """Write `contents` beside `path` and rename it over; readers see the old file or the new.

    Modes do not depend on the umask, so that two builds give equal trees; a file system that has
    none keeps its own. Returns how the file looks that was written.
    """
    # man 2 rename: an existing file is replaced atomically; there is no moment without one
    beside = temporary(path)
    try:
        file = _create(beside)
    except FileNotFoundError:
        make_folder(os.path.dirname(path))  # noqa: PTH120  twenty thousand times a build
        file = _create(beside)
    try:
        try:
            set_mode(file)
            _fill(file, contents)
            ours = stat_cache.of(os.fstat(file))
        finally:
            os.close(file)
        os.replace(beside, path)  # noqa: PTH105  twenty thousand times a build
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)  # noqa: PTH108  twenty thousand times a build
        raise
    return _in_place(path, ours)


def _in_place(path: str, written: Look) -> Look:
    """Return how a file looks now that it has its name, which is a change of its inode.

    When another file, or none, has the name by now, no later look shall equal this one.
    """
    size, modified, _, inode = written
    with contextlib.suppress(OSError):
        look = stat_cache.of(os.stat(path))  # noqa: PTH116  twenty thousand times a build
        if (look[0], look[1], look[3]) == (size, modified, inode):
            return look
    return size, modified, stat_cache.UNCERTAIN, inode


def _fill(file: int, contents: bytes) -> None:
    """Write all of `contents`; the system may take a part at a time."""
    written = os.write(file, contents)
    while written < len(contents):
        written += os.write(file, memoryview(contents)[written:])


def temporary(path: str) -> str:
    """Where `path` is written before it is renamed; one place each, so leftovers can be found."""
    return path + _SUFFIX


def set_mode(file: int) -> None:
    """Give an open file the mode of the site's files, where files have modes."""
    if hasattr(os, "fchmod"):
        with contextlib.suppress(OSError):
            os.fchmod(file, FILE_MODE)


def _create(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, FILE_MODE)


def make_folder(path: str) -> None:
    """Make a folder and its parents with the mode of the site, whatever the umask."""
    if not path:
        return
    try:
        os.mkdir(path, FOLDER_MODE)  # noqa: PTH102  twenty thousand times a build
    except FileExistsError:
        return
    except FileNotFoundError:
        make_folder(os.path.dirname(path))  # noqa: PTH120  text in, text out
        Path(path).mkdir(mode=FOLDER_MODE, exist_ok=True)
    with contextlib.suppress(OSError):  # a file system without modes keeps its own
        os.chmod(path, FOLDER_MODE)  # noqa: PTH101  as above


def read(path: str) -> bytes:
    """Return the bytes of a file.

    Raises `OSError` when it cannot be read.
    """
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123  fifty thousand times a build
        return stream.read()


def remove(root: str, paths: Iterable[str]) -> int:
    """Remove files below `root` (paths relative to it) and the folders that this leaves empty.

    Returns how many files were removed; a file that is not there is not counted.
    """
    removed = 0
    for path in sorted(paths):
        with contextlib.suppress(FileNotFoundError):
            (Path(root) / path).unlink()
            removed += 1
        _remove_empty_parents(root, path)  # a killed build may have got no further than a folder
    return removed


def _remove_empty_parents(root: str, path: str) -> None:
    for folder in Path(path).parents[:-1]:
        try:
            (Path(root) / folder).rmdir()
        except OSError:
            return


def sweep(root: str, paths: Sequence[str], each: Each = map) -> None:
    """Remove what an interrupted build may have left beside these paths (relative to `root`).

    `each` applies a function to all of them.
    """
    # to look first is ten times as quick as removing what is not there
    for path in compress(paths, each(partial(_has_left, root), paths)):
        Path(temporary(f"{root}/{path}")).unlink()
        _remove_empty_parents(root, path)


def _has_left(root: str, path: str) -> bool:
    # twice as quick as `lexists` where there is none
    return os.access(temporary(f"{root}/{path}"), os.F_OK)
