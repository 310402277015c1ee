"""The position of an operator in the network: shares, ranks and percentiles, as printed.

`split` computes it, because it takes the whole network; `precompute` reads it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.aroi.aroi_claim import ContactId
from allium.analysis.aroi.validation import PROVEN
from allium.analysis.history.throughput import RECENT
from allium.analysis.history.uptime import NetworkUptime, in_percent
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network import Member, Operator
from allium.analysis.network_stats import RATIO_ROLES
from allium.analysis.operator.composition import majorities
from allium.analysis.operator.peers import Peers, peers
from allium.analysis.relay.lifecycle import band
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.totals import Totals, totals
from allium.model.relay import FLAG_ORDER, Fingerprint, Flag, Relay
from allium.pages.boards.board_titles import BoardRanking, PrintContext, rankings
from allium.pages.parts import network_figures
from allium.pages.parts.page_base import PERIOD_WORDS, View

COUNTED_FIELDS: Final = ("effective_family", "family_ids", "measured", "observed_bandwidth")
"""Fields of which the page of an operator makes numbers."""
SHOWN_QUANTILES: Final = (5, 25, 50, 75, 95)


class Traffic(View, frozen=True):
    """Bytes read and written, over how long, and the share of the network's; as printed."""

    volume: str
    period: str
    share: str | None


class WeightShares(View, frozen=True):
    """Shares of the weight of all running relays, and of those of each role."""

    all: str | None
    roles: dict[Role, str | None]


RATIO_STEP: Final = 50
"""A choice of this site: a twentieth of what is even. With two digits 31 of the 291 operators'
pages that the recorded hour rewrites had changed in this figure alone."""


class UsualRatio(View, frozen=True):
    """Mean and median of the weight for the bandwidth of the network's relays of a role."""

    role: Role | None
    mean: str | None
    median: str | None


class UptimePosition(View, frozen=True):
    """How an operator's uptime compares: between which quantiles of the relays, flag by flag.

    `usual` says what part of six months half of the network's relays held each flag at least, for
    the flags that any of theirs had.
    """

    place: str | None
    quantiles: tuple[str, ...]
    flags: dict[Flag, str]
    usual: dict[Flag, str]


class ThroughputPosition(View, frozen=True):
    """How an operator's throughput compares: percentile, share of the network's, flag by flag."""

    rank: str | None
    contribution: str | None
    flags: dict[Flag, str]


class PeerPosition(View, frozen=True):
    """The size of an operator, and how its averages compare among operators of that size."""

    size: str
    bandwidth: str | None
    uptime: str | None


class OperatorPosition(View, frozen=True):
    """Who an operator is, which relays are theirs, and what is relative to the network.

    `relays` are in the order of relay tables; `verified` are the shares of the verified relays
    where not all are; `majorities` are the platforms that hold at least half of the network's
    weight. `uptime` and `bandwidth` are `None` without document, and for relays without contact;
    `peers` is of fewer than two running relays, too.
    """

    id: ContactId
    contact: str | None
    state: str
    vanity: str | None
    relays: tuple[Fingerprint, ...]
    units: formatting.Units
    shares: WeightShares
    verified: WeightShares | None
    data: Traffic | None
    majorities: tuple[str, ...]
    absent: tuple[str, ...]
    """Which of the fields in `COUNTED_FIELDS` the data has of no relay."""
    ratio_rank: str | None
    usual_ratios: tuple[UsualRatio, ...]
    uptime: UptimePosition | None
    bandwidth: ThroughputPosition | None
    peers: PeerPosition | None
    rankings: tuple[BoardRanking, ...]


