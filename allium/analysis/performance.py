"""What histories say of every relay, every operator and the whole network."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias, TypeVar

from msgspec import Struct

from allium.analysis.aroi import NO_CONTACT, ContactId
from allium.analysis.network import Member, Network, Operator
from allium.analysis.statistics import (
    OUTLIER_VALUES,
    Moments,
    Quotient,
    Ratio,
    less,
    mean,
    part,
    percentile_rank,
    rounded_first,
    total,
)
from allium.analysis.throughput import (
    RECENT,
    OperatorThroughput,
    Volume,
    added,
    operator_throughput,
    relay_volume,
    throughputs,
)
from allium.analysis.uptime import (
    EVERYWHERE,
    POSITION_PERIOD,
    FlagPeriod,
    NetworkUptime,
    OperatorUptime,
    Outlier,
    Standing,
    comparable,
    network_uptime,
    operator_uptime,
    summary,
)
from allium.model.history import Bandwidth, Mean, Period, Uptime
from allium.model.relay import Fingerprint, Flag
from allium.text import Exact

T = TypeVar("T")
Throughputs: TypeAlias = Mapping[Period, Quotient]

HIGH: Final = Fraction(3, 2)


class Performance(Struct, frozen=True, kw_only=True):
    """One operator's history; `None` where a source is missing or nothing is known.

    `volume` is all data moved; `outliers` are relays of unusually low and high throughput;
    `contribution` is the part of the network's relay throughput, `utilisation` that of the
    running relays' observed bandwidth; `rank` is the percentile among operators.
    """

    uptime: OperatorUptime | None = None
    throughput: OperatorThroughput | None = None
    flag_throughput: dict[FlagPeriod, Quotient]
    outliers: tuple[Outlier, ...] = ()
    volume: Volume | None = None
    contribution: Quotient | None = None
    utilisation: Fraction | None = None
    rank: int | None = None


class Performances(Struct, frozen=True, kw_only=True):
    """The performance of every operator, and what they are compared with.

    `flag_throughput` is that of the period that operators are compared by.
    """

    operators: dict[ContactId, Performance]
    uptime: NetworkUptime | None
    flag_throughput: dict[Flag, Moments]
    volume: Volume | None


def volumes(bandwidth: Mapping[Fingerprint, Bandwidth]) -> dict[Fingerprint, Volume]:
    """Return all that each relay is known to have moved."""
    found = ((name, relay_volume(history)) for name, history in bandwidth.items())
    return {name: volume for name, volume in found if volume is not None}


def performances(
    network: Network,
    uptime: Mapping[Fingerprint, Uptime] | None,
    bandwidth: Mapping[Fingerprint, Bandwidth] | None,
    moved: Mapping[Fingerprint, Volume],
) -> Performances:
    """Return what the histories of a network come to; `None` stands for a missing document.

    `moved` are the relays' volumes.
    """
    uptimes, compared = _uptimes(network, uptime)
    relays = {name: throughputs(history) for name, history in (bandwidth or {}).items()}
    carried = {
        name: _carried(operator, bandwidth, relays)
        for name, operator in network.operators.items()
        if bandwidth is not None
    }
    flags, every = _flag_throughputs(network, relays)
    ranks = _ranks(carried)
    whole = _sum(network.members, relays)
    return Performances(
        operators={
            name: Performance(
                uptime=uptimes.get(name),
                throughput=carried.get(name),
                flag_throughput=flags[name],
                outliers=_outliers(operator.members, relays),
                volume=added(_known(operator.members, moved)),
                contribution=_contribution(carried.get(name), whole),
                utilisation=_utilisation(operator, carried.get(name), relays),
                rank=ranks.get(name),
            )
            for name, operator in network.operators.items()
        },
        uptime=compared,
        flag_throughput=every,
        volume=added(_known(network.members, moved)),
    )


def _uptimes(
    network: Network, histories: Mapping[Fingerprint, Uptime] | None
) -> tuple[dict[ContactId, OperatorUptime], NetworkUptime | None]:
    if histories is None:
        return {}, None
    every: dict[Flag, list[Mean]] = defaultdict(list)
    found = {}
    for name, operator in network.operators.items():
        names = (member.relay.fingerprint for member in operator.members)
        own = {one: histories[one] for one in names if one in histories}
        found[name], flags = operator_uptime(own)
        _include(every, flags)
    return found, network_uptime(histories.values(), every)


def _include(every: dict[Flag, list[T]], own: Mapping[FlagPeriod, Sequence[T]]) -> None:
    """Add an operator's values by flag, of the period that operators are compared by."""
    for (flag, period), values in own.items():
        if period == POSITION_PERIOD:
            every[flag].extend(values)


