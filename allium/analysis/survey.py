"""Everything that takes the whole network to know, worked out once for all pages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Final

from msgspec import Struct

from allium import text
from allium.analysis import bands, rarity
from allium.analysis.aroi import NO_CONTACT, ContactId
from allium.analysis.bands import Lifecycle
from allium.analysis.diagnostics import diagnosis
from allium.analysis.leaderboards import Place, boards, candidates
from allium.analysis.makeup import Makeup, makeup
from allium.analysis.network import Member, Network, Operator
from allium.analysis.patient import Patient
from allium.analysis.performance import Performances, performances, volumes
from allium.analysis.platforms import platform_name, slugs
from allium.analysis.positions import Role
from allium.analysis.rarity import RARE, Rarity
from allium.analysis.ratios import Ratio, group_ratio, ratio_of
from allium.analysis.statistics import ascending, percentile_rank
from allium.analysis.throughput import Volume
from allium.analysis.uptime import percent
from allium.model.history import PERIODS, Bandwidth, Uptime
from allium.model.relay import Fingerprint, Relay, Time
from allium.model.snapshot import Snapshot

RATIO_ROLES: Final[tuple[Role | None, ...]] = (None, "guard", "exit")
"""All relays, and the roles whose ratio is printed by itself."""


class Survey(Struct, frozen=True, kw_only=True, dict=True):
    """The network with all that is relative to it.

    What compares operators is dear and not wanted by all: it is worked out when it is first asked
    for. `volumes` are all bytes that each relay is known to have moved; `weights` and `bandwidths`
    are those of all running relays, ascending; `ratios` are the network's by role (`None`: all),
    `ratio_ranks` the operators' percentiles; `platforms` are shares of the network's weight,
    `slugs` the ids of platforms by name; `rare_networks` and `rare_countries` hold those with
    running relays; `present` names the documents that are there.
    """

    snapshot: Snapshot
    network: Network
    volumes: dict[Fingerprint, Volume]
    makeups: dict[ContactId, Makeup]
    lifecycles: dict[Fingerprint, Lifecycle | None]
    diagnoses: dict[Fingerprint, tuple[str, ...]]
    weights: list[int]
    bandwidths: list[int]
    ratios: dict[Role | None, Ratio]
    ratio_ranks: dict[ContactId, int]
    platforms: dict[str, Fraction]
    slugs: dict[str, str]
    rare_networks: dict[str, Rarity]
    rare_countries: dict[str, Rarity]
    present: frozenset[str]

    @cached_property
    def published(self) -> Time:
        """When the network was as it is shown."""
        return self.snapshot.published

    @cached_property
    def uptime(self) -> Mapping[Fingerprint, Uptime]:
        """The uptime of each relay that is known."""
        return self.snapshot.uptime or {}

    @cached_property
    def bandwidth(self) -> Mapping[Fingerprint, Bandwidth]:
        """The bandwidth of each relay that is known."""
        return self.snapshot.bandwidth or {}

    @cached_property
    def performances(self) -> Performances:
        """What the histories of all relays come to, operator by operator."""
        histories = self.snapshot.uptime, self.snapshot.bandwidth
        return performances(self.network, *histories, self.volumes)

    @cached_property
    def boards(self) -> dict[str, list[Place]]:
        """The first rows of each leaderboard."""
        scores = {asn: one.score for asn, one in self.rare_networks.items()}
        rare = frozenset(name for name, one in self.rare_countries.items() if one.score >= RARE)
        operators, known = self.network.operators.values(), self.performances.operators
        found = candidates(operators, self.makeups, known, (scores, rare), self.published)
        return boards(found, self.present)

    def month_uptime(self, fingerprint: Fingerprint) -> Fraction | None:
        """Return a relay's uptime of one month in percent."""
        return _month_uptime(self.uptime.get(fingerprint))


def _month_uptime(history: Uptime | None) -> Fraction | None:
    return None if history is None else percent(history.running.get(PERIODS[0]))