class OperatorPositions(Struct, frozen=True):
    """Makes the positions of operators; what all of them print is made once."""

    stats: HistoryStats
    units: formatting.Units
    places: Mapping[ContactId, list[BoardRanking]]
    quantiles: tuple[str, ...]
    usual_flags: dict[Flag, str]
    usual_ratios: tuple[UsualRatio, ...]
    majorities: tuple[str, ...]
    peers: Mapping[ContactId, Peers]

    @classmethod
    def of(cls, stats: HistoryStats, units: formatting.Units) -> "OperatorPositions":
        """Return what makes the positions of all operators of a network."""
        context = PrintContext(stats.network.totals, units)
        uptime = stats.performances.uptime
        return cls(
            stats,
            units,
            places=rankings(stats.boards, context),
            quantiles=() if uptime is None else _quantiles(uptime),
            usual_flags={} if uptime is None else _flags(uptime),
            usual_ratios=_usual_ratios(stats),
            majorities=majorities(stats.platforms),
            peers=peers(stats.network, stats.performances.operators),
        )

    def position(self, operator: Operator) -> OperatorPosition:
        """Return what is relative to the network about one operator."""
        name, totals = operator.contact_id, operator.totals
        return OperatorPosition(
            id=name,
            contact=operator.contact,
            state=operator.state,
            vanity=operator.vanity,
            relays=tuple(member.relay.fingerprint for member in operator.members),
            units=self.units,
            shares=self._shares(totals),
            verified=self._verified(operator),
            data=self._traffic(name),
            majorities=self.majorities,
            absent=tuple(name for name in COUNTED_FIELDS if self.stats.network.lacks(name)),
            ratio_rank=self._ratio_rank(operator),
            usual_ratios=self.usual_ratios,
            uptime=self._uptime(operator),
            bandwidth=self._bandwidth(operator),
            peers=self._peers(name),
            rankings=tuple(self.places.get(name, ())),
        )

    def _shares(self, sums: Totals) -> WeightShares:
        network = self.stats.network.totals
        return WeightShares(
            all=formatting.share(sums.weight, network.weight),
            roles={
                role: formatting.share(sums.parts[role].weight, network.parts[role].weight)
                for role in ROLES
            },
        )

    def _verified(self, operator: Operator) -> WeightShares | None:
        """Return the shares of the verified relays; `None` where all relays are, or none is."""
        relays = verified_relays(operator.state, operator.members)
        return None if relays is None else self._shares(totals(relays))

    def _traffic(self, name: ContactId) -> Traffic | None:
        """Return the bytes that the relays moved, as printed."""
        performances = self.stats.performances
        volume, network_volume = performances.operators[name].volume, performances.volume
        if volume is None:
            return None
        return Traffic(
            volume=network_figures.volume(volume.size),
            period=PERIOD_WORDS[volume.period],
            share=None
            if network_volume is None
            else formatting.share(volume.size, network_volume.size),
        )

    def _ratio_rank(self, operator: Operator) -> str | None:
        """Return where an operator of several running relays stands by weight for bandwidth."""
        rank = self.stats.ratio_ranks.get(operator.contact_id)
        return None if rank is None or operator.totals.running < 2 else band(99 - rank, 100)

    def _uptime(self, operator: Operator) -> UptimePosition | None:
        performances = self.stats.performances
        uptime = performances.operators[operator.contact_id].uptime
        if uptime is None or performances.uptime is None or not operator.is_one:
            return None
        comparison = performances.comparisons[operator.contact_id]
        return UptimePosition(
            place=comparison.position,
            quantiles=self.quantiles,
            flags=dict(comparison.uptime_flags),
            usual={flag: words for flag, words in self.usual_flags.items() if flag in uptime.held},
        )

    def _bandwidth(self, operator: Operator) -> ThroughputPosition | None:
        performances = self.stats.performances
        throughput = performances.operators[operator.contact_id].throughput
        if throughput is None or not operator.is_one:
            return None
        comparison = performances.comparisons[operator.contact_id]
        rank, relays = comparison.rank, throughput.relays.get(RECENT)
        return ThroughputPosition(
            rank=None if rank is None else formatting.percentile(rank),
            contribution=formatting.share(relays.total, performances.throughput)
            if relays and relays.total
            else None,
            flags=dict(comparison.throughput_flags),
        )

    def _peers(self, name: ContactId) -> PeerPosition | None:
        found = self.peers.get(name)
        if found is None:
            return None
        return PeerPosition(
            size=f"{network_figures.size(found.least, found.most)} running relays",
            bandwidth=None if self.stats.network.lacks("observed_bandwidth") else found.bandwidth,
            uptime=found.uptime,
        )


def verified_relays(state: str, members: Sequence[Member]) -> list[Relay] | None:
    """Return the relays that are verified; `None` where all relays are, or none is."""
    relays = [member.relay for member in members if member.status == "validated"]
    return None if state not in PROVEN or len(relays) == len(members) else relays


def _quantiles(uptime: NetworkUptime) -> tuple[str, ...]:
    """Return the network's quantiles in whole percent; with more digits all would move hourly."""
    quantiles = uptime.quantiles
    return tuple(
        f"{part}th {formatting.percent(in_percent(quantiles[part]), 0)}"
        for part in SHOWN_QUANTILES
        if quantiles
    )


def _flags(uptime: NetworkUptime) -> dict[Flag, str]:
    """Return the network's medians of the flags in whole percent."""
    flags = uptime.flags
    return {
        flag: f"{flag} {formatting.percent(in_percent(flags[flag][50]), 0)}"
        for flag in FLAG_ORDER
        if flags.get(flag)
    }


def _usual_ratios(stats: HistoryStats) -> tuple[UsualRatio, ...]:
    """Return the weight for the bandwidth of the network: of all relays, of guards, of exits."""
    ratios = ((role, stats.ratios[role]) for role in RATIO_ROLES)
    return tuple(
        UsualRatio(role=role, mean=ratio(weight_ratio.mean), median=ratio(weight_ratio.median))
        for role, weight_ratio in ratios
    )


def ratio(value: float | None) -> str | None:
    """Return a weight for a bandwidth in steps that one relay's weight seldom moves."""
    if value is None:
        return None
    steps = formatting.half_up(*formatting.quotient(value / RATIO_STEP))
    return f"Under {RATIO_STEP}" if value and not steps else formatting.count(steps * RATIO_STEP)
