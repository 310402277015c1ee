"""Generations of a published site: folders of hard links, and one symbolic link to the present one.

    DIR/current -> generations/000042/site
    DIR/generations/000042/site/             what readers see
    DIR/generations/000042/lists/            what to send, remove and purge
    DIR/generations/000042/generation.json   the mark: allium made this
    DIR/generations/000042/...               what the next publication must know

A generation is made under another name (`.new`), of the oldest one when that is to go, and is
renamed when it is whole; then the link is replaced by renaming a second one over it. So a reader
finds a whole site at every instant, and what a crash leaves behind has a name that tells it.

Nothing is removed but folders that have the mark and hold only what allium put there. What else
lies among the generations is left alone and named.
"""

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from allium.publish import PublishError, marks
from allium.publish.marks import SITE
from allium.store import files

CURRENT: Final = "current"
HELD: Final = "held"
_NEW: Final = ".new"
_OLD: Final = ".old"
_NAME: Final = re.compile(r"([0-9]{6,})(\.new|\.old)?")
_ELSEWHERE: Final = {errno.EXDEV, errno.EMLINK, errno.EPERM, errno.ENOTSUP}

Tell = Callable[[str], object]
"""Takes a sentence for the operator."""


class Generations:
    """The generations below the folder `root`, in `place`; `tell` is called with what is odd."""

    def __init__(self, root: str, tell: Tell = str) -> None:
        self.root = Path(root)
        self.tell = tell
        self.place = self.root / "generations"

    @property
    def current(self) -> int | None:
        """The number of the generation that readers see; `None` when they see none."""
        target = os.path.realpath(self.root / CURRENT)
        return next(
            (one for one in self.numbers if os.path.realpath(self._site(one)) == target), None
        )

    @property
    def latest(self) -> int | None:
        """The generation that readers see, or saw last; `None` before the first."""
        shown, known = self.current, self.numbers
        if shown is not None or not known:
            return shown
        with contextlib.suppress(OSError, ValueError):
            held = int((self.root / HELD).read_bytes())
            if held in known:
                return held
        return known[-1]

    @property
    def numbers(self) -> list[int]:
        """The numbers of all whole generations, the oldest first."""
        return sorted(number for number in self._made() if marks.is_folder(self._site(number)))

    @property
    def held(self) -> bool:
        """Whether a rollback is held: the next publication needs `--force`."""
        return os.path.lexists(self.root / HELD)

    @property
    def odd(self) -> list[str]:
        """The names of what lies among the generations and was not made by allium."""
        ours = {*self._made().values(), *self._unfinished()}
        return [path.name for path in self._entries() if path not in ours]

    def folder(self, number: int) -> Path:
        """Return the folder of a generation."""
        return self.place / f"{number:06}"

    def _site(self, number: int) -> Path:
        return self.folder(number) / SITE

    def _entries(self) -> Iterator[Path]:
        with contextlib.suppress(FileNotFoundError):
            yield from sorted(self.place.iterdir())

    def _made(self) -> dict[int, Path]:
        """Return the folders of generations, those that have lost their site too."""
        named = {int(path.name): path for path in self._entries() if _numbered(path.name)}
        return {number: path for number, path in named.items() if marks.made(path, number)}

    def _unfinished(self) -> list[Path]:
        """Return what a crash left behind."""
        named = [path for path in self._entries() if path.suffix in {_NEW, _OLD}]
        return [path for path in named if _NAME.fullmatch(path.name) and marks.unfinished(path)]

    def begin(self, keep: int) -> Path:
        """Return the folder of the generation to come.

        It is that of the oldest one, with all that it has, when the new one would push that out of
        the `keep` that are kept; else it is empty. What a crash left behind is removed.
        """
        for path in self._unfinished():
            marks.discard(path)
        number = self._next()
        folder = self.place / f"{number:06}{_NEW}"
        for oldest in self._before()[: -max(1, keep - 1)]:
            if self._taken(oldest, folder):
                return folder
        files.make_folder(str(folder))
        marks.put(str(folder), number)
        files.make_folder(str(folder / SITE))
        return folder

    def _next(self) -> int:
        """Return the number of the next generation: nothing among them has it yet."""
        taken = {path.name.partition(".")[0] for path in self._entries()}
        number = max(self._made(), default=0) + 1
        while f"{number:06}" in taken:
            number += 1
        return number

    def _before(self) -> list[int]:
        """Return the present generation and those that can be turned back to, the oldest first."""
        undone, latest = self._undone(), self.latest or 0
        return [number for number in self.numbers if number <= latest and number not in undone]

    def _undone(self) -> set[int]:
        """Return the generations that a rollback left before the next one was made."""
        found: set[int] = set()
        for number in self.numbers:
            known = marks.mark(self.folder(number))
            if known is not None and known.before:
                found.update(range(known.before + 1, number))
        return found

    def _taken(self, number: int, target: Path) -> bool:
        """Give the folder of a generation another name, unless it holds what is not allium's."""
        folder = self.folder(number)
        left = marks.foreign(folder)
        if left:
            self.tell(f"{folder} is left alone: {left[0]} is not allium's")
            return False
        if marks.mark(folder) is None:
            marks.put(str(folder), number)
        folder.rename(target)
        return True

    def complete(self, folder: Path) -> int:
        """Show a new generation to the readers; return its number.

        Everything is on the disk before the link points to it: a power failure must not leave a
        site of empty files.
        """
        number = number_of(str(folder))
        os.sync()
        folder.rename(self.folder(number))
        self.show(number)
        (self.root / HELD).unlink(missing_ok=True)
        return number

    def show(self, number: int) -> None:
        """Let `current` point to a generation; one rename, seen whole or not at all."""
        shown, beside = self.root / CURRENT, self.root / f".{CURRENT}{_NEW}"
        if beside.is_symlink():
            beside.unlink()
        beside.symlink_to(f"generations/{number:06}/{SITE}")
        if os.path.lexists(shown) and not shown.is_symlink():
            aside = next(one for one in _beside(shown) if not os.path.lexists(one))
            self.tell(f"{shown} is no symbolic link: it is now {aside}")
            shown.rename(aside)
        beside.rename(shown)

    def forget(self, keep: int) -> int:
        """Remove all but the last `keep` generations up to the present one; return how many.

        Generations that a rollback left go too, and those that have lost their site.
        """
        kept = self._before()[-keep:]
        return sum(self._dropped(number) for number in sorted(self._made()) if number not in kept)

    def _dropped(self, number: int) -> bool:
        # A generation that is half removed must not look like one that can be shown again.
        doomed = self.place / f"{number:06}{_OLD}"
        if os.path.lexists(doomed) or not self._taken(number, doomed):
            return False
        marks.discard(doomed)
        return True

    def roll_back(self, number: int | None = None) -> int:
        """Show an earlier generation (the one before, if none is named) and hold it there.

        Raises `PublishError` when there is no such generation.
        """
        current = self.current
        earlier = [one for one in self._before() if current is not None and one < current]
        chosen = number if number is not None else (earlier[-1] if earlier else None)
        if chosen is None or chosen not in self.numbers:
            kept = ", ".join(map(str, self.numbers)) or "none"
            wanted = "to go back to" if number is None else number
            raise PublishError(f"there is no generation {wanted}; kept are: {kept}")
        files.replace(str(self.root / HELD), f"{chosen}\n".encode())
        self.show(chosen)
        return chosen


def _numbered(name: str) -> bool:
    found = _NAME.fullmatch(name)
    return found is not None and found[2] is None and name == f"{int(name):06}"


def number_of(folder: str) -> int:
    """Return the number of the generation that is made in a folder."""
    return int(Path(folder).name.removesuffix(_NEW))


def _beside(path: Path) -> Iterator[Path]:
    number = 1
    while True:
        yield path.with_name(f"{path.name}.{number}")
        number += 1


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


def create(target: str, contents: bytes, time: int) -> None:
    """Write a file that is not there yet; `time` (ns) is that of its last change."""
    try:
        file = _created(target)
    except FileNotFoundError:
        files.make_folder(os.path.dirname(target))  # noqa: PTH120  text in, text out
        file = _created(target)
    with os.fdopen(file, "wb") as stream:
        files.set_mode(file)
        stream.write(contents)
        stream.flush()
        os.utime(file, ns=(time, time))


def _created(target: str) -> int:
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | files.BINARY, files.FILE_MODE)
