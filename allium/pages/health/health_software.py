"""The health page's sections on software, exit policies, and weight for bandwidth."""

from typing import Final

from allium import formatting
from allium.analysis.health import geography
from allium.analysis.health.geography import Concentration
from allium.analysis.health.software import software
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network_stats import RATIO_ROLES
from allium.analysis.operator.composition import compliance
from allium.analysis.relay.exit_policy import policies
from allium.analysis.relay.platform import UNKNOWN
from allium.analysis.relay.weight_ratio import Ratio, underutilised
from allium.model.relay import Relay
from allium.pages.health.health_uptime import quantiles
from allium.pages.parts import group_links, network_figures
from allium.pages.parts.network_figures import PLURALS, FigureRow, counted
from allium.pages.parts.page_base import Link, Share, View

PARTS: Final = {
    "eu": "In the EU",
    "outside": "Outside the EU",
    "top_3": "In the 3 largest networks",
    "top_5": "In the 5 largest networks",
    "top_10": "In the 10 largest networks",
}


class SoftwareSection(View, frozen=True):
    """Versions and platforms of running relays; rows have a count and its part."""

    versions: str
    compliance: str
    shares: tuple[Share, ...]
    statuses: tuple[FigureRow, ...]
    series: tuple[FigureRow, ...]
    platforms: tuple[FigureRow, ...]


class Exits(View, frozen=True):
    """Policies of running exits with their part of them, and weight for bandwidth.

    A row of `ratios` has mean and median, one of `quantiles` an uptime.
    """

    exits: str
    unrestricted: str
    restricted: str
    web: str
    both: str
    other: str
    unknown: str
    ipv6: str
    ratios: tuple[FigureRow, ...]
    underutilised: str
    quantiles: tuple[FigureRow, ...]


def runs(stats: HistoryStats, relays: list[Relay], shares: tuple[Share, ...]) -> SoftwareSection:
    """Return what relays run."""
    software_counts = software(relays, stats.compositions.values())
    running = stats.network.totals.running
    unknown = running - sum(software_counts.platforms.values())
    slugs = stats.slugs
    return SoftwareSection(
        versions=formatting.number_of(software_counts.versions, "version"),
        compliance=_compliance(software_counts.recommended, software_counts.judged),
        shares=shares,
        statuses=network_figures.rows(software_counts.statuses, running),
        series=network_figures.rows(software_counts.series, running),
        platforms=tuple(
            network_figures.row(group_links.platform(name, slugs), count, running)
            for name, count in (*software_counts.platforms.items(), (UNKNOWN, unknown))
            if count
        ),
    )


def recommended(stats: HistoryStats) -> str:
    """Return how many relays run a recommended version, of those whose version is judged."""
    compositions = stats.compositions.values()
    part, judged = (
        sum(composition.recommended for composition in compositions),
        sum(composition.judged for composition in compositions),
    )
    return formatting.share(part, judged) or network_figures.NOT_COMPUTABLE


def _compliance(part: int, judged: int) -> str:
    word = compliance(part, judged)
    return network_figures.NOT_COMPUTABLE if word is None else f"{word}: {counted(part, judged)}"


def exits(stats: HistoryStats, networks: Concentration, relays: list[Relay]) -> Exits:
    """Return where exits let traffic go, and how much weight relays have for their bandwidth."""
    members = stats.network.members
    exit_policies = policies(
        member.relay for member in members if member.role == "exit" and member.relay.running
    )
    poor = sum(underutilised(relay) for relay in relays)
    return Exits(
        exits=formatting.number_of(exit_policies.exits, "exit"),
        unrestricted=counted(exit_policies.unrestricted, exit_policies.exits),
        restricted=counted(exit_policies.restricted, exit_policies.exits),
        web=counted(exit_policies.web, exit_policies.exits),
        both=counted(exit_policies.both, exit_policies.exits),
        other=counted(exit_policies.other, exit_policies.exits),
        unknown=counted(exit_policies.unknown, exit_policies.exits),
        ipv6=counted(exit_policies.ipv6, exit_policies.exits),
        ratios=(
            *(_ratio(PLURALS[role], stats.ratios[role]) for role in RATIO_ROLES),
            *(
                _ratio(PARTS[name], weight_ratio)
                for name, weight_ratio in geography.ratios(stats, networks).items()
            ),
        ),
        underutilised=counted(poor, stats.network.totals.running),
        quantiles=quantiles(stats),
    )


def _ratio(name: str, weight_ratio: Ratio) -> FigureRow:
    return FigureRow(
        name=Link(text=name),
        values=(
            network_figures.ratio(weight_ratio.mean),
            network_figures.ratio(weight_ratio.median),
        ),
    )
