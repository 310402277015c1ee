"""The orders in which each list has a page of its first entries."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from allium import formatting
from allium.analysis.history.throughput import added
from allium.analysis.history.uptime import POSITION_PERIOD, percent, percentage
from allium.analysis.history_stats import HistoryStats
from allium.analysis.listing_entries import ListingEntry
from allium.analysis.network import Member
from allium.analysis.relay.platform import version_key
from allium.analysis.relay.role import Role
from allium.pages.boards.board_titles import PrintContext
from allium.pages.parts import network_figures
from allium.pages.parts.levels import level
from allium.pages.parts.page_base import When, day, minute

ListName: TypeAlias = Literal[
    "relays", "operators", "families", "networks", "countries", "platforms", "versions"
]

Metric: TypeAlias = Callable[[Any, HistoryStats], Any]
"""From a relay (`Member`) or an `Entry`, what it is ordered by; `None` when that is not known."""
MetricFormat: TypeAlias = Callable[[Any, PrintContext], str | When | None]


class Order(Struct, frozen=True, kw_only=True):
    """An order: what it is called, its metric, and the printed form of that.

    Whoever has most comes first, or least when `lowest`. `heading` is the title of its page, with
    braces for what it lists, unless `title` follows from that.
    `label` heads the column of the metric: one that the list has, or with `formatted` one of its
    own; without any the name says it all. `metered` tells that the metric is a quantity, which a
    bar can show. `absent` stands where the metric is not known, `source` is the document without
    which there is no such order, `idle` tells that entries without a running relay take part.
    """

    title: str
    metric: Metric
    heading: str = ""
    label: str = ""
    formatted: MetricFormat | None = None
    lowest: bool = False
    metered: bool = True
    absent: str = "Unknown"
    source: str = "details"
    idle: bool = False

    def named(self, things: str) -> str:
        """Return the title of the page of some `things` in this order."""
        by = self.heading or f"{{}} by {self.title[0].lower()}{self.title[1:]}"
        title = by.format(things)
        return f"{title[0].upper()}{title[1:]}"

    def printed(self, value: Any, context: PrintContext) -> str | When | None:  # noqa: ANN401  see Metric
        """Return a metric as printed; `None` where it has no column of its own."""
        if self.formatted is None:
            return None
        return self.absent if value is None else self.formatted(value, context) or self.absent

    def levels(self, values: Sequence[Any]) -> list[int | None]:
        """Return the lengths of bars of metrics, relative to the greatest."""
        if not self.metered:
            return [None] * len(values)
        parts = [Fraction(*formatting.quotient(value or 0)) for value in values]
        top = max(parts, default=Fraction(0))
        return [
            level(part.numerator * top.denominator, top.numerator * part.denominator)
            for part in parts
        ]


def rate(value: int, context: PrintContext) -> str:
    """Return a rate."""
    return formatting.bandwidth(value, context.units)


def count(value: int, _: PrintContext) -> str:
    """Return a number."""
    return formatting.count(value)


def chance(value: float, _: PrintContext) -> str | None:
    """Return a probability."""
    return formatting.share(*formatting.quotient(value))


def percent_of(value: float, _: PrintContext) -> str:
    """Return a number of percent."""
    return formatting.percent(value, 1)


def volume(value: int, _: PrintContext) -> str:
    """Return a number of bytes."""
    return network_figures.volume(value)


def day_of(value: str, _: PrintContext) -> When:
    """Return the date of a time."""
    return day(value)


def minute_of(value: str, _: PrintContext) -> When | None:
    """Return a time."""
    return minute(value)


def guard_share(value: int, context: PrintContext) -> str | None:
    """Return a part of the weight of all guards."""
    return formatting.share(value, context.totals.parts["guard"].weight)


def exit_share(value: int, context: PrintContext) -> str | None:
    """Return a part of the weight of all exits."""
    return formatting.share(value, context.totals.parts["exit"].weight)


def relay_volume(member: Member, stats: HistoryStats) -> int | None:
    """Return all bytes that a relay is known to have moved."""
    moved_bytes = stats.volumes.get(member.relay.fingerprint)
    return None if moved_bytes is None else moved_bytes.size


def relay_uptime(member: Member, stats: HistoryStats) -> float | None:
    """Return a relay's uptime of 6 months in percent."""
    history = stats.uptime.get(member.relay.fingerprint)
    return None if history is None else percent(history.running.get(POSITION_PERIOD))


