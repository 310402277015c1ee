"""The front page: what this is, how the network is, and where to go from here."""

from collections.abc import Mapping
from typing import Final

from allium import formatting
from allium.analysis.alerts import Notice
from allium.analysis.aroi.validation import PROVEN
from allium.analysis.health.relay_counts import first_months
from allium.analysis.history_stats import HistoryStats
from allium.analysis.leaderboards import BoardPlace
from allium.analysis.network import Network
from allium.analysis.relay.role import Role
from allium.pages.alert_texts import findings
from allium.pages.boards.board_titles import PrintContext
from allium.pages.boards.boards_overview import BoardSummary, summaries
from allium.pages.health.health_software import recommended
from allium.pages.parts import count_charts
from allium.pages.parts.chart_views import Chart
from allium.pages.parts.network_figures import given, observed
from allium.pages.parts.page_base import FindingText, Head, Share, View, When, minute
from allium.pages.parts.shares import Largest

HIGHLIGHTS: Final = (
    "consensus-weight",
    "exit-weight",
    "reliability",
    "diversity",
    "validated-relays",
    "veterans",
    "outside-eu",
    "non-linux",
)
"""The boards to choose from: those whose document is missing are not there."""
BOARDS: Final = 6


class Glance(View, frozen=True):
    """The whole network in eight figures."""

    running: str
    by_role: dict[Role, str]
    bandwidth: str
    claimed: str
    countries: str
    networks: str
    recommended: str


class HomePage(View, frozen=True):
    """Everything that the page prints."""

    head: Head
    glance: Glance
    published: When | None
    notices: tuple[FindingText, ...]
    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]
    boards: tuple[BoardSummary, ...]
    months: Chart | None


def build(
    stats: HistoryStats, notices: tuple[Notice, ...], largest: Largest, units: formatting.Units
) -> HomePage:
    """Return the view of the front page; `largest` are the largest shares of the weight."""
    members = stats.network.members
    return HomePage(
        head=Head(
            kind="network",
            title="Relays and operators of the Tor network",
            description="Every relay of the Tor network and everybody who runs one.",
            crumbs=(),
        ),
        glance=_glance(stats, units),
        published=minute(stats.published),
        notices=findings(notices),
        countries=largest.countries,
        networks=largest.networks,
        versions=largest.versions,
        boards=_boards(stats.boards, PrintContext(stats.network.totals, units)),
        months=count_charts.first_months(
            first_months(members, stats.published),
            "Relays known, by the month of their first day",
        ),
    )


def _glance(stats: HistoryStats, units: formatting.Units) -> Glance:
    totals = stats.network.totals
    network, (claimed, proven) = stats.network, _claims(stats.network)
    return Glance(
        running=formatting.count(totals.running),
        by_role={role: formatting.count(part.relays) for role, part in totals.parts.items()},
        bandwidth=observed(network.absent, totals.bandwidth, units),
        claimed=given(
            network.absent,
            f"{formatting.count(claimed)}, of them {formatting.count(proven)} proven",
            "contact",
        ),
        countries=given(network.absent, formatting.count(len(stats.rare_countries)), "country"),
        networks=given(network.absent, formatting.count(len(stats.rare_networks)), "as"),
        recommended=recommended(stats),
    )


def _claims(network: Network) -> tuple[int, int]:
    """Return how many operators have a complete AROI, and how many a proven one."""
    states = [
        operator.state
        for operator in network.operators.values()
        if operator.claim.domain is not None
    ]
    return len(states), sum(state in PROVEN for state in states)


def _boards(
    boards: Mapping[str, list[BoardPlace]], context: PrintContext
) -> tuple[BoardSummary, ...]:
    shown = [name for name in HIGHLIGHTS if boards.get(name)][:BOARDS]
    return summaries({name: boards[name] for name in shown}, context)