def survey(snapshot: Snapshot, network: Network) -> Survey:
    """Return everything about a network that no relay and no operator knows alone."""
    now = snapshot.published
    running = [member for member in network.members if member.relay.running]
    made = {
        name: makeup(member.relay for member in operator.members)
        for name, operator in network.operators.items()
    }
    lives = {one.relay.fingerprint: bands.lifecycle(one.relay, now) for one in network.members}
    rare_networks, rare_countries = _rarity(network, running, made)
    present = {"details"}.union(
        source.name for source in snapshot.sources if source.outcome != "missing"
    )
    return Survey(
        snapshot=snapshot,
        network=network,
        volumes=volumes(snapshot.bandwidth or {}),
        makeups=made,
        lifecycles=lives,
        diagnoses=_diagnoses(snapshot, network.members, lives),
        weights=sorted(one.relay.consensus_weight or 0 for one in running),
        bandwidths=sorted(one.relay.advertised_bandwidth or 0 for one in running),
        ratios={role: ratio_of(of_role(running, role)) for role in RATIO_ROLES},
        ratio_ranks=_ratio_ranks(network.operators.values()),
        platforms=_platforms(running),
        slugs=slugs(platform_name(one.relay.platform) for one in network.members),
        rare_networks=rare_networks,
        rare_countries=rare_countries,
        present=frozenset(present),
    )


def of_role(members: Iterable[Member], role: Role | None) -> list[Relay]:
    """Return the relays of one role, or all."""
    return [member.relay for member in members if role is None or member.role == role]


def _ratio_ranks(operators: Iterable[Operator]) -> dict[ContactId, int]:
    """Return each operator's percentile by ratio; of fewer than two, none."""
    found = {
        one.contact_id: ratio
        for one in operators
        if one.contact_id != NO_CONTACT
        and (ratio := group_ratio(member.relay for member in one.members)) is not None
    }
    ordered = ascending(found.values())
    ranks = {name: percentile_rank(ordered, ratio) for name, ratio in found.items()}
    return {name: rank for name, rank in ranks.items() if rank is not None and len(ordered) > 1}


def _platforms(running: Iterable[Member]) -> dict[str, Fraction]:
    weights: Counter[str] = Counter()
    for member in running:
        weights[platform_name(member.relay.platform)] += member.relay.consensus_weight or 0
    total = sum(weights.values())
    return {name: Fraction(weight, total or 1) for name, weight in weights.items()}


def _rarity(
    network: Network, running: Iterable[Member], made: Mapping[ContactId, Makeup]
) -> tuple[dict[str, Rarity], dict[str, Rarity]]:
    """Return how rare each AS and each country with running relays is."""
    weights: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    for member in running:
        weights[member.relay.asn or ""] += member.relay.consensus_weight or 0
        countries[member.relay.country or ""] += 1
    operators: dict[str, int] = defaultdict(int)
    for name, one in made.items():
        for asn in one.networks:
            operators[asn] += name != NO_CONTACT
    del weights[""], countries[""]
    whole = network.totals.weight or 1
    shares = {asn: Fraction(weight, whole) for asn, weight in weights.items()}
    limits = rarity.thresholds(shares.values())
    rare_networks = {
        asn: rarity.network_rarity(share, operators[asn], limits) for asn, share in shares.items()
    }
    count = network.totals.running
    return rare_networks, {
        name: rarity.country_rarity(relays, count) for name, relays in countries.items()
    }


def _diagnoses(
    snapshot: Snapshot, members: Iterable[Member], lives: Mapping[Fingerprint, Lifecycle | None]
) -> dict[Fingerprint, tuple[str, ...]]:
    now = text.seconds(snapshot.published) * 1000
    uptimes, histories = snapshot.uptime or {}, snapshot.bandwidth or {}
    found = {}
    for member in members:
        name = member.relay.fingerprint
        life, history = lives[name], histories.get(name)
        patient = Patient(
            relay=member.relay,
            role=member.role,
            status=member.status,
            now=now,
            phase=None if life is None else life.phase,
            month_uptime=_month_uptime(uptimes.get(name)),
            rate_limited=None if history is None else history.rate_limited,
            file_descriptors=None if history is None else history.file_descriptors,
        )
        found[name] = diagnosis(patient)
    return found
