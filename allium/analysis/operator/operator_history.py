"""What the histories of one operator's relays come to; nothing here takes the whole network."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from allium.analysis.history.throughput import (
    MEASURED_PERIODS,
    RECENT,
    OperatorThroughput,
    operator_throughput,
    throughputs,
)
from allium.analysis.history.uptime import (
    FlagPeriod,
    OperatorUptime,
    Outlier,
    operator_uptime,
    summary,
)
from allium.analysis.network import Member
from allium.analysis.operator.performance import Throughputs, flag_throughputs, known
from allium.analysis.statistics import OUTLIER_VALUES, mean
from allium.model.history import Bandwidth, Mean, Uptime
from allium.model.relay import Fingerprint


class Histories(Struct, frozen=True):
    """The reduced histories of some relays; `None` stands for a missing document."""

    uptime: dict[Fingerprint, Uptime] | None = None
    bandwidth: dict[Fingerprint, Bandwidth] | None = None


class OperatorHistory(Struct, frozen=True, kw_only=True):
    """How one operator's relays ran and what they carried; `None` where nothing is known.

    `flag_throughput` are means of the relays that hold a flag, as `throughputs` has them;
    `outliers` are relays of unusually low and high throughput; `utilisation` is the part of the
    running relays' observed bandwidth that they carried.
    """

    uptime: OperatorUptime | None
    throughput: OperatorThroughput | None
    flag_throughput: dict[FlagPeriod, Mean]
    outliers: tuple[Outlier, ...]
    utilisation: float | None


def operator_history(members: Sequence[Member], histories: Histories) -> OperatorHistory:
    """Return what the histories of an operator's relays come to."""
    uptime, bandwidth = histories.uptime, histories.bandwidth or {}
    relays = {name: throughputs(history) for name, history in bandwidth.items()}
    carried = None
    if histories.bandwidth is not None:
        carried = operator_throughput(known(members, bandwidth), known(members, relays))
    return OperatorHistory(
        uptime=None if uptime is None else operator_uptime(uptime),
        throughput=carried,
        flag_throughput={
            (flag, period): mean(values)
            for period in MEASURED_PERIODS
            for flag, values in flag_throughputs(members, relays, period).items()
        },
        outliers=_outliers(members, relays),
        utilisation=_utilisation(members, carried, relays),
    )


def _outliers(
    members: Sequence[Member], relays: Mapping[Fingerprint, Throughputs]
) -> tuple[Outlier, ...]:
    if len(members) < OUTLIER_VALUES:
        return ()
    return summary(
        {
            RECENT: {
                name: averages[RECENT] for name, averages in relays.items() if RECENT in averages
            }
        }
    )


def _utilisation(
    members: Sequence[Member],
    carried: OperatorThroughput | None,
    relays: Mapping[Fingerprint, Throughputs],
) -> float | None:
    """Return what part of its running relays' observed bandwidth an operator's relays carried."""
    throughput = None if carried is None else carried.periods.get(RECENT)
    observed = sum(
        member.relay.observed_bandwidth or 0
        for member in members
        if member.relay.running and RECENT in relays.get(member.relay.fingerprint, {})
    )
    return throughput / observed if throughput and observed else None
