"""The health page's sections on the numbers of relays and on bandwidth."""

from collections.abc import Mapping
from typing import Final

from allium import formatting
from allium.analysis.health.network_capacity import Capacity
from allium.analysis.health.relay_counts import RelayCounts, first_months
from allium.analysis.history.throughput import Volume
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network import Network
from allium.analysis.relay.role import ROLES
from allium.analysis.totals import Totals
from allium.pages.parts import count_charts, group_links, network_figures
from allium.pages.parts.chart_views import Chart, Histogram
from allium.pages.parts.country_names import short_name
from allium.pages.parts.levels import level
from allium.pages.parts.network_figures import (
    NOT_IN_DATA,
    PLURALS,
    FigureRow,
    of_whole,
    percent,
)
from allium.pages.parts.page_base import (
    PERIOD_WORDS,
    Facts,
    Figure,
    Link,
    Share,
    Slice,
    Tile,
    View,
)
from allium.pages.parts.shares import counted_rows, plain, role_slices, share_tile, slices

NO_HISTORY: Final = "Too little history"
POSITIONS: Final = (
    ("Guard flag only", "k1"),
    ("Guard and Exit", "k5"),
    ("Exit flag only", "k3"),
    ("Neither", "k4"),
)
"""Relays by the two flags that decide where they stand in a circuit, and the colour of each."""
LOAD_ROWS: Final = 4
"""So many series of versions, operating systems, networks and countries are named."""
CARRIED: Final = ("Guard", "Exit", "Fast", "Stable", "HSDir", "V2Dir")
MEGA: Final[dict[formatting.Units, tuple[str, int]]] = {"bits": ("Mbit/s", 8), "bytes": ("MB/s", 1)}
"""The unit of the classes of bandwidth, and how many millionths of it one byte/s is."""


class RelaysSection(View, frozen=True):
    """Counts of running relays, and how many are down.

    `ages` has the relays first seen in so many days, and the median age; `positions` are relays by
    whether they have the flags Guard and Exit; `bad_exits` tells of those with Exit that are no
    exits; `states` and `flags` have counts with their share of
    the running relays; a row of `loads` has the overloaded ones, and their share.
    """

    roles: tuple[Slice, ...]
    ages: Facts
    positions: tuple[Slice, ...]
    flags: tuple[Share, ...]
    bad_exits: str | None
    states: tuple[Share, ...]
    loads: tuple[FigureRow, ...]
    months: Chart | None


class BandwidthSection(View, frozen=True):
    """What running relays can carry; `facts` have the share of the observed bandwidth.

    `classes` count relays by the least observed bandwidth, in `unit`; `half` is the median.
    A row of `roles` has observed bandwidth, its share, average, median, and data transferred by all
    relays of the role, in up to `period`; one of `flags` has the bandwidth of the relays with that
    flag, and its share.
    """

    unit: str
    half: str
    classes: Histogram | None
    facts: Facts
    parts: tuple[Slice, ...]
    roles: tuple[FigureRow, ...]
    flags: tuple[FigureRow, ...]
    period: str | None


def relays(stats: HistoryStats, counts: RelayCounts, capacity: Capacity) -> RelaysSection:
    """Return how many relays there are of which kind."""
    network = stats.network
    totals = network.totals
    return RelaysSection(
        roles=role_slices({role: totals.parts[role].relays for role in ROLES}, formatting.count),
        ages=_ages(counts, totals),
        positions=_positions(counts, totals.running),
        flags=counted_rows(
            (
                (group_links.flag(flag), running)
                for flag, (running, _) in sorted(
                    counts.flags.items(), key=lambda counted: -counted[1][0]
                )
                if running
            ),
            totals.running,
        ),
        bad_exits=_bad_exits(counts.bad_exits),
        states=_states(network, counts, capacity),
        loads=_loads(counts, stats.slugs) if counts.overloaded else (),
        months=count_charts.first_months(
            first_months(network.members, stats.published),
            "Relays in the network today, by the month they were first seen",
        ),
    )


def _positions(counts: RelayCounts, running: int) -> tuple[Slice, ...]:
    some = counts.guard_only, counts.exit_and_guard, counts.exit_only
    parts = zip(POSITIONS, (*some, running - sum(some)), strict=True)
    return slices(
        [(plain(words), count, formatting.count(count), colour) for (words, colour), count in parts]
    )


def _bad_exits(count: int) -> str | None:
    relays = formatting.number_of(count, "relay")
    return f"Not counted as exits: {relays} with both Exit and BadExit." if count else None


def _loads(counts: RelayCounts, slugs: Mapping[str, str]) -> tuple[FigureRow, ...]:
    """Return the overloaded relays by role, version, operating system, network and country."""
    roles, series, platforms, networks, countries = counts.loads
    rows = (
        *((plain(PLURALS[role]), roles[role]) for role in ROLES if role in roles),
        *((plain(f"Tor {name}"), load) for name, load in [*series.items()][:LOAD_ROWS]),
        *(
            (group_links.platform(name, slugs), load)
            for name, load in [*platforms.items()][:LOAD_ROWS]
        ),
        *((group_links.network(name), load) for name, load in [*networks.items()][:LOAD_ROWS]),
        *(
            (group_links.country(name, short_name(name)), load)
            for name, load in [*countries.items()][:LOAD_ROWS]
        ),
    )
    return tuple(
        FigureRow(name=name, values=(formatting.count(some), percent(some / every)))
        for name, (some, every) in rows
    )


