"""Operators beside others of like size: how many relays run, and how they compare by average."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.aroi.aroi_claim import NO_CONTACT, ContactId
from allium.analysis.network import Network
from allium.analysis.operator.performance import Performance
from allium.analysis.relay.lifecycle import band

SIZES: Final = (2, 5, 10, 20, 50, 100)
"""The least number of running relays of each size. A choice of this site: of one relay there is no
average."""
LEAST_PEERS: Final = 10
"""With fewer operators there is no comparison; a choice of this site."""


class Peers(Struct, frozen=True):
    """The size of an operator, from so many running relays to `most` (`None`: any more).

    `bandwidth` and `uptime` are the bands of the averages of its relays among operators of the
    size: observed bandwidth of running ones, uptime in six months; `None` where that is not known.
    """

    least: int
    most: int | None
    bandwidth: str | None
    uptime: str | None


def peers(
    network: Network, performances: Mapping[ContactId, Performance]
) -> dict[ContactId, Peers]:
    """Return the size of each operator of several running relays, and how it compares."""
    by_size: dict[int, list[ContactId]] = defaultdict(list)
    for name, operator in network.operators.items():
        running = operator.totals.running
        if name != NO_CONTACT and running >= SIZES[0]:
            by_size[max(size for size in SIZES if size <= running)].append(name)
    found = {}
    for size, names in by_size.items():
        above = [other for other in SIZES if other > size]
        most = above[0] - 1 if above else None
        carried = _bands({name: _bandwidth(network, name) for name in names})
        ran = _bands({name: _uptime(performances[name]) for name in names})
        for name in names:
            found[name] = Peers(size, most, carried.get(name), ran.get(name))
    return found


def _bandwidth(network: Network, name: ContactId) -> int | None:
    sums = network.operators[name].totals
    return formatting.half_up(sums.bandwidth, sums.running) or None


def _uptime(performance: Performance) -> int | None:
    uptime = performance.uptime
    if uptime is None or uptime.position is None:
        return None
    return formatting.half_up(uptime.position.total, uptime.position.count)


def _bands(values: Mapping[ContactId, int | None]) -> dict[ContactId, str]:
    known = {name: value for name, value in values.items() if value is not None}
    ordered = sorted(known.values())
    if len(ordered) < LEAST_PEERS:
        return {}
    count = len(ordered)
    # In the middle of its place: among ten, the first is in the top 10%, not in the top 1%.
    return {
        name: band(2 * (count - bisect_right(ordered, value)) + 1, 2 * count)
        for name, value in known.items()
    }
