"""The mark that allium puts into the folder of each generation, and what may be removed by it.

A folder without a mark is not allium's, whatever its name is. A folder with one may hold more than
allium put there, and is then left alone.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from allium.store import StoreError, codec, files

NAME: Final = "generation.json"
SITE: Final = "site"
MANIFEST: Final = f"{SITE}/manifest.json"
ORIGIN: Final = "origin.json"
HISTORY: Final = "history.json"
GONE: Final = "gone.json"
SETTLED: Final = "settled.json"
ALL: Final = "lists/all.txt"
LISTS: Final = (ALL, *(f"lists/{one}.txt" for one in ("changed", "removed", "gone", "purge")))
_UNMARKED: Final = (MANIFEST, ORIGIN, HISTORY, ALL)
"""What a generation has that was made before generations were marked."""
_RECORDS: Final = (NAME, ORIGIN, HISTORY, GONE, SETTLED, *LISTS)
_BESIDE: Final = frozenset({*_RECORDS, *map(files.temporary, _RECORDS)})


class GenerationMark(Struct, frozen=True, kw_only=True):
    """What a generation says of itself.

    `before` is the number of the generation that it was made from, 0 for none. `records` are the
    SHA-256 of its records, by path in the folder; an unfinished generation has none.
    """

    made_by: Literal["allium"]
    number: int
    before: int = 0
    records: dict[str, str] = {}


def put(folder: str, number: int, before: int = 0, records: dict[str, str] | None = None) -> None:
    """Mark a folder."""
    generation_mark = GenerationMark(
        made_by="allium", number=number, before=before, records=records or {}
    )
    files.replace(f"{folder}/{NAME}", codec.encode(generation_mark))


def mark(folder: Path) -> GenerationMark | None:
    """Return the mark of a folder; `None` when it has none that can be read."""
    try:
        return codec.load(f"{folder}/{NAME}", GenerationMark)
    except StoreError:
        return None


def made(folder: Path, number: int) -> bool:
    """Tell whether allium made this folder as the generation of this number."""
    if not is_folder(folder):
        return False
    generation_mark = mark(folder)
    if generation_mark is not None:
        return generation_mark.number == number
    return all((folder / name).is_file() for name in _UNMARKED)


def unfinished(folder: Path) -> bool:
    """Tell whether this folder may go: allium marked it, or it holds no file."""
    return is_folder(folder) and (mark(folder) is not None or not any(_files(str(folder))))


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder itself and no link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def record(folder: Path, name: str) -> bytes | None:
    """Return a record of a generation; `None` when it is not there or not as its mark says."""
    try:
        contents = files.read(f"{folder}/{name}")
    except OSError:
        return None
    generation_mark = mark(folder)
    if generation_mark is None or not generation_mark.records:
        return contents
    return contents if sha256(contents).hexdigest() == generation_mark.records.get(name) else None


def names(folder: Path) -> set[str]:
    """Return the names of all files of a generation's site, by its own list; empty without one."""
    listed = record(folder, ALL) or b""
    return {*listed.decode(errors="replace").splitlines()}


def foreign(folder: Path) -> list[str]:
    """Return what lies in the folder of a generation and was not put there by allium.

    When the generation's list of its files cannot be read, that is everything in its site.
    """
    site_names, root, site = names(folder), f"{folder}/", f"{folder}/{SITE}/"
    return [
        path.removeprefix(root)
        for path in _files(str(folder))
        if path.removeprefix(site) not in site_names and path.removeprefix(root) not in _BESIDE
    ]


def _files(folder: str) -> Iterator[str]:
    """Yield the path of everything below a folder that is no folder."""
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            else:
                yield entry.path


def discard(folder: Path) -> None:
    """Remove a folder that allium made; the mark goes last, so that what a crash leaves has it."""
    empty(folder)
    (folder / NAME).unlink(missing_ok=True)
    folder.rmdir()


def empty(folder: Path) -> None:
    """Remove everything but the mark from a folder that allium made."""
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.name != NAME:
                remove(entry)


def remove(entry: "os.DirEntry[str]") -> None:
    """Remove a file or a folder with all that it holds."""
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path)
    else:
        os.unlink(entry.path)  # noqa: PTH108  forty thousand times a publication
