"""What the authorities' votes add to the page of a relay: how far flags are, who measures it."""

from typing import Final

from msgspec.structs import replace

from allium.analysis.relay.flag_rules import SCANNERS
from allium.analysis.voting import vote_texts
from allium.analysis.voting.distance import Distance, Lacking
from allium.analysis.voting.relay_votes import RelayVotes
from allium.analysis.voting.vote_findings import VoteFinding
from allium.model.relay import Flag
from allium.pages.parts.page_base import FindingText, View
from allium.pages.relay.finding_texts import COLOURS

ENOUGH_READ: Final = 5
"""Votes. A choice of this site: of fewer no flag's majority can be told."""


class VotesSummary(View, frozen=True):
    """What votes say of a relay, as its own page prints it.

    `distances` are those of flags that most authorities do not give, where enough votes were read.
    `has_page`: whether there is a page of the votes on the relay.
    """

    distances: tuple[Distance, ...]
    measured_by: int
    scanners: int
    findings: tuple[VoteFinding, ...]
    has_page: bool


class VotesRaw(View, frozen=True):
    """For the twin: of each flag not held how many authorities give it, and of how many.

    `measured_by` says the same of measurements and scanners.
    """

    flags: dict[Flag, tuple[int, int]]
    measured_by: tuple[int, int]


def summary(votes: RelayVotes | None, *, has_page: bool) -> VotesSummary | None:
    """Return what a relay's page prints of votes; `None` when none lists it or none was read."""
    if votes is None or not votes.listed:
        return None
    distances = votes.distances if votes.read >= ENOUGH_READ else ()
    return VotesSummary(
        distances=tuple(_in_short(one) for one in distances if one.given < one.needed),
        measured_by=votes.weight.measured_by,
        scanners=votes.weight.scanners,
        findings=votes.findings,
        has_page=has_page,
    )


def _in_short(one: Distance) -> Distance:
    """Leave out what a single authority misses, and who misses what; the page of the votes tells.

    Each hour some authority cannot reach some relay: of the recorded hour's pages of relays a tenth
    was rewritten for that alone. Who could not reach it is needed for advice.
    """
    first, *others = one.lacking or (None,)
    if first is None:
        return one
    kept = first if first.condition == "Running" else Lacking(first.condition)
    several = (Lacking(group.condition) for group in others if group.authorities[1:])
    return replace(one, lacking=(kept, *several))


def distance(votes: VotesSummary | None, flag: Flag) -> Distance | None:
    """Return how far a relay is from a flag; `None` when votes do not tell."""
    found = () if votes is None else votes.distances
    return next((one for one in found if one.flag == flag), None)


def measured_words(votes: VotesSummary) -> str:
    """Return by how many scanners a relay is measured."""
    answer = "Yes" if votes.measured_by >= SCANNERS else "No"
    return f"{answer}, by {votes.measured_by} of {votes.scanners} scanners"


def vote_findings(votes: VotesSummary | None) -> tuple[FindingText, ...]:
    """Return what votes let one find, in the order of display."""
    return tuple(
        FindingText(
            severity=one.severity,
            colour=COLOURS[one.severity],
            statement=vote_texts.finding(one),
            evidence=(),
            advice=vote_texts.FINDING_ADVICE[one.code],
            about="vote-findings",
        )
        for one in (() if votes is None else votes.findings)
    )


def votes_raw(votes: VotesSummary | None) -> VotesRaw | None:
    """Return the raw values of a relay's votes."""
    if votes is None:
        return None
    return VotesRaw(
        flags={one.flag: (one.given, one.voting) for one in votes.distances},
        measured_by=(votes.measured_by, votes.scanners),
    )
