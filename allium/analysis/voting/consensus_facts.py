"""What there is to say of a consensus: how it was made, and what it decided."""

from collections import Counter
from typing import Final

from msgspec import Struct

from allium.analysis.voting.tally import (
    MAX_UNMEASURED_PARAM,
    MOST_UNMEASURED,
    knowing,
    needed_for_method,
)
from allium.model.relay import Flag, Time, in_print_order
from allium.model.votes import VoteSet, known_authorities, numbers

SIGNATURES_PARTS: Final = 2
"""More than one in so many authorities must sign (networkstatus_check_consensus_signature())."""
DEFAULTS: Final[dict[str, int | None]] = {
    "use-family-ids": 1,
    "use-family-lists": 1,
    "publish-family-list": 1,
    MAX_UNMEASURED_PARAM: MOST_UNMEASURED,
    "AuthDirMaxServersPerAddr": None,
}
"""Parameters that are shown even when they are absent, and what holds then, where that is known.

Tor's param-spec; those of families are of 0.4.9.1 and later.
"""
SCALE_PARAM: Final = "bwweightscale"
SCALE: Final = 10_000
"""Of bandwidth weights, when that parameter is absent."""


class NextMethod(Struct, frozen=True):
    """A method that would be used if more votes knew it: `known` do, `needed` would have to."""

    method: int
    known: int
    needed: int


class Param(Struct, frozen=True):
    """A parameter: what it came to (`None`: too few votes), its default, and how many voted."""

    name: str
    value: int | None
    default: int | None
    votes: int


class BandwidthWeight(Struct, frozen=True):
    """A weight of a position, as a part of the scale."""

    name: str
    part: int
    scale: int


class ConsensusFacts(Struct, frozen=True, kw_only=True):
    """What there is to say of a consensus; `weight` is the sum of all in kB/s.

    `read` of the `counted` votes could be read, of `authorities` there are; `signatures` are
    present, of which `signatures_needed` make it valid.
    """

    valid_after: Time
    fresh_until: Time
    valid_until: Time
    method: int
    next_method: NextMethod | None
    authorities: int
    counted: int
    read: int
    signatures: int
    signatures_needed: int
    relays: int
    weight: int
    unmeasured: int
    flags: tuple[tuple[Flag, int], ...]
    params: tuple[Param, ...]
    bandwidth_weights: tuple[BandwidthWeight, ...]
    client_versions: tuple[str, ...]
    server_versions: tuple[str, ...]
    protocols: dict[str, str]


def consensus_facts(votes: VoteSet) -> ConsensusFacts:
    """Return what there is to say of the consensus of a set of votes."""
    agreed = votes.consensus
    authorities = len(known_authorities(agreed.voters))
    flags = Counter[Flag]()
    for number, count in Counter(numbers(agreed.relays.flags, 2)).items():
        flags.update(dict.fromkeys(agreed.relays.flag_sets[number], count))
    scale = agreed.params.get(SCALE_PARAM, SCALE)
    return ConsensusFacts(
        valid_after=agreed.valid_after,
        fresh_until=agreed.fresh_until,
        valid_until=agreed.valid_until,
        method=agreed.method,
        next_method=_next_method(votes),
        authorities=authorities,
        counted=len(agreed.voters),
        read=len(votes.votes),
        signatures=len(agreed.signers),
        signatures_needed=authorities // SIGNATURES_PARTS + 1,
        relays=len(agreed.relays),
        weight=sum(value - 1 for value in numbers(agreed.relays.weight) if value),
        unmeasured=sum(agreed.relays.marks),
        flags=tuple((flag, flags[flag]) for flag in in_print_order(flags)),
        params=_params(votes),
        bandwidth_weights=tuple(
            BandwidthWeight(name, part, scale)
            for name, part in sorted(agreed.bandwidth_weights.items())
        ),
        client_versions=agreed.client_versions or (),
        server_versions=agreed.server_versions or (),
        protocols=agreed.protocols,
    )


def _next_method(votes: VoteSet) -> NextMethod | None:
    """Return the highest method beyond the one used that any vote knows."""
    known = [vote.head.methods for vote in votes.votes.values()]
    best = max((one for methods in known for one in methods), default=votes.consensus.method)
    if best <= votes.consensus.method:
        return None
    return NextMethod(best, knowing(known, best), needed_for_method(len(votes.consensus.voters)))


def _params(votes: VoteSet) -> tuple[Param, ...]:
    voted = Counter(name for vote in votes.votes.values() for name in vote.head.params)
    agreed = votes.consensus.params
    return tuple(
        Param(name, agreed.get(name), DEFAULTS.get(name), voted[name])
        for name in sorted({*agreed, *DEFAULTS})
    )