def _ages(counts: RelayCounts, totals: Totals) -> Facts:
    age = NOT_IN_DATA if counts.age is None else formatting.number_of(counts.age, "day")
    return (
        *(
            (f"New in {_days(days)}", of_whole(count, totals.running))
            for days, count in counts.recent.items()
        ),
        ("Median age", Figure(value=age)),
        ("Down", Figure(value=formatting.count(totals.relays - totals.running))),
    )


def _days(days: int) -> str:
    return "1 year" if days == 365 else formatting.number_of(days, "day")


def _states(network: Network, counts: RelayCounts, capacity: Capacity) -> tuple[Share, ...]:
    totals = network.totals
    states = {
        "Measured": totals.measured,
        "Not measured": totals.measured_known - totals.measured,
        "Overloaded": counts.overloaded,
        "IPv4 and IPv6": capacity.dual_stack.running,
        "IPv4 only": capacity.ipv4_only.running,
        "Exit and Guard flags": counts.exit_and_guard,
    }
    if not totals.measured_known:
        del states["Measured"], states["Not measured"]
    return counted_rows(((plain(words), count) for words, count in states.items()), totals.running)


def tiles(
    stats: HistoryStats, counts: RelayCounts, capacity: Capacity, recommended: Tile
) -> tuple[Tile, ...]:
    """Return the figures at the head of the page; `recommended` is the tile of versions."""
    totals = stats.network.totals
    verified = sum(
        member.status == "validated" and member.relay.running for member in stats.network.members
    )
    return (
        running_tile(stats.network),
        share_tile("Measured", totals.measured, totals.measured_known, "by bandwidth authorities"),
        share_tile(
            "Overloaded",
            counts.overloaded,
            totals.running,
            formatting.number_of(counts.overloaded, "relay"),
        ),
        recommended,
        share_tile(
            "With IPv6",
            capacity.dual_stack.running,
            totals.running,
            formatting.number_of(capacity.dual_stack.running, "relay"),
        ),
        share_tile(
            "Verified relays",
            verified,
            totals.running,
            f"{formatting.count(verified)} with an AROI proof",
        ),
    )


def running_tile(network: Network) -> Tile:
    """Return how many relays are running, of all."""
    totals = network.totals
    return Tile(
        label="Running relays",
        value=formatting.count(totals.running),
        remark=f"of {formatting.count(totals.relays)} seen in the last 7 days",
        level=level(totals.running, totals.relays),
    )


def bandwidth(
    stats: HistoryStats, counts: RelayCounts, capacity: Capacity, units: formatting.Units
) -> BandwidthSection:
    """Return what the network can carry."""
    network, volume = stats.network, capacity.volumes[None]
    unit, factor = MEGA[units]
    return BandwidthSection(
        unit=unit,
        half=network_figures.rate(capacity.typical[None].median, units),
        classes=count_charts.classes(
            "bandwidth-classes",
            "Running relays by observed bandwidth",
            {f"{factor * least / 1_000_000:g}": count for least, count in capacity.classes.items()},
        ),
        facts=_facts(network, capacity, units),
        parts=role_slices(
            {role: network.totals.parts[role].bandwidth for role in ROLES},
            lambda part: formatting.share(part, network.totals.bandwidth) or "0%",
        ),
        roles=_roles(network, capacity, units),
        flags=_flags(network, counts, units),
        period=None if volume is None else PERIOD_WORDS[volume.period],
    )


def _facts(network: Network, capacity: Capacity, units: formatting.Units) -> Facts:
    def rate(value: int) -> str:
        return network_figures.observed(network.absent, value, units)

    advertised = Figure(
        value=rate(capacity.advertised), remark=f"({rate(capacity.headroom)} capped by operators)"
    )
    return (
        ("Observed", Figure(value=rate(network.totals.bandwidth))),
        ("Advertised", advertised),
        ("Of measured relays", network_figures.carried(capacity.measured, network, units)),
        ("With IPv6", network_figures.carried(capacity.dual_stack, network, units)),
        ("IPv4 only", network_figures.carried(capacity.ipv4_only, network, units)),
    )


def _roles(network: Network, capacity: Capacity, units: formatting.Units) -> tuple[FigureRow, ...]:
    rows, totals = [], network.totals
    for role in (*ROLES, None):
        observed = totals.bandwidth if role is None else totals.parts[role].bandwidth
        typical = capacity.typical[role]
        rows.append(
            FigureRow(
                name=Link(text=PLURALS[role]),
                values=(
                    network_figures.observed(network.absent, observed, units),
                    formatting.share(observed, totals.bandwidth) or network_figures.NOT_COMPUTABLE,
                    network_figures.rate(typical.mean, units),
                    network_figures.rate(typical.median, units),
                    _volume(capacity.volumes[role]),
                ),
            )
        )
    return tuple(rows)


def _flags(network: Network, counts: RelayCounts, units: formatting.Units) -> tuple[FigureRow, ...]:
    carried, total = counts.carried, network.totals.bandwidth
    return tuple(
        FigureRow(
            name=group_links.flag(flag),
            values=(
                network_figures.observed(network.absent, carried[flag], units),
                formatting.share(carried[flag], total) or network_figures.NOT_COMPUTABLE,
            ),
        )
        for flag in CARRIED
        if flag in carried
    )


def _volume(volume: Volume | None) -> str:
    return NO_HISTORY if volume is None else network_figures.volume(volume.size)
