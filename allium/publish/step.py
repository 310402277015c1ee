"""What one publication knows of the last, and how it is asked for."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from msgspec import Struct

from allium.publish.changes import Entry
from allium.publish.delta import Delta
from allium.publish.gate import Limits
from allium.publish.generations import SITE, Generations
from allium.store import codec, files, site
from allium.store.site import File

ORIGIN: Final = "origin.json"
HISTORY: Final = "history.json"


class Options(Struct, frozen=True, kw_only=True):
    """How to publish; `words` is all else that the files beside the site are made of."""

    keep: int = 4
    compress: bool = True
    limits: Limits = Limits()
    words: tuple[str, ...] = ()


class Origin(Struct, frozen=True):
    """What a generation was made from: the files of the built site, and the options."""

    files: dict[str, File] = {}
    options: Options = Options()


class History(Struct, frozen=True, kw_only=True):
    """What one generation tells the next: when pages changed, and what happened lately."""

    since: str = ""
    modified: dict[str, str] = {}
    entries: tuple[Entry, ...] = ()


class Generation(Struct, frozen=True):
    """A generation as it lies in its folder; the one before the first has no folder."""

    folder: str = ""
    files: dict[str, File] = {}
    origin: Origin = Origin()
    history: History = History()

    @property
    def site(self) -> str:
        """The folder that readers see."""
        return f"{self.folder}/{SITE}"

    @property
    def digest(self) -> str:
        """The SHA-256 of its manifest."""
        path = f"{self.site}/{site.NAME}"
        return sha256(files.read(path)).hexdigest() if self.folder else ""


class Step(Struct, frozen=True):
    """What the files beside the site are made from: the generation before, and what changed.

    `site` is the folder of the pure site and `files` are all its files.
    """

    before: Generation
    site: str
    files: dict[str, File]
    delta: Delta

    @property
    def first(self) -> bool:
        """Whether there is nothing to compare with."""
        return not self.before.folder


Beside = Callable[[Step], tuple[dict[str, bytes], History]]
"""Returns the files that a generation has beside the pure site, and its history."""


def load(generations: Generations) -> Generation:
    """Return the generation that readers see, or an empty one."""
    number = generations.current
    if number is None:
        return Generation()
    folder = str(generations.folder(number))
    return Generation(
        folder,
        site.load(f"{folder}/{SITE}").files,
        codec.load_or(f"{folder}/{ORIGIN}", Origin, Origin()),
        codec.load_or(f"{folder}/{HISTORY}", History, History()),
    )
