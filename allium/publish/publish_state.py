"""What one publication knows of the last, and how it is asked for."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from allium.publish import PublishError, verification
from allium.publish.absences import Absence
from allium.publish.changes import NewsEntry
from allium.publish.delta import Delta
from allium.publish.gate import GateLimits
from allium.publish.marks import SITE
from allium.publish.series import Series
from allium.store.site_record import File


class Options(Struct, frozen=True, kw_only=True):
    """How to publish; `words` is all else that the files beside the site are made of."""

    keep: int = 4
    compress: bool = True
    limits: GateLimits = GateLimits()
    words: tuple[str, ...] = ()


class PublishMode(Struct, frozen=True, kw_only=True):
    """How one publication is asked for.

    With `force` the gate is not asked, and a generation that was rolled back to is left; with
    `verify` every published file is read. `tell` is called with what was found odd or damaged.
    """

    force: bool = False
    verify: bool = False
    tell: Callable[[str], object] = str


class Origin(Struct, frozen=True):
    """What a generation was made from: the files of the built site, and the options."""

    files: dict[str, File] = {}
    options: Options = Options()


class History(Struct, frozen=True, kw_only=True):
    """What one generation tells the next: when pages changed, what happened lately, who is down.

    `absent` are the relays that went down while the site was published, by folder; `series` are the
    figures of the network over time.
    """

    since: str = ""
    modified: dict[str, str] = {}
    entries: tuple[NewsEntry, ...] = ()
    absent: dict[str, Absence] = {}
    series: Series = Series()


class Generation(Struct, frozen=True):
    """A generation as it lies in its folder; the one before the first has no folder.

    `files` are those that readers see, with an empty digest where their bytes are not what allium
    published; `digest` is that of its manifest. `gone` gives for each path that went the number of
    the generation that was the first without it. It is `sound` when nothing of it is damaged.
    """

    number: int = 0
    folder: str = ""
    files: dict[str, File] = {}
    digest: str = ""
    origin: Origin = Origin()
    history: History = History()
    gone: dict[str, int] = {}
    sound: bool = True

    @property
    def site(self) -> str:
        """The folder that readers see."""
        return f"{self.folder}/{SITE}"

    def read(self, name: str) -> bytes | None:
        """Return a file; `None` when it has none of that name, or a damaged one."""
        file = self.files.get(name)
        return None if file is None else verification.read(f"{self.site}/{name}", file)


class PublicationStep(Struct, frozen=True):
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

    def read(self, name: str) -> bytes:
        """Return a file of the pure site.

        Raises `PublishError` when it has not the bytes that the build recorded.
        """
        return built(self.site, name, self.files[name])


Beside = Callable[[PublicationStep], tuple[dict[str, bytes], History]]
"""Returns the files that a generation has beside the pure site, and its history."""


def built(site: str, name: str, file: File) -> bytes:
    """Return a file of the site that was built, as its record lists it.

    Raises `PublishError` when it is missing or has other bytes.
    """
    contents = verification.read(f"{site}/{name}", file)
    if contents is None:
        path = Path(site, name)
        raise PublishError(f"{path} is not what was built: `doit check --repair`, then build")
    return contents
