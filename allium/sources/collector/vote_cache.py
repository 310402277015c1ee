"""The cache of votes: what each document was reduced to, and what came of the last fetch.

A vote is kept under its digest, which proves what it says, whoever sent it; a consensus under its
hour. The documents themselves are not kept.
"""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from msgspec import Struct

from allium.model.relay import Time
from allium.model.snapshot import Source
from allium.model.votes import Consensus, Identity, Vote, VoteSet, VoteState
from allium.sources.collector import NAME
from allium.sources.collector.tree import TreeFile
from allium.store import StoreError, codec, files, sealed, stat_cache
from allium.store.file_entry import FileEntry

T = TypeVar("T")

KEPT_HOURS: Final = 3
_SET: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){5}")


class KeptSet(Struct, frozen=True, kw_only=True):
    """The consensus of an hour and what came of its votes when they were last asked for.

    `tree` is the identity of where it is from, `code` the digest of the code that read it, `found`
    the file of a folder, `digest` SHA-256 of the document.
    """

    tree: str
    code: str
    digest: str
    found: TreeFile | None
    consensus: Consensus
    states: dict[Identity, VoteState]

    def digests(self) -> dict[Identity, str]:
        """Return the digests of the votes that were read."""
        voters = self.consensus.voters
        return {
            one.identity: one.digest for one in voters if self.states.get(one.identity) == "read"
        }


class KeptVote(Struct, frozen=True):
    """A vote, and the digest of the code that read it."""

    code: str
    vote: Vote


class LastFetch(Struct, frozen=True, kw_only=True):
    """For which hour and whence votes were last asked for, and what can tell that nothing changed.

    `asked` are the documents of which another one may be there next time, with the file that a
    folder had, `files` those of this cache that were used.
    """

    hour: Time
    tree: str
    code: str
    asked: dict[str, TreeFile | None]
    files: dict[str, FileEntry]


class VoteCache(Struct, frozen=True):
    """The folder `votes` within `folder`, that of the source documents."""

    folder: Path
    code: str

    @property
    def outcome(self) -> str:
        """Where the outcome of the last fetch lies, an input of the build."""
        return str(self.folder / f"{NAME}.outcome.json")

    def source(self) -> Source | None:
        """Return the outcome of the last fetch; `None` when there was none."""
        try:
            return codec.load(self.outcome, Source)
        except StoreError:
            return None

    def note(self, source: Source, last: LastFetch) -> None:
        """Keep what came of a fetch."""
        sealed.store(self._last, last)
        files.write_if_changed(self.outcome, codec.encode(source))

    def last(self) -> LastFetch | None:
        """Return what is known of the last fetch; a damaged record is none."""
        try:
            return sealed.load(self._last, LastFetch)
        except (FileNotFoundError, StoreError):
            return None

    def vote(self, digest: str) -> Vote | None:
        """Return a vote that the present code read; a damaged one is none."""
        kept = self._loaded(_vote_name(digest), KeptVote)
        return kept.vote if kept is not None and kept.code == self.code else None

    def keep_vote(self, digest: str, vote: Vote) -> None:
        """Keep what was read of a vote."""
        self._write(_vote_name(digest), KeptVote(self.code, vote))

    def set_of(self, hour: Time, tree: str) -> KeptSet | None:
        """Return the set of an hour from a tree, as far as the present code read it."""
        kept = self._loaded(_set_name(hour), KeptSet)
        same = kept is not None and (kept.tree, kept.code) == (tree, self.code)
        return kept if same else None

    def keep_set(self, kept: KeptSet) -> None:
        """Keep the set of an hour; drop others but the newest, and votes that none of them has."""
        used = _set_name(kept.consensus.valid_after)
        self._write(used, kept)
        others = [name for name in map(_set_name, self.hours()) if name != used]
        sets = {used, *others[: KEPT_HOURS - 1]}
        found = (self._loaded(name, KeptSet) for name in sets)
        digests = {digest for one in found if one for digest in one.digests().values()}
        for file in self._files():
            name = f"{NAME}/{file.name}"
            if name not in sets and file.stem not in digests:
                file.unlink(missing_ok=True)

    def hours(self) -> list[Time]:
        """Return the hours of which there is a set, the newest first."""
        names = (file.stem for file in self._files() if _SET.fullmatch(file.stem))
        return [
            f"{name[:10]} {name[11:].replace('-', ':')}" for name in sorted(names, reverse=True)
        ]

    def whole(self, kept: KeptSet) -> bool:
        """Tell whether all votes of a set that were ever read are still there."""
        return all(self.vote(digest) is not None for digest in kept.digests().values())

    def entries(self, kept: KeptSet) -> dict[str, FileEntry]:
        """Return the files of a set as they are now, by their name within the folder."""
        names = [_vote_name(digest) for digest in kept.digests().values()]
        return {
            name: _entry(str(self.folder / name))
            for name in (_set_name(kept.consensus.valid_after), *names)
        }

    def holds(self, entries: dict[str, FileEntry]) -> bool:
        """Tell whether files are as they were."""
        return all(entry.holds(str(self.folder / name)) for name, entry in entries.items())

    def load(self) -> VoteSet | None:
        """Return the votes of the last fetch; `None` when there were none.

        Raises `StoreError` when they are not as they were written; the next build reads them again.
        """
        source = self.source()
        if source is None or source.published is None:
            return None
        kept = sealed.load(str(self.folder / _set_name(source.published)), KeptSet)
        return VoteSet(
            consensus=kept.consensus,
            votes={
                voter: sealed.load(str(self.folder / _vote_name(digest)), KeptVote).vote
                for voter, digest in kept.digests().items()
            },
            states=kept.states,
        )

    def _files(self) -> list[Path]:
        return sorted((self.folder / NAME).glob("*.json"))

    def _loaded(self, name: str, kind: type[T]) -> T | None:
        try:
            return sealed.load(str(self.folder / name), kind)
        except (FileNotFoundError, StoreError):
            return None

    def _write(self, name: str, value: object) -> None:
        sealed.store(str(self.folder / name), value)

    @property
    def _last(self) -> str:
        return str(self.folder / f"{NAME}.record.json")


def _vote_name(digest: str) -> str:
    return f"{NAME}/{digest}.json"


def _set_name(hour: Time) -> str:
    return f"{NAME}/{hour.replace(' ', '-').replace(':', '-')}.json"


def _entry(path: str) -> FileEntry:
    seen = stat_cache.look(path)
    assert seen is not None, path
    return FileEntry.of(sha256(files.read(path)).hexdigest(), seen)
