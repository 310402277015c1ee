"""What histories say of every operator and of the whole network: what ranks and compares them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from msgspec import Struct

from allium.analysis.aroi.aroi_claim import NO_CONTACT, ContactId
from allium.analysis.history.throughput import (
    RECENT,
    OperatorThroughput,
    Volume,
    added,
    operator_throughput,
    relay_volume,
    throughputs,
)
from allium.analysis.history.uptime import (
    EVERYWHERE,
    NetworkUptime,
    Quantiles,
    RankedUptime,
    network_uptime,
    position,
    quantiles,
    ranked_uptime,
)
from allium.analysis.network import Member, Network
from allium.analysis.statistics import percentile_rank
from allium.model.history import Bandwidth, Period, Uptime
from allium.model.relay import Fingerprint, Flag

T = TypeVar("T")
Throughputs: TypeAlias = Mapping[Period, int]
ByFlag: TypeAlias = dict[Flag, list[T]]


class Performance(Struct, frozen=True, kw_only=True):
    """What one operator is ranked by; `None` where a source is missing or nothing is known.

    `volume` is all data moved.
    """

    uptime: RankedUptime | None = None
    throughput: OperatorThroughput | None = None
    volume: Volume | None = None


class Comparison(Struct, frozen=True, kw_only=True):
    """How one operator compares with the network.

    `position` is that of the mean uptime among the relays; `uptime_flags` and `throughput_flags`
    have those of the flags' means among all relays that hold them; `rank` is the percentile among
    operators.
    """

    position: str | None
    uptime_flags: dict[Flag, str]
    throughput_flags: dict[Flag, str]
    rank: int | None


class Performances(Struct, frozen=True, kw_only=True):
    """The performance of every operator, how each compares, and what they are compared with.

    `throughput` is that of all relays in six months, as `throughputs` has it; `volume` is what
    they moved.
    """

    operators: dict[ContactId, Performance]
    comparisons: dict[ContactId, Comparison]
    uptime: NetworkUptime | None
    throughput: int
    volume: Volume | None


def volumes(bandwidth: Mapping[Fingerprint, Bandwidth]) -> dict[Fingerprint, Volume]:
    """Return all that each relay is known to have moved."""
    by_relay = ((name, relay_volume(history)) for name, history in bandwidth.items())
    return {name: volume for name, volume in by_relay if volume is not None}


def performances(
    network: Network,
    uptime: Mapping[Fingerprint, Uptime] | None,
    bandwidth: Mapping[Fingerprint, Bandwidth] | None,
    moved: Mapping[Fingerprint, Volume],
) -> Performances:
    """Return what the histories of a network come to; `None` stands for a missing document.

    `moved` are the relays' volumes.
    """
    relays = {name: throughputs(history) for name, history in (bandwidth or {}).items()}
    operators = {
        name: Performance(
            uptime=None if uptime is None else ranked_uptime(known(operator.members, uptime)),
            throughput=None
            if bandwidth is None
            else operator_throughput(
                known(operator.members, bandwidth), known(operator.members, relays)
            ),
            volume=added(known(operator.members, moved)),
        )
        for name, operator in network.operators.items()
    }
    compared = None if uptime is None else _network_uptime(operators.values(), uptime)
    return Performances(
        operators=operators,
        comparisons=_comparisons(network, operators, compared, relays),
        uptime=compared,
        throughput=sum(rates.get(RECENT, 0) for rates in relays.values()),
        volume=added(known(network.members, moved)),
    )


def by_name(members: Iterable[Member], of: Mapping[Fingerprint, T]) -> dict[Fingerprint, T]:
    """Return what is known of each of the relays, by fingerprint."""
    names = (member.relay.fingerprint for member in members)
    return {name: of[name] for name in names if name in of}


def known(members: Iterable[Member], of: Mapping[Fingerprint, T]) -> list[T]:
    """Return what is known of each of the relays, in their order."""
    return list(by_name(members, of).values())


def flag_throughputs(
    members: Iterable[Member], relays: Mapping[Fingerprint, Throughputs], period: Period
) -> ByFlag[int]:
    """Return the throughputs of relays in a period by the flags that they hold."""
    by_flag: ByFlag[int] = defaultdict(list)
    for member in members:
        value = relays.get(member.relay.fingerprint, {}).get(period)
        if value is not None:
            for flag in set(member.relay.flags) - EVERYWHERE:
                by_flag[flag].append(value)
    return by_flag


def _network_uptime(
    operators: Iterable[Performance], histories: Mapping[Fingerprint, Uptime]
) -> NetworkUptime:
    every: ByFlag[int] = defaultdict(list)
    for operator in operators:
        if operator.uptime is not None:
            for flag, parts in operator.uptime.flags.items():
                every[flag].extend(parts)
    return network_uptime(histories.values(), every)


def _comparisons(
    network: Network,
    operators: Mapping[ContactId, Performance],
    uptime: NetworkUptime | None,
    relays: Mapping[Fingerprint, Throughputs],
) -> dict[ContactId, Comparison]:
    flags = {
        name: flag_throughputs(operator.members, relays, RECENT)
        for name, operator in network.operators.items()
    }
    every: ByFlag[int] = defaultdict(list)
    for own in flags.values():
        for flag, values in own.items():
            every[flag].extend(values)
    by_flag = {flag: quantiles(values) for flag, values in every.items()}
    ranks = _ranks(operators)
    return {
        name: Comparison(
            position=_position(one.uptime, uptime),
            uptime_flags=_uptime_flags(one.uptime, uptime),
            throughput_flags=_flag_positions(flags[name], by_flag),
            rank=ranks.get(name),
        )
        for name, one in operators.items()
    }


def _position(uptime: RankedUptime | None, network: NetworkUptime | None) -> str | None:
    """Return between which quantiles of the network's relays an operator's mean lies."""
    value = None if uptime is None else uptime.position
    if value is None or network is None:
        return None
    return position(value.total / value.count, network.quantiles)


def _uptime_flags(uptime: RankedUptime | None, network: NetworkUptime | None) -> dict[Flag, str]:
    if uptime is None or network is None:
        return {}
    return _flag_positions(uptime.flags, network.flags)


def _flag_positions(
    flags: Mapping[Flag, Sequence[int]], network: Mapping[Flag, Quantiles]
) -> dict[Flag, str]:
    """Return of each flag between which quantiles of all relays that hold it the mean lies."""
    positions = {
        flag: position(sum(values) / len(values), network[flag]) for flag, values in flags.items()
    }
    return {flag: place for flag, place in positions.items() if place is not None}


def _ranks(operators: Mapping[ContactId, Performance]) -> dict[ContactId, int]:
    """Return each operator's percentile by six-month throughput; of fewer than two, none."""
    means = {
        name: operator.throughput.periods[RECENT]
        for name, operator in operators.items()
        if name != NO_CONTACT
        and operator.throughput is not None
        and RECENT in operator.throughput.periods
    }
    ordered = sorted(means.values())
    ranks = {name: percentile_rank(ordered, value) for name, value in means.items()}
    return {name: rank for name, rank in ranks.items() if rank is not None and len(ordered) > 1}
