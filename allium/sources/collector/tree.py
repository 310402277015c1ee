"""Where the documents of the authorities are: CollecTor, a mirror of it, a folder, or the sample.

All have one tree: below `recent/relay-descriptors` a consensus has the name of its hour, and a vote
that of the hour, the identity of the authority and the digest that the consensus names. So one
consensus gives the names of all votes that it counted, and no listing is read.
"""

from pathlib import Path
from typing import Final, TypeAlias

from msgspec import Struct

from allium.model.relay import Time
from allium.model.votes import Voter
from allium.printable import redacted
from allium.sources import client
from allium.sources.origins import MIB, PACKED, unpack
from allium.sources.request import TEXT, AbsentError, RequestLimits
from allium.store import stat_cache
from allium.store.file_entry import FileEntry

COLLECTOR: Final = "https://collector.torproject.org"
FOLDER: Final = "recent/relay-descriptors"
SECONDS: Final = 120
"""For one document; a vote has eight million bytes, and a quarter of that packed."""
CONSENSUS_BYTES: Final = 16 * MIB
VOTE_BYTES: Final = 32 * MIB


class TreeFile(Struct, frozen=True):
    """A file of a folder as it was: its name, for packed ones differ, and its look."""

    name: str
    file: FileEntry


def consensus_name(hour: Time) -> str:
    """Return where the consensus of an hour lies in the tree."""
    return f"consensuses/{_stamp(hour)}-consensus"


def vote_name(hour: Time, voter: Voter) -> str:
    """Return where a vote lies in the tree."""
    return f"votes/{_stamp(hour)}-vote-{voter.identity}-{voter.digest}"


def _stamp(hour: Time) -> str:
    return hour.replace(" ", "-").replace(":", "-")


class ServedTree(Struct, frozen=True):
    """The tree of a server."""

    base: str = COLLECTOR

    @property
    def identity(self) -> str:
        """What stays the same from hour to hour, without a password."""
        return redacted(f"{self.base}/{FOLDER}")

    def bring(self, name: str, into: Path, limits: RequestLimits) -> TreeFile | None:
        """Write a document to the file `into`; return which file of a folder it was.

        Raises `AbsentError` when there is none, `SourceError` when it cannot be had.
        """
        client.download(f"{self.base}/{FOLDER}/{name}", into, None, limits, TEXT)
        return None

    def settled(self, name: str, known: TreeFile | None) -> bool:  # noqa: ARG002  only it knows
        """Tell whether asking for the document again certainly brings the same, or none again."""
        return False

    def is_final(self) -> bool:
        """Tell whether a document that was had once never becomes another one."""
        return True


class FolderTree(Struct, frozen=True):
    """The tree in a folder; files may be packed."""

    path: str

    @property
    def identity(self) -> str:
        """See `ServedTree`."""
        return f"{self.path}/{FOLDER}"

    def bring(self, name: str, into: Path, limits: RequestLimits) -> TreeFile | None:
        """See `ServedTree`."""
        found = self._find(name)
        seen = None if found is None else stat_cache.look(str(found))
        if found is None or seen is None:
            raise AbsentError(f"{self.identity}/{name}(.xz, .gz): there is no such file")
        digest, _ = unpack(found, into, limits.size)
        return TreeFile(found.name, FileEntry.of(digest, seen))

    def settled(self, name: str, known: TreeFile | None) -> bool:
        """See `ServedTree`."""
        found = self._find(name)
        if found is None or known is None:
            return found is None and known is None
        return found.name == known.name and known.file.holds(str(found))

    def is_final(self) -> bool:
        """See `ServedTree`: whoever fills a folder may put another file in its place."""
        return False

    def _find(self, name: str) -> Path | None:
        place = Path(self.path, FOLDER)
        files = (place / f"{name}{ending}" for ending in ("", *PACKED))
        try:
            return next((file for file in files if file.is_file()), None)
        except OSError:
            return None


class SampleTree(Struct, frozen=True):
    """The votes on the embedded network at one hour."""

    relays: int
    hour: int
    seed: int

    @property
    def identity(self) -> str:
        """See `ServedTree`."""
        return f"sample network {self.seed} of {self.relays} relays: {FOLDER}"

    def bring(self, name: str, into: Path, limits: RequestLimits) -> TreeFile | None:  # noqa: ARG002  it fits
        """See `ServedTree`."""
        from allium.sources.sample.authorities import documents  # noqa: PLC0415  it names files, too

        body = documents(self.relays, self.hour, self.seed).get(name)
        if body is None:
            raise AbsentError(f"{self.identity}: there is no {name}")
        into.write_bytes(body)
        return None

    def settled(self, name: str, known: TreeFile | None) -> bool:  # noqa: ARG002  they never change
        """See `ServedTree`."""
        return True

    def is_final(self) -> bool:
        """See `ServedTree`."""
        return True


Tree: TypeAlias = ServedTree | FolderTree | SampleTree
