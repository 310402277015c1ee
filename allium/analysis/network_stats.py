"""Statistics that need the whole network, but only its details document, no histories."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from allium.analysis import rarity
from allium.analysis.aroi.aroi_claim import NO_CONTACT, ContactId
from allium.analysis.network import Member, Network, Operator
from allium.analysis.operator.composition import RelayComposition, composition_of
from allium.analysis.rarity import Rarity
from allium.analysis.relay import lifecycle
from allium.analysis.relay.lifecycle import Lifecycle
from allium.analysis.relay.platform import platform_name, slugs
from allium.analysis.relay.role import Role
from allium.analysis.relay.weight_ratio import Ratio, group_ratio, ratio_of
from allium.analysis.statistics import percentile_rank
from allium.model.relay import Fingerprint, Relay

RATIO_ROLES: Final[tuple[Role | None, ...]] = (None, "guard", "exit")
"""All relays, and the roles whose ratio is printed by itself."""


class NetworkStats(Struct, frozen=True, kw_only=True):
    """A network, and the statistics relative to all its relays that need no history.

    `weights` and `bandwidths` are those of all running relays, ascending; `ratios` are the
    network's by role (`None`: all), `ratio_ranks` the operators' percentiles; `platforms` are
    shares of the network's weight, `slugs` the ids of platforms by name; `rare_networks` and
    `rare_countries` hold those with running relays; `hosts` count the relays that are known by the
    address that they announce first.
    """

    network: Network
    compositions: dict[ContactId, RelayComposition]
    lifecycles: dict[Fingerprint, Lifecycle | None]
    weights: list[int]
    bandwidths: list[int]
    ratios: dict[Role | None, Ratio]
    ratio_ranks: dict[ContactId, int]
    platforms: dict[str, float]
    slugs: dict[str, str]
    rare_networks: dict[str, Rarity]
    rare_countries: dict[str, Rarity]
    hosts: dict[str, int]


def compute_network_stats(network: Network) -> NetworkStats:
    """Return the statistics of a network that need no histories."""
    running = [member for member in network.members if member.relay.running]
    compositions = {
        name: composition_of(member.relay for member in operator.members)
        for name, operator in network.operators.items()
    }
    now = network.published
    rare_networks, rare_countries = _rarity(network, running, compositions)
    return NetworkStats(
        network=network,
        compositions=compositions,
        lifecycles={
            one.relay.fingerprint: lifecycle.lifecycle(one.relay, now) for one in network.members
        },
        weights=sorted(one.relay.consensus_weight or 0 for one in running),
        bandwidths=sorted(one.relay.advertised_bandwidth or 0 for one in running),
        ratios={role: ratio_of(of_role(running, role)) for role in RATIO_ROLES},
        ratio_ranks=_ratio_ranks(network.operators.values()),
        platforms=_platforms(running),
        slugs=slugs(platform_name(one.relay.platform) for one in network.members),
        rare_networks=rare_networks,
        rare_countries=rare_countries,
        hosts=Counter(one.relay.host for one in network.members if one.relay.host is not None),
    )


def of_role(members: Iterable[Member], role: Role | None) -> list[Relay]:
    """Return the relays of one role, or all."""
    return [member.relay for member in members if role is None or member.role == role]


def _ratio_ranks(operators: Iterable[Operator]) -> dict[ContactId, int]:
    """Return each operator's percentile by ratio; of fewer than two, none."""
    operator_ratios = {
        operator.contact_id: ratio
        for operator in operators
        if operator.contact_id != NO_CONTACT
        and (ratio := group_ratio(member.relay for member in operator.members)) is not None
    }
    ordered = sorted(operator_ratios.values())
    ranks = {name: percentile_rank(ordered, ratio) for name, ratio in operator_ratios.items()}
    return {name: rank for name, rank in ranks.items() if rank is not None and len(ordered) > 1}


def _platforms(running: Iterable[Member]) -> dict[str, float]:
    weights: Counter[str] = Counter()
    for member in running:
        weights[platform_name(member.relay.platform)] += member.relay.consensus_weight or 0
    # All weights may be 0 in a small or broken document; shares are 0 then.
    total = sum(weights.values())
    return {name: weight / (total or 1) for name, weight in weights.items()}


def _rarity(
    network: Network, running: Iterable[Member], compositions: Mapping[ContactId, RelayComposition]
) -> tuple[dict[str, Rarity], dict[str, Rarity]]:
    """Return how rare each AS and each country with running relays is."""
    weights: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    for member in running:
        weights[member.relay.asn or ""] += member.relay.consensus_weight or 0
        countries[member.relay.country or ""] += 1
    operators: dict[str, int] = defaultdict(int)
    for name, composition in compositions.items():
        for asn in composition.networks:
            operators[asn] += name != NO_CONTACT
    # The empty name stands for relays without a known AS or country.
    del weights[""], countries[""]
    total = network.totals.weight or 1
    shares = {asn: weight / total for asn, weight in weights.items()}
    limits = rarity.thresholds(shares.values())
    rare_networks = {
        asn: rarity.network_rarity(share, operators[asn], limits) for asn, share in shares.items()
    }
    count = network.totals.running
    return rare_networks, {
        name: rarity.country_rarity(relays, count)
        for name, relays in countries.items()
        if name not in rarity.NO_COUNTRIES
    }
