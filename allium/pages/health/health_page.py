"""The page of the network's health: tiles, nine sections, and its JSON twin."""

from collections.abc import Sequence
from typing import Any, Final

from allium import formatting, urls
from allium.analysis.alerts import Notice
from allium.analysis.health import geography
from allium.analysis.health.network_capacity import capacity
from allium.analysis.health.relay_counts import relay_counts
from allium.analysis.health.software import software
from allium.analysis.history_stats import HistoryStats
from allium.analysis.operator.peers import size_medians
from allium.model.history import ByPeriod
from allium.pages.group.group_context import GroupContext
from allium.pages.health import health_operators as people
from allium.pages.health import health_places as places
from allium.pages.health import health_relays, health_software, health_sources
from allium.pages.health.health_operators import Families, Operators
from allium.pages.health.health_places import PlacesSection
from allium.pages.health.health_relays import BandwidthSection, RelaysSection
from allium.pages.health.health_software import Exits, SoftwareSection
from allium.pages.health.health_sources import Notices, Sources
from allium.pages.health.health_uptime import UptimeSection, uptime
from allium.pages.health.health_votes import VotesSection
from allium.pages.parts import json_twin
from allium.pages.parts.chart_views import Chart
from allium.pages.parts.history_charts import network_traffic
from allium.pages.parts.network_figures import observed
from allium.pages.parts.page_base import Head, Link, Tile, View
from allium.pages.parts.shares import ASN, COUNTRY, countries, networks, versions

TITLE: Final = "Network health"
VERSIONS: Final = 15
"""A choice of this site: as high as the cards beside it."""


class HealthRaw(View, frozen=True):
    """How many relays are known, and how many of them run."""

    relays: int
    running: int


class HealthPage(View, frozen=True):
    """Everything that the page prints, and its twin; `uptime` and `votes` are `None` without."""

    head: Head
    id: str
    running: str
    known: str
    observed: str
    notices: Notices
    tiles: tuple[Tile, ...]
    relays: RelaysSection
    bandwidth: BandwidthSection
    uptime: UptimeSection | None
    operators: Operators
    families: Families
    countries: PlacesSection
    networks: PlacesSection
    software: SoftwareSection
    exits: Exits
    votes: VotesSection | None
    traffic: Chart | None
    sources: Sources
    raw: HealthRaw

    @property
    def display(self) -> dict[str, Any]:
        """The strings of the page by section, for its twin."""
        sections = (name for name in self.__struct_fields__ if name not in _FRAME)
        printed = {name: json_twin.printed(getattr(self, name)) for name in sections}
        return {"title": self.head.title} | printed

    @property
    def links(self) -> dict[str, str]:
        """The links of the twin."""
        return json_twin.BESIDE


_FRAME: Final = frozenset({"head", "id", "raw", "traffic"})


def build(
    stats: HistoryStats,
    notices: tuple[Notice, ...],
    context: GroupContext,
    units: formatting.Units,
    votes: VotesSection | None = None,
    traffic: Sequence[ByPeriod] = (),
) -> HealthPage:
    """Return the view of the network's health; `traffic` is what all relays read and wrote."""
    network = stats.network
    relays = [member.relay for member in network.members]
    spread, reached = geography.concentration(relays, ASN), geography.reached_places(relays)
    counts, carried = relay_counts(stats), capacity(stats)
    run = software(relays, stats.compositions.values())
    return HealthPage(
        head=_head(),
        id="health",
        running=formatting.count(network.totals.running),
        known=formatting.number_of(network.totals.relays, "relay"),
        observed=observed(network.absent, network.totals.bandwidth, units),
        notices=health_sources.noticed(notices),
        tiles=health_relays.tiles(stats, counts, carried, health_software.recommended_tile(run)),
        relays=health_relays.relays(stats, counts, carried),
        bandwidth=health_relays.bandwidth(stats, counts, carried, units),
        uptime=uptime(stats),
        operators=people.operators(context, size_medians(network, stats.performances.operators)),
        families=people.families(context, units),
        countries=places.countries(
            stats, geography.concentration(relays, COUNTRY), reached, countries(relays)
        ),
        networks=places.networks(stats, spread, reached, networks(relays)),
        software=health_software.runs(stats, run, versions(relays, VERSIONS)),
        exits=health_software.exits(stats, spread, relays),
        votes=votes,
        traffic=network_traffic(traffic, units),
        sources=health_sources.sources(stats.snapshot),
        raw=HealthRaw(relays=len(relays), running=network.totals.running),
    )


def _head() -> Head:
    return Head(
        kind="network",
        title=TITLE,
        description="How the Tor network is: relays, bandwidth, operators, places, software, and"
        " how fresh the data is.",
        crumbs=(Link(text="Overview", path=urls.INDEX), Link(text=TITLE)),
        section="health",
        canonical=urls.HEALTH,
        twin=True,
    )
