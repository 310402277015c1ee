"""What an operator's relays carried, and the weight they have for it, rounded for print."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from allium import formatting
from allium.analysis.history.throughput import (
    MEASURED_PERIODS,
    OperatorThroughput,
    change,
    day_totals,
    in_bytes,
    stability,
    trend,
    variation,
    weeks,
)
from allium.analysis.network import Member
from allium.analysis.network_stats import of_role
from allium.analysis.operator.operator_history import OperatorHistory
from allium.analysis.relay.weight_ratio import group_ratio
from allium.formatting import Number
from allium.model.history import Bandwidth, Mean
from allium.model.relay import Fingerprint
from allium.pages.operator.network_position import ThroughputPosition, UsualRatio, ratio
from allium.pages.parts import charts
from allium.pages.parts import history_rows as rows
from allium.pages.parts.history_rows import Outliers
from allium.pages.parts.page_base import PERIOD_WORDS, Chart, View
from allium.pages.parts.tables import PeriodRow


class ThroughputRow(View, frozen=True):
    """One period: all relays together, and the mean of those that have a value."""

    period: str
    together: str | None
    relay: str | None
    relays: str


class RatioRow(View, frozen=True):
    """The weight for the bandwidth of some of an operator's relays, and of all such relays."""

    relays: str
    own: str | None
    mean: str | None
    median: str | None


class Throughputs(View, frozen=True):
    """What the relays carried; percents are whole ones, `rank` is a percentile in steps of 5."""

    rows: tuple[ThroughputRow, ...]
    days: str
    stability: str | None
    trend: str | None
    utilisation: str | None
    rank: str | None
    contribution: str | None
    low: Outliers
    high: Outliers
    flags: tuple[PeriodRow, ...]
    weeks: Chart | None


def throughputs(
    own: OperatorHistory,
    compared: ThroughputPosition | None,
    histories: Iterable[Bandwidth],
    names: Mapping[Fingerprint, str],
    units: formatting.Units,
) -> Throughputs | None:
    """Return what an operator's relays carried; `None` where nothing is known of it."""
    carried = own.throughput
    if carried is None or compared is None or not carried.relays:
        return None
    days = day_totals(histories)

    def rate(value: Number) -> str:
        return formatting.bandwidth(value, units)

    def mean(value: Mean) -> str:
        return rate(in_bytes(value))

    outliers = [
        (one.low, rows.outlier(one.fingerprint, names, mean(Mean(one.value, 1)), one.period))
        for one in own.outliers
    ]
    values, totals = charts.whole_weeks(weeks(days)), days.known
    return Throughputs(
        rows=_throughput_rows(carried, rate),
        days=formatting.count(len(totals)),
        stability=_stability(variation(totals)),
        trend=_trend(change(totals)),
        utilisation=_whole(own.utilisation),
        rank=compared.rank,
        contribution=compared.contribution,
        low=rows.first(outliers, low=True),
        high=rows.first(outliers, low=False),
        flags=rows.flag_rows(own.flag_throughput, MEASURED_PERIODS, mean, compared.flags),
        weeks=charts.weeks(values, "Average throughput by week, all relays together", units),
    )


def _throughput_rows(
    own: OperatorThroughput, rate: Callable[[Number], str]
) -> tuple[ThroughputRow, ...]:
    found = []
    for period in MEASURED_PERIODS:
        if period in own.relays:
            relays = own.relays[period]
            together = own.periods.get(period)
            found.append(
                ThroughputRow(
                    period=PERIOD_WORDS[period],
                    together=None if together is None else rate(together),
                    relay=rate(in_bytes(relays)),
                    relays=formatting.count(relays.count),
                )
            )
    return tuple(found)


def _stability(percent: float | None) -> str | None:
    """Return a word for how much the days vary, and the variation in whole percent."""
    if percent is None:
        return None
    return f"{stability(percent)} ({formatting.percent(percent, 0)} variation)"


def _trend(percent: float | None) -> str | None:
    """Return a word for how throughput changed, and the change in signed whole percent."""
    if percent is None:
        return None
    rounded = formatting.percent(percent, 0)
    sign = "+" if percent > 0 and rounded != "0%" else ""
    return f"{trend(percent)} ({sign}{rounded})"


def _whole(part: float | None) -> str | None:
    return None if part is None else formatting.part(part, 0)


def ratios(members: Sequence[Member], usual: Sequence[UsualRatio]) -> tuple[RatioRow, ...]:
    """Return an operator's weight for the bandwidth beside the network's."""
    return tuple(
        RatioRow(
            relays="all relays" if one.role is None else f"{one.role}s",
            own=ratio(group_ratio(of_role(members, one.role))),
            mean=one.mean,
            median=one.median,
        )
        for one in usual
    )
