"""The votes of one hour, brought into the cache: a whole set of an hour, or the last good one.

The hour is that of the relay details, whose flags these votes made. The consensus of the hour names
the votes that it counted; their digests prove that what came is what was counted. Votes of two
hours are never mixed.
"""

import mmap
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar

from msgspec import Struct

from allium.model.relay import Time
from allium.model.snapshot import Outcome, Source
from allium.model.votes import AUTHORITIES, Consensus, Vote, Voter, VoteState
from allium.sources.collector import NAME, consensus, vote
from allium.sources.collector.lines import Body
from allium.sources.collector.tree import (
    CONSENSUS_BYTES,
    SECONDS,
    VOTE_BYTES,
    Tree,
    TreeFile,
    consensus_name,
    vote_name,
)
from allium.sources.collector.vote_cache import KeptSet, LastFetch, VoteCache
from allium.sources.request import AbsentError, RequestLimits, SourceError, UnusableError
from allium.store import files
from allium.store.digest import digest

T = TypeVar("T")

_BUILT_IN: Final = frozenset(one.identity for one in AUTHORITIES)
CONSENSUS: Final = "consensus"
"""Under this name stands what is wrong with the consensus; authorities have names of their own."""
SET_SECONDS: Final = 300
"""For a whole set; what did not come by then is missing."""

Had: TypeAlias = Literal["fresh", "cached", "missing", "damaged"]
"""How a vote was had: one that is cached is as good as a fresh one, and pages do not tell."""


class Obtained(Struct, frozen=True, kw_only=True):
    """How the votes of an hour were had, each by the nickname of its authority.

    `problems` say why one was not had, or, of the consensus, why the set is not that of the hour;
    `left_out` counts what could not be used of a fresh one, by reason.
    """

    source: Source
    had: dict[str, Had]
    problems: dict[str, str]
    left_out: dict[str, dict[str, int]]


class Collection(Struct, frozen=True):
    """Votes from a tree, by way of a cache."""

    tree: Tree
    cache: VoteCache

    def obtain(self, hour: Time, *, offline: bool) -> Obtained:
        """Bring the votes of an hour into the cache; fall back to a whole set of an earlier hour.

        Never raises for a document that cannot be had: the result says so.
        """
        one = _Gathering(self.tree, self.cache, hour, offline=offline)
        try:
            source = self._noted(one, "fresh", one.gather())
        except SourceError as error:
            source = self._noted(one, "last_good", self._last_good(hour))
            one.problems[CONSENSUS] = str(error)
        return Obtained(source=source, had=one.had, problems=one.problems, left_out=one.left_out)

    def _noted(self, one: "_Gathering", outcome: Outcome, kept: KeptSet | None) -> Source:
        source = _source(outcome, kept)
        last = LastFetch(
            hour=one.hour,
            tree=self.tree.identity,
            code=self.cache.code,
            asked=one.asked,
            files={} if kept is None else self.cache.entries(kept),
        )
        self.cache.note(source, last)
        return source

    def settled(self, hour: Time) -> bool:
        """Tell whether a fetch for the hour would bring what is there, without asking anybody."""
        last = self.cache.last()
        return (
            last is not None
            and self.cache.source() is not None
            and (last.hour, last.tree) == (hour, self.tree.identity)
            and last.code == self.cache.code
            and all(self.tree.settled(name, found) for name, found in last.asked.items())
            and self.cache.holds(last.files)
        )

    def _last_good(self, hour: Time) -> KeptSet | None:
        """Return the newest set up to an hour that is still there as a whole."""
        for earlier in self.cache.hours():
            kept = self.cache.set_of(earlier, self.tree.identity) if earlier <= hour else None
            if kept is not None and self.cache.whole(kept):
                return kept
        return None


