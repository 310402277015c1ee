"""The shard of a relay: all that its page may depend on, rounded to what is printed."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from allium import formatting, urls
from allium.analysis.aroi.validation import RelayStatus
from allium.analysis.history_stats import NOTHING_UNRETURNED, HistoryStats
from allium.analysis.network import Member
from allium.analysis.relay.flag_rules import Minimum
from allium.analysis.relay.lifecycle import band_of
from allium.analysis.relay.platform import platform_name
from allium.analysis.relay.role import Role
from allium.analysis.relay.weight_ratio import ratio_words, relay_ratio
from allium.model.history import Bandwidth, Uptime, Weights
from allium.model.relay import Fingerprint, Relay
from allium.pages.parts import group_links
from allium.pages.parts.aroi_texts import aroi_reason
from allium.pages.parts.page_base import Link, View
from allium.pages.relay.relay_history import RelayHistory, history, with_records
from allium.pages.relay.relay_weights import PastWeights, past_weights
from allium.pages.relay.votes_summary import VotesSummary

ALLEGED: Final = 10
"""So many relays are named that do not list the relay back, and that are gone.

A choice of this site: the page stays short, the data file has all.
"""
SHORT: Final = 8
"""Digits that stand for a fingerprint. A choice of this site: enough to tell relays apart."""


class RelayPosition(View, frozen=True):
    """What the rest of the network decides about one relay, rounded to what is printed.

    `ratio` says in words how its weight compares with its bandwidth; `bandwidth_band` is that of a
    running relay without the Guard flag, which may be what it lacks; `fast` and `guard` are the
    least bandwidth for these flags, where the relay does not hold them.
    """

    role: Role
    weight_share: str | None
    weight_band: str | None
    bandwidth_band: str | None
    fast: Minimum | None
    guard: Minimum | None
    ratio: str | None
    guard_probability: str | None
    middle_probability: str | None
    exit_probability: str | None
    aroi_status: RelayStatus
    aroi_reason: str | None
    aroi_problem: str | None
    aroi_domain: str | None
    aroi_proof: str | None
    operator: Link
    platform: str | None
    """Where the page of its operating system is."""
    family: str | None
    """Where the page of its family is."""
    neighbours: int
    """How many other relays announce the same address."""


class RelayShard(View, frozen=True):
    """All that one relay's page may depend on.

    What moves each hour without being printed is left out of `relay`: exact probabilities, the
    names of its effective and indirect family, and when a running relay was last seen (the time
    that stands there instead is that of its first sighting, which does not move).
    """

    relay: Relay
    position: RelayPosition
    history: RelayHistory
    effective_family: int
    """How many other relays list the relay and are listed by it."""
    indirect_family: int
    one_sided: int
    alleged: tuple[Link, ...]
    """The first relays that this one lists and that do not list it back."""
    gone: int
    strangers: tuple[str, ...]
    """The first listed relays that are no longer in the network, by how fingerprints begin."""
    units: formatting.Units
    votes: VotesSummary | None = None
    weights: PastWeights | None = None
    absent: tuple[str, ...] = ()
    """Which of the fields in `HOST_NAME_FIELDS` the data has of no relay."""


HOST_NAME_FIELDS: Final = ("unverified_host_names", "verified_host_names")
"""Fields of which a relay's page would else say that there are none."""


def shard(
    member: Member,
    operator: Link,
    stats: HistoryStats,
    units: formatting.Units,
    votes: VotesSummary | None = None,
) -> RelayShard:
    """Return what one relay's page may depend on but its own histories; see `with_histories`."""
    relay = member.relay
    listed = stats.unreturned.get(relay.fingerprint, NOTHING_UNRETURNED)
    return RelayShard(
        relay=_without_the_volatile(relay),
        position=_position(member, operator, stats),
        history=history(relay, stats),
        effective_family=_without(relay.effective_family, relay.fingerprint),
        indirect_family=len(relay.indirect_family),
        one_sided=len(listed.one_sided),
        alleged=tuple(
            Link(text=name[:SHORT], path=urls.relay(name)) for name in listed.one_sided[:ALLEGED]
        ),
        gone=len(listed.gone),
        strangers=tuple(name[:SHORT] for name in listed.gone[:ALLEGED]),
        units=units,
        votes=votes,
        absent=_absent_host_names(stats.network.absent),
    )


@lru_cache(maxsize=1)
def _absent_host_names(absent: frozenset[str]) -> tuple[str, ...]:
    """Return which of `HOST_NAME_FIELDS` the data has of no relay."""
    return tuple(name for name in HOST_NAME_FIELDS if name in absent)


def with_histories(
    relay_shard: RelayShard,
    uptime: Uptime | None,
    bandwidth: Bandwidth | None,
    weights: Weights | None = None,
) -> RelayShard:
    """Return a shard with what its relay did before."""
    relay, units = relay_shard.relay, relay_shard.units
    found = with_records(relay_shard.history, relay, uptime, bandwidth, units)
    weighed = None if weights is None else past_weights(weights)
    return replace(relay_shard, history=found, weights=weighed)


def _without(names: Sequence[Fingerprint], name: Fingerprint) -> int:
    """Return how many names are there but one."""
    return len(names) - names.count(name)


def _position(member: Member, operator: Link, stats: HistoryStats) -> RelayPosition:
    relay, claim = member.relay, member.claim
    weight, ratio = relay.consensus_weight or 0, relay_ratio(relay)
    advertised = relay.advertised_bandwidth or 0
    network_weight = stats.network.totals.weight
    wants_guard = relay.running and "Guard" not in relay.flags
    return RelayPosition(
        role=member.role,
        weight_share=formatting.share(weight, network_weight) if relay.running else None,
        weight_band=band_of(weight, stats.weights) if relay.running else None,
        bandwidth_band=band_of(advertised, stats.bandwidths) if wants_guard else None,
        fast=None if "Fast" in relay.flags else stats.minima.fast,
        guard=None if "Guard" in relay.flags else stats.minima.guard,
        ratio=None if ratio is None or not relay.running else ratio_words(ratio),
        guard_probability=_chance(relay.guard_probability),
        middle_probability=_chance(relay.middle_probability),
        exit_probability=_chance(relay.exit_probability),
        aroi_status=member.status,
        aroi_reason=aroi_reason(member),
        aroi_problem=member.problem,
        aroi_domain=claim.domain,
        aroi_proof=claim.proof,
        operator=operator,
        platform=group_links.platform(platform_name(relay.platform), stats.slugs).path,
        family=None if member.family is None else urls.family(member.family),
        neighbours=0 if relay.host is None else stats.hosts[relay.host] - 1,
    )


@lru_cache(maxsize=4096)
def _chance(probability: float | None) -> str | None:
    return None if probability is None else formatting.share(*formatting.quotient(probability))


def _without_the_volatile(relay: Relay) -> Relay:
    """Return the relay without what moves each hour for no reason that a reader cares about."""
    return replace(
        relay,
        last_seen=relay.first_seen if relay.running else relay.last_seen,
        guard_probability=None,
        middle_probability=None,
        exit_probability=None,
        effective_family=(),
        indirect_family=(),
    )