def moved(entry: ListingEntry, stats: HistoryStats) -> int | None:
    """Return all bytes that the relays of an entry are known to have moved."""
    names, volumes = (member.relay.fingerprint for member in entry.members), stats.volumes
    moved_bytes = added([volumes[name] for name in names if name in volumes])
    return None if moved_bytes is None else moved_bytes.size


def operator_moved(entry: ListingEntry, stats: HistoryStats) -> int | None:
    """Return what `moved` does for an operator, who has it at hand."""
    moved_bytes = stats.performances.operators[entry.id].volume
    return None if moved_bytes is None else moved_bytes.size


def operator_uptime(entry: ListingEntry, stats: HistoryStats) -> float | None:
    """Return the mean uptime of an operator's relays over 6 months."""
    uptime = stats.performances.operators[entry.id].uptime
    return None if uptime is None or uptime.position is None else percentage(uptime.position)


def verified(entry: ListingEntry, _: HistoryStats) -> int:
    """Return how many relays the operator's domain verifies."""
    return sum(member.status == "validated" for member in entry.members)


def by_role(role: Role, formatted: MetricFormat) -> Order:
    """Return the order by a role's weight."""
    return Order(
        title=f"{role.capitalize()} weight",
        label=f"{role.capitalize()} weight",
        metric=lambda entry, _: entry.totals.parts[role].weight,
        formatted=formatted,
        absent="None",
    )


def by_number(role: Role) -> Order:
    """Return the order by the number of running relays of a role."""
    return Order(
        title=f"{role.capitalize()}s",
        label=f"{role.capitalize()}s",
        metric=lambda entry, _: entry.totals.parts[role].relays,
    )


