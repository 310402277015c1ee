"""The orders in which each list has a page of its first entries."""

from typing import Final, Literal, TypeAlias

from msgspec.structs import replace

from allium.analysis.history_stats import HistoryStats
from allium.analysis.relay.platform import version_key
from allium.pages.lists.list_order import (
    Order,
    by_number,
    by_role,
    chance,
    count,
    day_of,
    guard_share,
    minute_of,
    moved,
    operator_moved,
    operator_uptime,
    percent_of,
    proven,
    rate,
    relay_uptime,
    relay_volume,
    volume,
)

ListName: TypeAlias = Literal[
    "relays", "operators", "families", "networks", "countries", "platforms", "versions"
]

BANDWIDTH: Final = Order(
    title="observed bandwidth", label="Bandwidth", metric=lambda one, _: one.totals.bandwidth
)
RELAYS: Final = Order(
    title="number of running relays", label="Relays", metric=lambda one, _: one.totals.running
)
OPERATORS: Final = Order(
    title="number of operators", label="Operators", metric=lambda one, _: len(one.operators)
)
NETWORKS: Final = Order(
    title="number of networks", label="AS", metric=lambda one, _: len(one.networks)
)
COUNTRIES: Final = Order(
    title="number of countries", label="Countries", metric=lambda one, _: len(one.countries)
)
OLDEST: Final = Order(
    title="age, the oldest first",
    label="First seen",
    metric=lambda one, _: one.first_seen,
    lowest=True,
)
EXIT_WEIGHT: Final = by_role("exit")
GUARD_WEIGHT: Final = by_role("guard", guard_share)
TOTAL_DATA: Final = Order(
    title="total data",
    label="Total data",
    metric=moved,
    shown=volume,
    absent="no history",
    source="bandwidth",
)
UPTIME: Final = Order(
    title="uptime of 6 months",
    label="Uptime, 6 months",
    metric=operator_uptime,
    shown=percent_of,
    absent="too little history",
    source="uptime",
)
_OF_RELAYS: Final = {
    "bandwidth": Order(
        title="observed bandwidth",
        label="Bandwidth",
        metric=lambda one, _: one.relay.observed_bandwidth,
        shown=rate,
        absent="not reported",
    ),
    "advertised": Order(
        title="advertised bandwidth",
        label="Advertised",
        metric=lambda one, _: one.relay.advertised_bandwidth,
        shown=rate,
        absent="not reported",
    ),
    "total-data": replace(TOTAL_DATA, metric=relay_volume),
    "guard-probability": Order(
        title="probability as guard",
        label="As guard",
        metric=lambda one, _: one.relay.guard_probability,
        shown=chance,
    ),
    "exit-probability": Order(
        title="probability as exit",
        label="As exit",
        metric=lambda one, _: one.relay.exit_probability,
        shown=chance,
    ),
    "oldest": Order(
        title="age, the oldest first",
        label="First seen",
        metric=lambda one, _: one.relay.first_seen,
        shown=day_of,
        lowest=True,
    ),
    "newest": Order(
        title="age, the newest first",
        label="First seen",
        metric=lambda one, _: one.relay.first_seen,
        shown=day_of,
    ),
    "uptime-6-months": replace(UPTIME, metric=relay_uptime),
    "longest-running": Order(
        title="time since the last start",
        label="Running since (UTC)",
        metric=lambda one, _: one.relay.last_restarted,
        shown=minute_of,
        lowest=True,
    ),
}
ORDERS: Final[dict[ListName, dict[str, Order]]] = {
    "relays": _OF_RELAYS,
    "operators": {
        "bandwidth": BANDWIDTH,
        "relays": RELAYS,
        "guards": by_number("guard"),
        "exits": by_number("exit"),
        "exit-weight": EXIT_WEIGHT,
        "guard-weight": GUARD_WEIGHT,
        "validated-relays": Order(
            title="proven relays",
            label="Proven relays",
            metric=proven,
            shown=count,
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
        "exit-weight": EXIT_WEIGHT,
        "oldest": OLDEST,
        "total-data": TOTAL_DATA,
    },
    "networks": {
        "bandwidth": BANDWIDTH,
        "relays": RELAYS,
        "guard-weight": GUARD_WEIGHT,
        "exit-weight": EXIT_WEIGHT,
        "operators": OPERATORS,
        "total-data": TOTAL_DATA,
    },
    "countries": {
        "bandwidth": BANDWIDTH,
        "relays": RELAYS,
        "guard-weight": GUARD_WEIGHT,
        "exit-weight": EXIT_WEIGHT,
        "operators": OPERATORS,
        "networks": NETWORKS,
    },
    "platforms": {"bandwidth": BANDWIDTH, "relays": RELAYS, "exit-weight": EXIT_WEIGHT},
    "versions": {
        "relays": RELAYS,
        "bandwidth": BANDWIDTH,
        "exit-weight": EXIT_WEIGHT,
        "newest-version": Order(
            title="version, the newest first", metric=lambda one, _: version_key(one.id)
        ),
        "oldest-version": Order(
            title="version, the oldest first",
            metric=lambda one, _: version_key(one.id),
            lowest=True,
        ),
    },
}
"""Every list's orders by their names in paths, in print order."""


def known_orders(name: ListName, survey: HistoryStats) -> dict[str, Order]:
    """Return the orders of a list that the documents at hand allow."""
    return {slug: one for slug, one in ORDERS[name].items() if one.source in survey.documents}
