"""Operators beside others of like size: how many relays run, and how they compare by average."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.aroi.aroi_claim import NO_CONTACT, ContactId
from allium.analysis.network import Network
from allium.analysis.operator.performance import Performance
from allium.analysis.relay.lifecycle import band
from allium.analysis.statistics import quantile
from allium.formatting import Number

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


class SizeMedians(Struct, frozen=True):
    """The operators of one size: how many there are, and the medians of the averages of each.

    `least` and `most` are as in `Peers`. `bandwidth` is in bytes/s, `uptime` in billionths of six
    months; `None` where it is known of no operator.
    """

    least: int
    most: int | None
    operators: int
    bandwidth: Number | None
    uptime: Number | None


def peers(
    network: Network, performances: Mapping[ContactId, Performance]
) -> dict[ContactId, Peers]:
    """Return the size of each operator of several running relays, and how it compares."""
    found = {}
    for size, names in _by_size(network).items():
        carried = _bands({name: _bandwidth(network, name) for name in names})
        ran = _bands({name: _uptime(performances[name]) for name in names})
        for name in names:
            found[name] = Peers(size, _most(size), carried.get(name), ran.get(name))
    return found


def size_medians(
    network: Network, performances: Mapping[ContactId, Performance]
) -> tuple[SizeMedians, ...]:
    """Return what is in the middle of the operators of each size, the smallest size first."""
    return tuple(
        SizeMedians(
            least=size,
            most=_most(size),
            operators=len(names),
            bandwidth=_median(_bandwidth(network, name) for name in names),
            uptime=_median(_uptime(performances[name]) for name in names),
        )
        for size, names in sorted(_by_size(network).items())
    )


def _by_size(network: Network) -> dict[int, list[ContactId]]:
    """Return the operators of several running relays by the least number of their size."""
    by_size: dict[int, list[ContactId]] = defaultdict(list)
    for name, operator in network.operators.items():
        running = operator.totals.running
        if name != NO_CONTACT and running >= SIZES[0]:
            by_size[max(size for size in SIZES if size <= running)].append(name)
    return by_size


def _most(size: int) -> int | None:
    """Return the largest number of running relays of a size; `None` of the last one."""
    return next((other - 1 for other in SIZES if other > size), None)


def _median(values: Iterable[int | None]) -> Number | None:
    return quantile(sorted(value for value in values if value is not None), 50)


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
