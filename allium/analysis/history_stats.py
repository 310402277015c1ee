"""Statistics that need the whole network and its histories, computed once for all pages."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec.structs import asdict

from allium import formatting
from allium.analysis.family.family_membership import Unreturned, unreturned
from allium.analysis.history.throughput import Volume
from allium.analysis.history.uptime import month_uptime
from allium.analysis.leaderboards import ROWS, BoardPlace, boards, candidates
from allium.analysis.network_stats import NetworkStats
from allium.analysis.operator.performance import Performances, performances, volumes
from allium.analysis.rarity import RARE
from allium.analysis.relay.findings import diagnosis
from allium.analysis.relay.flag_rules import Minima, minima
from allium.analysis.relay.relay_facts import RelayFacts
from allium.model.history import Bandwidth, Uptime, Weights
from allium.model.relay import Fingerprint, Time
from allium.model.snapshot import Snapshot


class HistoryStats(NetworkStats, frozen=True, kw_only=True, dict=True):
    """The network with all that is relative to it, and with its histories.

    What compares operators is expensive, and not every caller reads it: each property computes it
    at the first access.

    `volumes` are all bytes that each relay is known to have moved; `unreturned` is by relay what
    of its family list is not returned, of those that have such; `minima` is the least bandwidth for
    flags; `documents` names those that are there.
    """

    snapshot: Snapshot
    volumes: dict[Fingerprint, Volume]
    minima: Minima
    unreturned: dict[Fingerprint, Unreturned]
    diagnoses: dict[Fingerprint, tuple[str, ...]]
    documents: frozenset[str]

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
    def past_weights(self) -> Mapping[Fingerprint, Weights]:
        """The history of each relay's weight that is known."""
        return self.snapshot.weights or {}

    @cached_property
    def performances(self) -> Performances:
        """What the histories of all relays come to, operator by operator."""
        histories = self.snapshot.uptime, self.snapshot.bandwidth
        return performances(self.network, *histories, self.volumes)

    @cached_property
    def boards(self) -> dict[str, list[BoardPlace]]:
        """The first places of each leaderboard."""
        return {name: places[:ROWS] for name, places in self.rankings.items()}

    @cached_property
    def rankings(self) -> dict[str, list[BoardPlace]]:
        """All places of each leaderboard."""
        scores = {asn: rarity.score for asn, rarity in self.rare_networks.items()}
        rare = frozenset(
            name for name, rarity in self.rare_countries.items() if rarity.score >= RARE
        )
        operators, performances = self.network.operators.values(), self.performances.operators
        entrants = candidates(
            operators, self.compositions, performances, (scores, rare), self.published
        )
        return boards(entrants, self.documents, self.network.absent)

    def month_uptime(self, fingerprint: Fingerprint) -> float | None:
        """Return a relay's uptime of one month in percent."""
        return month_uptime(self.uptime.get(fingerprint))


NOTHING_UNRETURNED: Final = Unreturned()


def compute_history_stats(snapshot: Snapshot, network_stats: NetworkStats) -> HistoryStats:
    """Return everything about a network that no relay and no operator knows alone.

    `network_stats` is what the details of the snapshot came to.
    """
    documents = {"details"}.union(
        source.name for source in snapshot.sources if source.outcome != "missing"
    )
    relays = [member.relay for member in network_stats.network.members]
    keys = {relay.fingerprint: relay.family_ids for relay in relays}
    unreturned_lists = {
        one.fingerprint: unreturned(one, keys) for one in relays if one.alleged_family
    }
    minimum = minima(network_stats.weights, network_stats.bandwidths)
    return HistoryStats(
        **asdict(network_stats),
        snapshot=snapshot,
        volumes=volumes(snapshot.bandwidth or {}),
        minima=minimum,
        unreturned=unreturned_lists,
        diagnoses=_diagnoses(snapshot, network_stats, minimum, unreturned_lists),
        documents=frozenset(documents),
    )


def _diagnoses(
    snapshot: Snapshot,
    network_stats: NetworkStats,
    minimum: Minima,
    unreturned_lists: Mapping[Fingerprint, Unreturned],
) -> dict[Fingerprint, tuple[str, ...]]:
    now = formatting.seconds(snapshot.published) * 1000
    uptimes, histories = snapshot.uptime or {}, snapshot.bandwidth or {}
    codes = {}
    for member in network_stats.network.members:
        name = member.relay.fingerprint
        life, history = network_stats.lifecycles[name], histories.get(name)
        facts = RelayFacts(
            relay=member.relay,
            role=member.role,
            status=member.status,
            published=snapshot.published,
            now=now,
            phase=None if life is None else life.phase,
            minima=minimum,
            unreturned=unreturned_lists.get(name, NOTHING_UNRETURNED),
            month_uptime=month_uptime(uptimes.get(name)),
            rate_limited=None if history is None else history.rate_limited,
            file_descriptors=None if history is None else history.file_descriptors,
        )
        codes[name] = diagnosis(facts)
    return codes
