"""The health page's sections on software, exit policies, and weight per bandwidth."""

from collections.abc import Iterable, Mapping
from typing import Final

from allium import formatting
from allium.analysis.health import geography
from allium.analysis.health.geography import Concentration
from allium.analysis.health.software import Software
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network_stats import RATIO_ROLES
from allium.analysis.relay.exit_policy import PORTS, Policies, policies
from allium.analysis.relay.platform import UNKNOWN
from allium.analysis.relay.weight_ratio import Ratio, underutilised
from allium.model.relay import Relay
from allium.pages.parts import group_links, network_figures
from allium.pages.parts.network_figures import NOT_IN_DATA, PLURALS, FigureRow, counted
from allium.pages.parts.page_base import Link, Share, Slice, Tile, View
from allium.pages.parts.shares import counted_rows, plain, share_tile, slices
from allium.pages.parts.version_words import status_slices

PARTS: Final = {
    "eu": "In the EU",
    "outside": "Outside the EU",
    "top_3": "In the 3 largest networks",
    "top_5": "In the 5 largest networks",
    "top_10": "In the 10 largest networks",
}
SERIES_COLOURS: Final = ("k1", "k4", "k5", "k6")
"""Not those of recommended and obsolete versions."""


class SoftwareSection(View, frozen=True):
    """Versions and platforms of running relays; `versions` and `differing` have their nouns."""

    versions: str
    differing: str
    shares: tuple[Share, ...]
    statuses: tuple[Slice, ...]
    series: tuple[Slice, ...]
    platforms: tuple[Share, ...]


class Exits(View, frozen=True):
    """What the policies of running exits allow, and consensus weight per observed bandwidth.

    A row of `ratios` has the ratio of all relays together, and the median; one of `ports` the exits
    that let the port pass, and their share of the weight of all exits.
    """

    exits: str
    policies: tuple[Share, ...]
    ports: tuple[FigureRow, ...]
    ratios: tuple[FigureRow, ...]
    underutilised: str


def runs(
    stats: HistoryStats, software_counts: Software, shares: tuple[Share, ...]
) -> SoftwareSection:
    """Return what relays run."""
    running = stats.network.totals.running
    unknown = running - sum(software_counts.platforms.values())
    slugs = stats.slugs
    return SoftwareSection(
        versions=formatting.number_of(software_counts.versions, "version"),
        differing=formatting.number_of(software_counts.differing, "relay"),
        shares=shares,
        statuses=status_slices(software_counts.statuses),
        series=_series(software_counts.series),
        platforms=counted_rows(
            (
                (group_links.platform(name, slugs, words), count)
                for name, words, count in (
                    *((name, name, count) for name, count in software_counts.platforms.items()),
                    (UNKNOWN, NOT_IN_DATA, unknown),
                )
                if count
            ),
            running,
        ),
    )


def recommended_tile(counts: Software) -> Tile:
    """Return how many relays run a recommended version, of those whose version is judged."""
    return share_tile(
        "Recommended version",
        counts.recommended,
        counts.judged,
        formatting.number_of(counts.recommended, "running relay"),
    )


def _series(series: Mapping[str, int]) -> tuple[Slice, ...]:
    """Return the running relays by series, of most relays first."""
    first = sorted(series.items(), key=lambda counted: -counted[1])
    shown = zip(first, SERIES_COLOURS, strict=False)
    rest = sum(count for _, count in first[len(SERIES_COLOURS) :])
    return _slices(
        (*((name, count, colour) for (name, count), colour in shown), ("Others", rest, "k0"))
    )


def _slices(parts: Iterable[tuple[str, int, str]]) -> tuple[Slice, ...]:
    return slices(
        [
            (plain(words), count, formatting.count(count), colour)
            for words, count, colour in parts
            if count
        ]
    )


def exits(stats: HistoryStats, networks: Concentration, relays: list[Relay]) -> Exits:
    """Return where exits let traffic go, and how much weight relays have for their bandwidth."""
    members = stats.network.members
    found = policies(
        member.relay for member in members if member.role == "exit" and member.relay.running
    )
    poor = sum(underutilised(relay) for relay in relays)
    counts = {
        "Port 80 or 443": found.web,
        "Ports 80 and 443": found.both,
        "Neither 80 nor 443": found.other,
        "All ports": found.unrestricted,
        "Some ports": found.restricted,
        "Policy unknown": found.unknown,
        "Reject some addresses": found.addresses,
        "IPv6 exit traffic": found.ipv6,
    }
    return Exits(
        exits=formatting.number_of(found.exits, "exit"),
        policies=counted_rows(
            ((plain(words), count) for words, count in counts.items()), found.exits
        ),
        ports=_ports(found, stats.network.totals.parts["exit"].weight),
        ratios=(
            *(_ratio(PLURALS[role], stats.ratios[role]) for role in RATIO_ROLES),
            *(
                _ratio(PARTS[name], weight_ratio)
                for name, weight_ratio in geography.ratios(stats, networks).items()
            ),
        ),
        underutilised=counted(poor, stats.network.totals.running),
    )


def _ports(found: Policies, weight: int) -> tuple[FigureRow, ...]:
    return tuple(
        FigureRow(
            name=plain(f"{port} ({PORTS[port]})"),
            values=(
                formatting.count(open_to.exits),
                formatting.share(open_to.weight, weight) or network_figures.NOT_COMPUTABLE,
            ),
        )
        for port, open_to in found.ports.items()
    )


def _ratio(name: str, weight_ratio: Ratio) -> FigureRow:
    return FigureRow(
        name=Link(text=name),
        values=(
            network_figures.ratio(weight_ratio.mean),
            network_figures.ratio(weight_ratio.median),
        ),
    )
