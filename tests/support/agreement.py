"""Whether the votes that were read come to the consensus that was published.

Where all votes were read they must; where they do not, the consensus is right and the difference is
counted.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from allium.analysis.voting.ballots import VoteColumns
from allium.analysis.voting.tally import (
    MAX_UNMEASURED_PARAM,
    MOST_UNMEASURED,
    Weight,
    chosen_flags,
    votes_on_flags,
    weight,
)
from allium.model.relay import Flag
from allium.model.votes import (
    UNMEASURED,
    Consensus,
    VoteSet,
    fingerprints,
    known_authorities,
    numbers,
)

NOT_VOTED_ON: Final = frozenset({"NoEdConsensus"})
"""The consensus adds it where no Ed25519 key of a relay has a majority; votes do not have it."""


class Standing(Struct, frozen=True):
    """The flags and the weight of a relay in the consensus."""

    flags: frozenset[Flag]
    weight: Weight | None


class Agreement(Struct, frozen=True):
    """Of `relays` that votes list how many are in the consensus otherwise than votes come to.

    `flags` counts those with other flags, and those that only one of both has; `weights` those with
    the same flags and another weight.
    """

    relays: int
    flags: int
    weights: int


def agreement(votes: VoteSet) -> Agreement:
    """Return how far the votes come to the consensus."""
    made, published = computed(votes), dict(_published(votes.consensus))
    flags = weights = 0
    for name in made.keys() | published.keys():
        ours, theirs = made.get(name), published.get(name)
        if ours is None or theirs is None or ours.flags != theirs.flags:
            flags += (ours, theirs) != (None, None)
        else:
            weights += ours.weight != theirs.weight
    return Agreement(len(made), flags, weights)


def computed(votes: VoteSet) -> dict[bytes, Standing | None]:
    """Return what the votes come to for each relay that any lists; `None`: not in the consensus.

    See `networkstatus_compute_consensus()` of Tor's `dirvote.c`.
    """
    papers = [VoteColumns(vote.opinions) for vote in votes.votes.values()]
    voting = votes_on_flags(vote.head.known_flags for vote in votes.votes.values())
    authorities = len(known_authorities(votes.consensus.voters))
    scanners = sum(paper.measures for paper in papers)
    most = votes.consensus.params.get(MAX_UNMEASURED_PARAM, MOST_UNMEASURED)
    found: dict[bytes, Standing | None] = {}
    for name in dict.fromkeys(name for paper in papers for name in paper.places):
        listing = [(paper, paper.places[name]) for paper in papers if name in paper.places]
        listed = [paper.flags_at(row) for paper, row in listing]
        flags = chosen_flags(listed, voting, authorities, votes.consensus.method)
        measured = [value for paper, row in listing if (value := paper.measured(row)) is not None]
        claimed = [value for paper, row in listing if (value := paper.claimed(row)) is not None]
        counted = weight(measured, claimed, scanners, most)
        found[name] = None if flags is None else Standing(flags, counted)
    return found


def _published(consensus: Consensus) -> Iterator[tuple[bytes, Standing]]:
    listed = consensus.relays
    columns = numbers(listed.flags, 2), numbers(listed.weight), listed.marks
    for name, flags, value, marks in zip(fingerprints(listed.relays), *columns, strict=True):
        found = Weight(value - 1, unmeasured=bool(marks & UNMEASURED)) if value else None
        yield name, Standing(listed.flag_sets[flags] - NOT_VOTED_ON, found)