def _carried(
    operator: Operator,
    histories: Mapping[Fingerprint, Bandwidth],
    relays: Mapping[Fingerprint, Throughputs],
) -> OperatorThroughput:
    names = (member.relay.fingerprint for member in operator.members)
    known = [(histories[name], relays[name]) for name in names if name in histories]
    return operator_throughput([one for one, _ in known], [own for _, own in known])


def _flag_throughputs(
    network: Network, relays: Mapping[Fingerprint, Throughputs]
) -> tuple[dict[ContactId, dict[FlagPeriod, Quotient]], dict[Flag, Moments]]:
    """Return the relays' throughput by the flags they hold: of each operator, and of all."""
    every: dict[Flag, list[Ratio]] = defaultdict(list)
    found = {}
    for name, operator in network.operators.items():
        own: dict[FlagPeriod, list[Ratio]] = defaultdict(list)
        for member in operator.members:
            flags = set(member.relay.flags) - EVERYWHERE
            for period, value in relays.get(member.relay.fingerprint, {}).items():
                ratio = value.as_integer_ratio()
                for flag in flags:
                    own[flag, period].append(ratio)
        _include(every, own)
        found[name] = {key: mean(values) for key, values in own.items()}
    return found, comparable(every)


def throughput_standing(value: Exact, network: Moments) -> Standing:
    """Return how a flag's throughput compares with that of all relays that hold the flag."""
    if less(value, network.mean):
        return "low" if network.is_far(value, inclusive=True) else "below average"
    return "high" if less(HIGH * network.mean, value) else "average"


def _outliers(
    members: Sequence[Member], relays: Mapping[Fingerprint, Throughputs]
) -> tuple[Outlier, ...]:
    if len(members) < OUTLIER_VALUES:
        return ()
    names = (member.relay.fingerprint for member in members)
    known = {name: relays[name][RECENT] for name in names if RECENT in relays.get(name, {})}
    return summary({RECENT: known})


def _known(members: Iterable[Member], moved: Mapping[Fingerprint, Volume]) -> list[Volume]:
    names = (member.relay.fingerprint for member in members)
    return [moved[name] for name in names if name in moved]


def _sum(members: Iterable[Member], relays: Mapping[Fingerprint, Throughputs]) -> Fraction:
    """Return the six-month throughputs of relays added up."""
    known = (relays.get(member.relay.fingerprint, {}).get(RECENT) for member in members)
    return total(value.as_integer_ratio() for value in known if value is not None)


def _contribution(carried: OperatorThroughput | None, whole: Fraction) -> Quotient | None:
    """Return what part of all relays' throughputs an operator's have; `None` when it is nothing."""
    if carried is None or RECENT not in carried.relays:
        return None
    average, relays = carried.relays[RECENT]
    own = Quotient(average.numerator * relays, average.denominator)
    return part(own, whole) if own.numerator else None


def _utilisation(
    operator: Operator,
    carried: OperatorThroughput | None,
    relays: Mapping[Fingerprint, Throughputs],
) -> Fraction | None:
    """Return what part of its running relays' observed bandwidth an operator's relays carried."""
    throughput = None if carried is None else carried.periods.get(RECENT)
    observed = sum(
        member.relay.observed_bandwidth or 0
        for member in operator.members
        if member.relay.running and RECENT in relays.get(member.relay.fingerprint, {})
    )
    return throughput / observed if throughput and observed else None


def _ranks(carried: Mapping[ContactId, OperatorThroughput]) -> dict[ContactId, int]:
    """Return each operator's percentile by six-month throughput; of fewer than two, none."""
    found = {
        name: rounded_first(one.periods[RECENT])
        for name, one in carried.items()
        if name != NO_CONTACT and RECENT in one.periods
    }
    ordered = sorted(found.values())
    ranks = {name: percentile_rank(ordered, value) for name, value in found.items()}
    return {name: rank for name, rank in ranks.items() if rank is not None and len(ordered) > 1}
