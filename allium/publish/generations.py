"""Generations of a published site: folders of hard links, and one symbolic link to the present one.

    DIR/current -> generations/000042/site
    DIR/generations/000042/site/       what readers see
    DIR/generations/000042/lists/      what to send, remove and purge
    DIR/generations/000042/origin.json, history.json    what the next publication must know

A generation is made under another name (`.new`), of the oldest one when that is to go, and is
renamed when it is whole; then the link is replaced by renaming a second one over it. So a reader
finds a whole site at every instant, and what a crash leaves behind has a name that tells it.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from allium.publish import PublishError
from allium.store import files

CURRENT: Final = "current"
SITE: Final = "site"
HELD: Final = "held"
_NEW: Final = ".new"
_ELSEWHERE: Final = {errno.EXDEV, errno.EMLINK, errno.EPERM, errno.ENOTSUP}


class Generations:
    """The generations below the folder `root`."""

    def __init__(self, root: str) -> None:
        self.root = Path(root)
        self._folder = self.root / "generations"

    @property
    def current(self) -> int | None:
        """The number of the generation that readers see; `None` before the first."""
        try:
            target = (self.root / CURRENT).readlink()
        except OSError:
            return None
        name = target.parent.name
        return int(name) if name.isdigit() and (self.root / target).is_dir() else None

    @property
    def numbers(self) -> list[int]:
        """The numbers of all whole generations, the oldest first."""
        return sorted(int(path.name) for path in self._entries() if path.name.isdigit())

    @property
    def held(self) -> bool:
        """Whether somebody rolled back and has not yet allowed the next publication."""
        return (self.root / HELD).exists()

    def folder(self, number: int) -> Path:
        """Return the folder of a generation."""
        return self._folder / f"{number:06}"

    def begin(self, keep: int) -> Path:
        """Return the folder of the generation to come.

        It is that of the oldest one, with all that it has, when the new one would push that out of
        the `keep` that are kept; else it is empty. Call `clean` first.
        """
        current = self.current or 0
        folder = self._folder / f"{current + 1:06}{_NEW}"
        earlier = [number for number in self.numbers if number < current]
        if earlier and len(earlier) + 2 > keep:
            self.folder(earlier[0]).rename(folder)
        else:
            files.make_folder(str(folder / SITE))
        return folder

    def clean(self) -> None:
        """Remove unfinished generations, and those after the present one: nobody reads them."""
        current = self.current or 0
        for path in self._entries():
            if not path.name.isdigit() or int(path.name) > current:
                shutil.rmtree(path)

    def _entries(self) -> Iterator[Path]:
        with contextlib.suppress(FileNotFoundError):
            yield from sorted(self._folder.iterdir())

    def complete(self, folder: Path) -> int:
        """Show a new generation to the readers; return its number.

        Everything is on the disk before the link points to it: a power failure must not leave a
        site of empty files.
        """
        number = int(folder.name.removesuffix(_NEW))
        os.sync()
        folder.rename(self.folder(number))
        self.show(number)
        (self.root / HELD).unlink(missing_ok=True)
        return number

    def show(self, number: int) -> None:
        """Let `current` point to a generation; one rename, seen whole or not at all."""
        beside = self.root / f".{CURRENT}{_NEW}"
        beside.unlink(missing_ok=True)
        beside.symlink_to(f"generations/{number:06}/{SITE}")
        beside.rename(self.root / CURRENT)

    def forget(self, keep: int) -> int:
        """Remove all but the last `keep` generations up to the present one; return how many."""
        current = self.current or 0
        old = [number for number in self.numbers if number <= current][:-keep]
        for number in old:
            # A generation that is half removed must not look like one that can be shown again.
            doomed = self._folder / f"{number:06}.old"
            self.folder(number).rename(doomed)
            shutil.rmtree(doomed)
        return len(old)

    def roll_back(self, number: int | None = None) -> int:
        """Show an earlier generation (the one before, if none is named) and hold it there.

        Raises `PublishError` when there is no such generation.
        """
        current = self.current
        earlier = [one for one in self.numbers if current is not None and one < current]
        chosen = number if number is not None else (earlier[-1] if earlier else None)
        if chosen is None or chosen not in self.numbers:
            kept = ", ".join(map(str, self.numbers)) or "none"
            wanted = "to go back to" if number is None else number
            raise PublishError(f"there is no generation {wanted}; kept are: {kept}")
        files.replace(str(self.root / HELD), f"{chosen}\n".encode())
        self.show(chosen)
        return chosen


def link(origin: str, target: str) -> None:
    """Give a file a second name, or a copy with its time where the file system has no links."""
    try:
        _linked(origin, target)
    except OSError as error:
        if error.errno not in _ELSEWHERE:
            raise
        files.make_folder(os.path.dirname(target))  # noqa: PTH120  text in, text out
        shutil.copy2(origin, target)


def _linked(origin: str, target: str) -> None:
    try:
        os.link(origin, target)
    except FileNotFoundError:
        files.make_folder(os.path.dirname(target))  # noqa: PTH120  text in, text out
        os.link(origin, target)
