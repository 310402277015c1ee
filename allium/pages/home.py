"""The front page: how the network is, who and where it is, and where to go from here."""

from collections.abc import Collection, Mapping
from heapq import nsmallest
from typing import Final

from msgspec.structs import replace

from allium import formatting, urls
from allium.analysis.alerts import Notice
from allium.analysis.aroi.validation import PROVEN
from allium.analysis.health import geography
from allium.analysis.health.geography import Concentration
from allium.analysis.health.relay_counts import first_months
from allium.analysis.health.software import Software, software
from allium.analysis.history_stats import HistoryStats
from allium.analysis.leaderboards import BoardPlace
from allium.analysis.network import Network
from allium.model.relay import Relay
from allium.pages.alert_texts import findings
from allium.pages.boards.board_titles import PrintContext
from allium.pages.boards.boards_overview import BoardSummary, summaries
from allium.pages.health.health_relays import running_tile
from allium.pages.health.health_software import recommended_tile
from allium.pages.parts import count_charts, network_figures, operator_links, shares
from allium.pages.parts.chart_views import Chart
from allium.pages.parts.network_figures import given, observed
from allium.pages.parts.page_base import (
    FindingText,
    Head,
    Link,
    Share,
    Slice,
    Tile,
    View,
    When,
    minute,
)
from allium.pages.parts.shares import ASN, COUNTRY
from allium.pages.parts.version_words import status_slices
from allium.pages.parts.world_map import MapTile, world_map

HIGHLIGHTS: Final = (
    *("exit-weight", "guard-weight", "reliability", "diversity", "validated-relays", "veterans"),
    *("consensus-weight", "bandwidth", "outside-eu", "non-linux"),
)
"""The boards to choose from: those whose document is missing are not there."""
BOARDS: Final = 6
COUNTRIES: Final = 14
NETWORKS: Final = 9
OPERATORS: Final = 10
VERSIONS: Final = 6
"""Choices of this site: cards of one row are about equally high."""


class HomePage(View, frozen=True):
    """Everything that the page prints; `boards_count` is of how many leaderboards there are."""

    head: Head
    examples: tuple[Link, ...]
    tiles: tuple[Tile, ...]
    notices: tuple[FindingText, ...]
    map: tuple[MapTile, ...]
    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    operators: tuple[Share, ...]
    statuses: tuple[Slice, ...]
    versions: tuple[Share, ...]
    months: Chart | None
    roles: tuple[Slice, ...]
    role_bandwidth: tuple[Slice, ...]
    exit_guards: str
    boards: tuple[BoardSummary, ...]
    boards_count: str
    published: When | None


def build(stats: HistoryStats, notices: tuple[Notice, ...], units: formatting.Units) -> HomePage:
    """Return the view of the front page."""
    network = stats.network
    relays = [member.relay for member in network.members]
    parts = network.totals.parts
    counts = software(relays, stats.compositions.values())
    operators, networks = _operators(network), shares.networks(relays, NETWORKS)
    both = sum(
        member.relay.running and member.role == "exit" and "Guard" in member.relay.flags
        for member in network.members
    )
    return HomePage(
        head=_head(),
        examples=_examples(relays, operators, networks),
        tiles=_tiles(stats, counts, relays, units),
        notices=findings(notices),
        map=world_map(relays),
        countries=shares.countries(relays, COUNTRIES),
        networks=networks,
        operators=operators,
        statuses=status_slices(counts.statuses),
        versions=shares.versions(relays, VERSIONS),
        months=count_charts.first_months(
            first_months(network.members, stats.published),
            "Relays in the network today, by the month they were first seen",
        ),
        roles=shares.role_slices(
            {role: part.relays for role, part in parts.items()}, formatting.count
        ),
        role_bandwidth=shares.role_slices(
            {role: part.bandwidth for role, part in parts.items()},
            lambda value: observed(network.absent, value, units),
        ),
        exit_guards=formatting.number_of(both, "exit"),
        boards=_boards(stats.boards, PrintContext(network.totals, units)),
        boards_count=formatting.number_of(len(stats.boards), "leaderboard"),
        published=minute(stats.published),
    )


def _head() -> Head:
    return Head(
        kind="overview",
        title="Relays and operators",
        description="Find any relay or operator of the Tor network, see how it is doing, and how"
        " the network is made up.",
        crumbs=(),
    )


def _examples(relays: list[Relay], *largest: tuple[Share, ...]) -> tuple[Link, ...]:
    """Return what a reader may search for: the first of the operators, relays and networks."""
    operators, networks = largest
    running = [relay for relay in relays if relay.running]
    relay = min(
        running, key=lambda one: (-(one.consensus_weight or 0), one.fingerprint), default=None
    )
    return (
        *(row.name for row in operators[:1]),
        *(
            ()
            if relay is None
            else (Link(text=relay.nickname, path=urls.relay(relay.fingerprint)),)
        ),
        *(replace(row.name, text=row.remark or row.name.text) for row in networks[:1]),
    )


def _tiles(
    stats: HistoryStats, counts: Software, relays: list[Relay], units: formatting.Units
) -> tuple[Tile, ...]:
    totals, absent = stats.network.totals, stats.network.absent
    operators, verified = _verified(stats.network)
    return (
        running_tile(stats.network),
        Tile(
            label="Observed bandwidth",
            value=observed(absent, totals.bandwidth, units),
            remark="sum over running relays",
        ),
        Tile(
            label="Operators",
            value=given(absent, formatting.count(operators), "contact"),
            remark=f"{formatting.count(verified)} with a verified domain",
        ),
        _places("Countries", geography.concentration(relays, COUNTRY), 3, absent, "country"),
        _places("Networks (AS)", geography.concentration(relays, ASN), 10, absent, "as"),
        recommended_tile(counts),
    )


def _places(
    label: str, spread: Concentration, top: int, absent: Collection[str], field: str
) -> Tile:
    share = spread.tops[top]
    return Tile(
        label=label,
        value=given(absent, formatting.count(spread.count), field),
        remark=None
        if share is None
        else f"{network_figures.share(share)} of weight in the first {top}",
    )


def _verified(network: Network) -> tuple[int, int]:
    """Return how many operators there are, and how many have a verified domain."""
    states = [operator.state for operator in network.operators.values() if operator.is_one]
    return len(states), sum(state in PROVEN for state in states)


def _operators(network: Network) -> tuple[Share, ...]:
    """Return the operators of most weight."""
    first = nsmallest(
        OPERATORS,
        (operator for operator in network.operators.values() if operator.is_one),
        key=lambda one: (-one.totals.weight, -one.totals.running, one.contact_id),
    )
    return tuple(
        shares.weighed(
            operator_links.link(operator),
            operator.totals.running,
            (operator.totals.weight, network.totals.weight),
            top=first[0].totals.weight,
        )
        for operator in first
    )


def _boards(
    boards: Mapping[str, list[BoardPlace]], context: PrintContext
) -> tuple[BoardSummary, ...]:
    shown = [name for name in HIGHLIGHTS if boards.get(name)][:BOARDS]
    return summaries({name: boards[name] for name in shown}, context)
