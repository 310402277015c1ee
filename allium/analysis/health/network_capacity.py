"""How much the network can carry: observed and advertised bandwidth, addresses, data moved."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from allium.analysis.history.throughput import Volume, added
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network_stats import of_role
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.statistics import classes, quantile
from allium.analysis.totals import Totals, totals
from allium.model.relay import Relay

CLASSES: Final = tuple(125_000 * bound for bound in (0, 1, 5, 10, 20, 50, 100, 200, 500, 1_000))
"""The least bytes/s of each class of relays: whole Mbit/s. A choice of this site: 1, 2 and 5 times
powers of ten, as lines are sold."""


class Typical(Struct, frozen=True):
    """Mean and median observed bandwidth, in bytes/s, of the relays that report any."""

    mean: float | None
    median: float | None


class Capacity(Struct, frozen=True, kw_only=True):
    """What running relays can carry, in bytes/s, and what all relays of a role ever moved.

    `headroom` is what they carried at their best above what they offer; `classes` counts them by
    the least bandwidth of their class; the role `None` is all.
    """

    advertised: int
    headroom: int
    typical: dict[Role | None, Typical]
    measured: Totals
    dual_stack: Totals
    ipv4_only: Totals
    classes: dict[int, int]
    volumes: dict[Role | None, Volume | None]


def capacity(stats: HistoryStats) -> Capacity:
    """Return how much a network can carry."""
    running = [member for member in stats.network.members if member.relay.running]
    relays = [member.relay for member in running]
    reached = [(relay, _addresses(relay)) for relay in relays]
    return Capacity(
        advertised=sum(relay.advertised_bandwidth or 0 for relay in relays),
        headroom=sum(_headroom(relay) for relay in relays),
        typical={role: _typical(of_role(running, role)) for role in (*ROLES, None)},
        measured=totals(relay for relay in relays if relay.measured is True),
        dual_stack=totals(relay for relay, by in reached if by == (True, True)),
        ipv4_only=totals(relay for relay, by in reached if by == (True, False)),
        classes=classes(sorted(relay.observed_bandwidth or 0 for relay in relays), CLASSES),
        volumes=_volumes(stats),
    )


def _headroom(relay: Relay) -> int:
    # Where a relay observed nothing yet, the difference would be negative.
    return max((relay.observed_bandwidth or 0) - (relay.advertised_bandwidth or 0), 0)


def _typical(relays: Iterable[Relay]) -> Typical:
    rates = sorted(relay.observed_bandwidth for relay in relays if relay.observed_bandwidth)
    return Typical(sum(rates) / len(rates) if rates else None, quantile(rates, 50))


def _addresses(relay: Relay) -> tuple[bool, bool]:
    """Return whether a relay has an IPv4 and whether it has an IPv6 address."""
    bracketed = [address.startswith("[") for address in relay.or_addresses]
    return not all(bracketed), any(bracketed)


def _volumes(stats: HistoryStats) -> dict[Role | None, Volume | None]:
    parts: dict[Role, list[Volume]] = {role: [] for role in ROLES}
    for member in stats.network.members:
        volume = stats.volumes.get(member.relay.fingerprint)
        if volume is not None:
            parts[member.role].append(volume)
    volumes: dict[Role | None, Volume | None] = {role: added(parts[role]) for role in ROLES}
    return volumes | {None: stats.performances.volume}