class _Gathering:
    """One attempt at the set of an hour.

    `asked` are the documents of which another one may be there next time; see `LastFetch`.
    """

    def __init__(self, tree: Tree, cache: VoteCache, hour: Time, *, offline: bool) -> None:
        self.hour = hour
        self._tree, self._cache = tree, cache
        self._offline = offline
        self._end = time.monotonic() + SET_SECONDS
        self.asked: dict[str, TreeFile | None] = {}
        self.had: dict[str, Had] = {}
        self.problems: dict[str, str] = {}
        self.left_out: dict[str, dict[str, int]] = {}

    def gather(self) -> KeptSet:
        """Return the set of the hour, which is in the cache then.

        Raises `SourceError` when its consensus cannot be had.
        """
        digest_of_it, found, known = self._consensus()
        states = {voter.identity: self._state(voter) for voter in known.voters}
        kept = KeptSet(
            tree=self._tree.identity,
            code=self._cache.code,
            digest=digest_of_it,
            found=found,
            consensus=known,
            states=states,
        )
        self._cache.keep_set(kept)
        return kept

    def _consensus(self) -> tuple[str, TreeFile | None, Consensus]:
        """Return the digest, the file and the meaning of the consensus, asking only if needed."""
        name = consensus_name(self.hour)
        kept = self._cache.set_of(self.hour, self._tree.identity)
        if not self._tree.is_final():
            self.asked[name] = kept.found if kept else None
        if kept and (self._tree.is_final() or self._tree.settled(name, kept.found)):
            return kept.digest, kept.found, kept.consensus
        self.asked[name] = None
        found, (total, known) = self._brought(name, CONSENSUS_BYTES, self._read_consensus)
        if self._tree.is_final():
            del self.asked[name]
        return total, found, known

    def _read_consensus(self, body: Body) -> tuple[str, Consensus]:
        return sha256(body).hexdigest(), consensus.read(body, hour=self.hour)

    def _state(self, voter: Voter) -> VoteState:
        """Return what came of a vote, which is in the cache when it was read."""
        if self._cache.vote(voter.digest) is not None:
            self.had[voter.nickname] = "cached"
            return "read"
        name = vote_name(self.hour, voter)
        self.asked[name] = None
        try:
            _, found = self._brought(name, VOTE_BYTES, partial(self._read_vote, voter))
        except SourceError as error:
            damaged = isinstance(error, UnusableError)
            self.problems[voter.nickname] = str(error)
            self.had[voter.nickname] = "damaged" if damaged else "missing"
            return "damaged" if damaged else "missing"
        self._cache.keep_vote(voter.digest, found)
        if found.left_out:
            self.left_out[voter.nickname] = found.left_out
        if found.is_odd:
            self.problems[voter.nickname] = "many of its entries cannot be used"
        del self.asked[name]
        self.had[voter.nickname] = "fresh"
        if voter.identity not in _BUILT_IN:
            self.problems[voter.nickname] = "it votes, and is not among the authorities of Tor"
        return "read"

    def _read_vote(self, voter: Voter, body: Body) -> Vote:
        return vote.read(body, identity=voter.identity, digest=voter.digest, hour=self.hour)

    def _brought(
        self, name: str, size: int, read: Callable[[Body], T]
    ) -> tuple[TreeFile | None, T]:
        """Bring a document and read it.

        Raises `AbsentError`, `UnusableError`, or another `SourceError` when it cannot be had.
        """
        if self._offline:
            raise AbsentError("offline")
        left = min(SECONDS, self._end - time.monotonic())
        if left <= 0:
            raise SourceError(f"{name}: no time left")
        beside = Path(files.temporary(str(self._cache.folder / NAME / "document")))
        files.make_folder(str(beside.parent))
        try:
            found = self._tree.bring(name, beside, RequestLimits(left, size))
            self.asked[name] = found
            return found, _understood(name, beside, read)
        finally:
            beside.unlink(missing_ok=True)


def _understood(name: str, file: Path, read: Callable[[Body], T]) -> T:
    """Return what a document says; it is mapped, so that it takes no memory of its own."""
    with file.open("rb") as stream:
        if not file.stat().st_size:
            raise UnusableError(f"{name}: it is empty")
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as body:
            try:
                return read(body)
            except UnusableError as error:
                raise UnusableError(f"{name}: {error}", error.refusal) from error


def _source(outcome: Outcome, kept: KeptSet | None) -> Source:
    """Return what the build is told of the votes: it is another one when anything of them is."""
    if kept is None:
        return Source(name=NAME, outcome="missing")
    voters = kept.consensus.voters
    states = {voter.identity: kept.states[voter.identity] for voter in voters}
    return Source(
        name=NAME,
        outcome=outcome,
        published=kept.consensus.valid_after,
        records=sum(state == "read" for state in states.values()),
        digest=digest(
            kept.digest.encode(), *(f"{name} {state}".encode() for name, state in states.items())
        ),
        parts={voter.nickname: states[voter.identity] for voter in voters},
    )
