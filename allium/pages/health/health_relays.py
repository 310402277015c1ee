"""The health page's sections on the numbers of relays and on bandwidth."""

from allium import formatting
from allium.analysis.health.network_capacity import Capacity, capacity
from allium.analysis.health.relay_counts import first_months, relay_counts
from allium.analysis.history.throughput import Volume
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network import Network
from allium.analysis.relay.role import ROLES
from allium.analysis.totals import Totals
from allium.pages.parts import count_charts, group_links, network_figures
from allium.pages.parts.chart_views import Chart, Histogram
from allium.pages.parts.network_figures import PLURALS, FigureRow, counted, given
from allium.pages.parts.page_base import PERIOD_WORDS, Link, View


class RelaysSection(View, frozen=True):
    """Counts of relays; all but `relays` and `offline` are of running ones, with their part.

    A row of `flags` has the relays known, the running ones, and their part of all that run.
    """

    relays: str
    running: str
    offline: str
    roles: dict[str, str]
    exit_and_guard: str
    measured: str
    unmeasured: str
    overloaded: str
    dual_stack: str
    ipv4_only: str
    recent: tuple[tuple[str, str], ...]
    age: str | None
    flags: tuple[FigureRow, ...]
    months: Chart | None


class BandwidthSection(View, frozen=True):
    """What running relays can carry, each with its part of the observed bandwidth.

    A row of `roles` has observed bandwidth, its part, mean, median, and total data.
    """

    observed: str
    advertised: str
    headroom: str
    measured: str
    dual_stack: str
    ipv4_only: str
    period: str | None
    roles: tuple[FigureRow, ...]
    classes: Histogram | None


def relays(stats: HistoryStats, capacity: Capacity) -> RelaysSection:
    """Return how many relays there are of which kind."""
    network, counts = stats.network, relay_counts(stats)
    totals = network.totals
    running, unmeasured = totals.running, totals.measured_known - totals.measured
    months = first_months(stats.network.members, stats.published)
    return RelaysSection(
        relays=formatting.number_of(totals.relays, "known relay"),
        running=formatting.count(running),
        offline=formatting.count(totals.relays - running),
        roles={role: counted(totals.parts[role].relays, running) for role in ROLES},
        exit_and_guard=counted(counts.exit_and_guard, running),
        measured=given(network.absent, counted(totals.measured, running), "measured"),
        unmeasured=given(network.absent, counted(unmeasured, running), "measured"),
        overloaded=counted(counts.overloaded, running),
        dual_stack=counted(capacity.dual_stack.running, running),
        ipv4_only=counted(capacity.ipv4_only.running, running),
        recent=tuple(
            (formatting.number_of(days, "day"), counted(count, running))
            for days, count in counts.recent.items()
        ),
        age=None if counts.age is None else formatting.number_of(counts.age, "day"),
        flags=tuple(
            FigureRow(
                name=group_links.flag(flag),
                values=(formatting.count(known), *network_figures.part(count, running)),
            )
            for flag, (count, known) in counts.flags.items()
        ),
        months=count_charts.first_months(months, "Relays known, by the month of their first day"),
    )


def bandwidth(stats: HistoryStats, units: formatting.Units) -> tuple[Capacity, BandwidthSection]:
    """Return what the network can carry, in numbers and as printed."""
    network, network_capacity = stats.network, capacity(stats)
    totals = network.totals

    def rate(value: int) -> str:
        return network_figures.observed(network.absent, value, units)

    def part(of: Totals) -> str:
        return network_figures.carried(of, network, units)

    volume = network_capacity.volumes[None]
    return network_capacity, BandwidthSection(
        observed=rate(totals.bandwidth),
        advertised=rate(network_capacity.advertised),
        headroom=rate(network_capacity.headroom),
        measured=part(network_capacity.measured),
        dual_stack=part(network_capacity.dual_stack),
        ipv4_only=part(network_capacity.ipv4_only),
        period=None if volume is None else PERIOD_WORDS[volume.period],
        roles=_roles(network, network_capacity, units),
        classes=count_charts.classes(
            "bandwidth-classes",
            "Running relays by observed bandwidth",
            {rate(least): count for least, count in network_capacity.classes.items()},
        ),
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


def _volume(volume: Volume | None) -> str:
    return "no history" if volume is None else network_figures.volume(volume.size)
