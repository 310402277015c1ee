"""The votes in the source of a world, what happens to them, and which of them a build used."""

from hashlib import sha256
from pathlib import Path
from shutil import copy

from msgspec.structs import replace

from allium.model.snapshot import Source
from allium.model.votes import AUTHORITIES
from allium.sources.collector.tree import FOLDER, FolderTree, consensus_name, vote_name
from allium.sources.collector.vote_cache import KeptSet
from allium.sources.sample import authorities
from allium.store import codec, sealed

CONSENSUS = "consensus"
NAMES = (*(one.nickname for one in AUTHORITIES), CONSENSUS)
FAULTS = ("lost", "cut")
Documents = dict[str, bytes]


class VoteSource:
    """Writes the tree of votes as it now is, and remembers all that was ever in it.

    `faults` has what is wrong, by the nickname of an authority or for the consensus; `uncounted`
    is the authority that the consensus leaves out.
    """

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}
        self.uncounted: str | None = None
        self._known: Documents = {}

    def publish(self, source: Path, relays: int, hour: int) -> None:
        """Write the documents of an hour of the sample network; those of others stay."""
        for name, body in authorities.documents(relays, hour, 1).items():
            author = _author(name)
            right = _without(body, self.uncounted) if author == CONSENSUS else body
            self._known[name] = self._known[sha256(right).hexdigest()] = right
            fault = self.faults.get(author)
            path = source / FOLDER / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if fault == "lost":
                path.unlink(missing_ok=True)
            else:
                _write(path, right[: len(right) // 2] if fault == "cut" else right)

    def lay_out(self, used: Path, details_hour: str, place: Path) -> None:
        """Give a build in `place` the votes that another one used, whose documents are in `used`.

        An earlier set than that of the details' hour only a cache can have.
        """
        told = codec.load(str(used / "votes.outcome.json"), Source)
        if told.published is None:
            return
        name = told.published.replace(" ", "-").replace(":", "-")
        kept = sealed.load(str(used / "votes" / f"{name}.json"), KeptSet)
        tree = place / "source" / FOLDER
        _write(tree / consensus_name(told.published), self._known[kept.digest])
        for voter in kept.consensus.voters:
            state, vote = kept.states[voter.identity], vote_name(told.published, voter)
            if state != "missing":
                body = self._known[vote]
                _write(tree / vote, body if state == "read" else body[: len(body) // 2])
        if told.published != details_hour:
            cache = place / "cache" / "sources" / "votes"
            cache.mkdir(parents=True)
            identity = FolderTree(str(place / "source")).identity
            sealed.store(str(cache / f"{name}.json"), replace(kept, tree=identity))
            for digest in kept.digests().values():
                copy(used / "votes" / f"{digest}.json", cache)


def _author(name: str) -> str:
    return next((one.nickname for one in AUTHORITIES if one.identity in name), CONSENSUS)


def _without(body: bytes, nickname: str | None) -> bytes:
    """Return a consensus that does not count a vote."""
    if nickname is None:
        return body
    before, group = body.split(f"dir-source {nickname} ".encode(), 1)
    end = group.index(b"\n", group.index(b"vote-digest "))
    return before + group[end + 1 :]


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != body:
        path.write_bytes(body)
