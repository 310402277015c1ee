"""Findings about a relay that only votes allow, from values that rarely change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from allium.analysis.relay.findings import Severity
from allium.analysis.voting.distance import Distance
from allium.analysis.voting.tally import needed
from allium.model.relay import Flag

AT_STAKE: Final[tuple[Flag, ...]] = ("Guard", "Stable", "Fast")
FEW_SCANNERS: Final = (1, 2)
WIDE: Final = 10
"""Times. A choice of this site: 7 % of relays are measured so differently, half of them by 2.3."""
WIDE_VALUES: Final = 3


class FlagVotes(Struct, frozen=True):
    """How many authorities give a flag, of those that vote on it, and how many are needed."""

    flag: Flag
    given: int
    voting: int
    needed: int


class VoteEvidence(Struct, frozen=True, kw_only=True):
    """What findings go by: `measured` are the values of all scanners in kB/s."""

    running: bool
    late: bool
    """Whether scanners had enough time by now."""
    listed: int
    authorities: int
    all_read: bool
    votes: Mapping[Flag, FlagVotes]
    held: frozenset[Flag]
    ipv6: tuple[int, int] | None
    measured: Sequence[int]
    distances: Sequence[Distance]


class VoteFinding(Struct, frozen=True):
    """Something to tell about a relay: `part` of `whole` authorities, and the flag in question."""

    code: str
    severity: Severity
    part: int = 0
    whole: int = 0
    flag: Flag | None = None


class _Rule(Struct, frozen=True):
    code: str
    severity: Severity
    found: Callable[[VoteEvidence], Iterator[tuple[int, int, Flag | None]]]


def findings(one: VoteEvidence) -> tuple[VoteFinding, ...]:
    """Return the findings of a relay in print order."""
    return tuple(
        VoteFinding(rule.code, rule.severity, *found) for rule in RULES for found in rule.found(one)
    )


def _reached_by_few(one: VoteEvidence) -> Iterator[tuple[int, int, Flag | None]]:
    votes = one.votes["Running"]
    if one.running and votes.needed <= votes.given <= votes.needed + 1:
        yield votes.given, votes.voting, "Running"


def _ipv6_partly(one: VoteEvidence) -> Iterator[tuple[int, int, Flag | None]]:
    if one.running and one.ipv6 is not None and 0 < 2 * one.ipv6[0] < one.ipv6[1]:
        yield (*one.ipv6, None)


def _flag_at_stake(one: VoteEvidence) -> Iterator[tuple[int, int, Flag | None]]:
    for flag in AT_STAKE:
        votes = one.votes.get(flag)
        if flag in one.held and votes and votes.given == votes.needed:
            yield votes.given, votes.voting, flag


def _measured_by_few(one: VoteEvidence) -> Iterator[tuple[int, int, Flag | None]]:
    if one.running and one.late and len(one.measured) in FEW_SCANNERS:
        yield len(one.measured), one.authorities, None


def _spread(one: VoteEvidence) -> Iterator[tuple[int, int, Flag | None]]:
    if len(one.measured) >= WIDE_VALUES and max(one.measured) >= WIDE * min(one.measured) > 0:
        yield len(one.measured), one.authorities, None


def _own_rules(one: VoteEvidence) -> Iterator[tuple[int, int, Flag | None]]:
    if "Sybil" in one.votes:  # which explains that flags are not given
        return
    for distance in one.distances:
        met = sum(
            len(group.authorities) for group in distance.lacking if group.condition == "unknown"
        )
        if distance.flag in _STATED and met and distance.given + met >= distance.needed:
            yield distance.given + met, distance.voting, distance.flag


def _not_listed_by(one: VoteEvidence) -> Iterator[tuple[int, int, Flag | None]]:
    if one.all_read and needed(one.authorities) <= one.listed < one.authorities:
        yield one.listed, one.authorities, None


_STATED: Final = frozenset({"Fast", "Stable", "Guard"})
"""The flags of which votes state all conditions."""
RULES: Final = (
    _Rule("reached_by_few", "Warning", _reached_by_few),
    _Rule("ipv6_partly", "Warning", _ipv6_partly),
    _Rule("measured_by_few", "Warning", _measured_by_few),
    _Rule("not_listed_by", "Warning", _not_listed_by),
    _Rule("flag_at_stake", "Notice", _flag_at_stake),
    _Rule("spread", "Good to know", _spread),
    _Rule("own_rules", "Good to know", _own_rules),
)
"""In print order."""