BANDWIDTH: Final = Order(
    title="Observed bandwidth", label="Bandwidth", metric=lambda entry, _: entry.totals.bandwidth
)
RELAYS: Final = Order(
    title="Running relays", label="Relays", metric=lambda entry, _: entry.totals.running
)
OPERATORS: Final = Order(
    title="Operators", label="Operators", metric=lambda entry, _: len(entry.operators)
)
NETWORKS: Final = Order(
    title="Networks", label="Networks", metric=lambda entry, _: len(entry.networks)
)
COUNTRIES: Final = Order(
    title="Countries", label="Countries", metric=lambda entry, _: len(entry.countries)
)
OLDEST: Final = Order(
    title="Oldest",
    heading="Oldest {}",
    label="First seen",
    metered=False,
    metric=lambda entry, _: entry.first_seen,
    lowest=True,
)
GUARDS: Final = by_number("guard")
EXITS: Final = by_number("exit")
EXIT_WEIGHT: Final = by_role("exit", exit_share)
GUARD_WEIGHT: Final = by_role("guard", guard_share)
TOTAL_DATA: Final = Order(
    title="Data transferred",
    label="Data transferred",
    metric=moved,
    formatted=volume,
    absent="No history",
    source="bandwidth",
)
UPTIME: Final = Order(
    title="Uptime, 6 months",
    heading="{} by uptime in 6 months",
    label="Uptime, 6 months",
    metered=False,
    metric=operator_uptime,
    formatted=percent_of,
    absent="Too little history",
    source="uptime",
)
_OF_RELAYS: Final = {
    "bandwidth": Order(
        title="Observed bandwidth",
        label="Bandwidth",
        metric=lambda member, _: member.relay.observed_bandwidth,
        formatted=rate,
        absent="Not reported",
    ),
    "advertised": Order(
        title="Advertised bandwidth",
        label="Advertised",
        metric=lambda member, _: member.relay.advertised_bandwidth,
        formatted=rate,
        absent="Not reported",
    ),
    "total-data": replace(TOTAL_DATA, metric=relay_volume),
    "guard-probability": Order(
        title="Guard probability",
        label="Guard probability",
        metric=lambda member, _: member.relay.guard_probability,
        formatted=chance,
    ),
    "exit-probability": Order(
        title="Exit probability",
        label="Exit probability",
        metric=lambda member, _: member.relay.exit_probability,
        formatted=chance,
    ),
    "oldest": Order(
        title="Oldest",
        heading="Oldest {}",
        label="First seen",
        metered=False,
        metric=lambda member, _: member.relay.first_seen,
        formatted=day_of,
        lowest=True,
    ),
    "newest": Order(
        title="Newest",
        heading="Newest {}",
        label="First seen",
        metered=False,
        metric=lambda member, _: member.relay.first_seen,
        formatted=day_of,
    ),
    "uptime-6-months": replace(UPTIME, metric=relay_uptime),
    "longest-running": Order(
        title="Longest running",
        heading="Longest-running {}",
        label="Running since (UTC)",
        metered=False,
        metric=lambda member, _: member.relay.last_restarted,
        formatted=minute_of,
        lowest=True,
    ),
}
ORDERS: Final[dict[ListName, dict[str, Order]]] = {
    "relays": _OF_RELAYS,
    "operators": {
        "bandwidth": BANDWIDTH,
        "relays": RELAYS,
        "guards": GUARDS,
        "exits": EXITS,
        "exit-weight": EXIT_WEIGHT,
        "guard-weight": GUARD_WEIGHT,
        "validated-relays": Order(
            title="Verified relays",
            label="Verified relays",
            metric=verified,
            formatted=count,
            source="aroi",
            idle=True,
        ),
        "countries": COUNTRIES,
        "networks": NETWORKS,
        "oldest": OLDEST,
        "total-data": replace(TOTAL_DATA, metric=operator_moved),
        "uptime-6-months": UPTIME,
    },
    "families": {
        "bandwidth": BANDWIDTH,
        "relays": RELAYS,
        "guard-weight": GUARD_WEIGHT,
        "exit-weight": EXIT_WEIGHT,
        "networks": NETWORKS,
        "countries": COUNTRIES,
        "oldest": OLDEST,
        "total-data": TOTAL_DATA,
    },
    "networks": {
        "bandwidth": BANDWIDTH,
        "relays": RELAYS,
        "guards": GUARDS,
        "exits": EXITS,
        "guard-weight": GUARD_WEIGHT,
        "exit-weight": EXIT_WEIGHT,
        "operators": OPERATORS,
        "total-data": TOTAL_DATA,
    },
    "countries": {
        "bandwidth": BANDWIDTH,
        "relays": RELAYS,
        "guards": GUARDS,
        "exits": EXITS,
        "guard-weight": GUARD_WEIGHT,
        "exit-weight": EXIT_WEIGHT,
        "operators": OPERATORS,
        "networks": NETWORKS,
        "total-data": TOTAL_DATA,
    },
    "platforms": {
        "bandwidth": BANDWIDTH,
        "relays": RELAYS,
        "guard-weight": GUARD_WEIGHT,
        "exit-weight": EXIT_WEIGHT,
        "operators": OPERATORS,
        "total-data": TOTAL_DATA,
    },
    "versions": {
        "relays": RELAYS,
        "bandwidth": BANDWIDTH,
        "guard-weight": GUARD_WEIGHT,
        "exit-weight": EXIT_WEIGHT,
        "newest-version": Order(
            title="Newest",
            heading="Newest {}",
            metered=False,
            metric=lambda entry, _: version_key(entry.id),
        ),
        "oldest-version": Order(
            title="Oldest",
            heading="Oldest {}",
            metered=False,
            metric=lambda entry, _: version_key(entry.id),
            lowest=True,
        ),
    },
}
"""Every list's orders by their names in paths, in print order."""


def known_orders(name: ListName, stats: HistoryStats) -> dict[str, Order]:
    """Return the orders of a list that the documents at hand allow."""
    return {slug: order for slug, order in ORDERS[name].items() if order.source in stats.documents}
