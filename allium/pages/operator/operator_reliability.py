"""How reliably an operator's relays ran and what they carried, rounded to what is printed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from allium import formatting
from allium.analysis.history.throughput import (
    MEASURED_PERIODS,
    OperatorThroughput,
    change,
    day_totals,
    in_bytes,
    moved_together,
    trend,
    variation,
)
from allium.analysis.history.uptime import OperatorUptime, in_percent, percentage
from allium.analysis.network import Member
from allium.analysis.operator.operator_history import Histories, OperatorHistory
from allium.analysis.statistics import Moments
from allium.formatting import Number
from allium.model.history import PERIODS, Bandwidth, Mean, Period
from allium.model.relay import Fingerprint, in_print_order
from allium.pages.operator.operator_position import (
    OperatorPosition,
    ThroughputPosition,
    UptimePosition,
)
from allium.pages.parts import history_rows as rows
from allium.pages.parts import network_figures
from allium.pages.parts.history_rows import Outliers
from allium.pages.parts.page_base import PERIOD_WORDS, View
from allium.pages.parts.tables import PeriodRow


class OperatorUptimeRow(View, frozen=True):
    """One period: the relays' mean uptime, its deviation, and how many relays have a value."""

    period: str
    average: str
    deviation: str
    relays: str


class Uptimes(View, frozen=True):
    """How reliably the relays ran; `position` is among the network's relays.

    `network` says what part of six months half of the network's relays held each flag at least.
    """

    rows: tuple[OperatorUptimeRow, ...]
    position: str | None
    quantiles: tuple[str, ...]
    low: Outliers
    high: Outliers
    flags: tuple[PeriodRow, ...]
    network: tuple[str, ...]


def uptimes(
    uptime: OperatorUptime | None,
    compared: UptimePosition | None,
    names: Mapping[Fingerprint, str],
) -> Uptimes | None:
    """Return an operator's uptime beside the network's; `None` where either is unknown."""
    if uptime is None or compared is None or not uptime.periods:
        return None
    held = {flag for flag, _ in uptime.flags}
    outliers = [
        (
            outlier.low,
            rows.outlier(
                outlier.fingerprint, names, _uptime(in_percent(outlier.value)), outlier.period
            ),
        )
        for outlier in uptime.outliers
    ]
    return Uptimes(
        rows=tuple(_uptime_row(period, uptime.periods[period]) for period in uptime.periods),
        position=compared.place,
        quantiles=compared.quantiles,
        low=rows.first(outliers, low=True),
        high=rows.first(outliers, low=False),
        flags=rows.flag_rows(uptime.flags, PERIODS, _mean, compared.flags),
        network=tuple(
            compared.usual[flag] for flag in in_print_order(held & compared.usual.keys())
        ),
    )


def _uptime(value: float) -> str:
    return formatting.percent(value, 1)


def _mean(value: Mean) -> str:
    return _uptime(percentage(value))


def _uptime_row(period: Period, moments: Moments) -> OperatorUptimeRow:
    return OperatorUptimeRow(
        period=PERIOD_WORDS[period],
        average=_mean(moments.mean),
        deviation=_uptime(in_percent(moments.deviation)),
        relays=formatting.count(moments.count),
    )


class ThroughputRow(View, frozen=True):
    """One period: all relays together, the mean of those that have a value, and bytes moved.

    The first two count what was read, `moved` what all relays read and wrote.
    """

    period: str
    together: str | None
    relay: str | None
    relays: str
    moved: str


class Throughputs(View, frozen=True):
    """What the relays carried; percents are whole ones, `rank` is a percentile in steps of 5.

    `variation` is that from day to day.
    """

    rows: tuple[ThroughputRow, ...]
    days: str
    variation: str | None
    trend: str | None
    utilisation: str | None
    rank: str | None
    contribution: str | None
    low: Outliers
    high: Outliers
    flags: tuple[PeriodRow, ...]


def throughputs(
    history: OperatorHistory,
    compared: ThroughputPosition | None,
    histories: Collection[Bandwidth],
    names: Mapping[Fingerprint, str],
    units: formatting.Units,
) -> Throughputs | None:
    """Return what an operator's relays carried; `None` where nothing is known of it."""
    throughput = history.throughput
    if throughput is None or compared is None or not throughput.relays:
        return None
    days = day_totals(histories)

    def rate(value: Number) -> str:
        return formatting.bandwidth(value, units)

    def mean(value: Mean) -> str:
        return rate(in_bytes(value))

    outliers = [
        (
            outlier.low,
            rows.outlier(outlier.fingerprint, names, mean(Mean(outlier.value, 1)), outlier.period),
        )
        for outlier in history.outliers
    ]
    totals = days.known
    return Throughputs(
        rows=_throughput_rows(throughput, moved_together(histories), rate),
        days=formatting.count(len(totals)),
        variation=_variation(variation(totals)),
        trend=_trend(change(totals)),
        utilisation=_whole(history.utilisation),
        rank=compared.rank,
        contribution=compared.contribution,
        low=rows.first(outliers, low=True),
        high=rows.first(outliers, low=False),
        flags=rows.flag_rows(history.flag_throughput, MEASURED_PERIODS, mean, compared.flags),
    )


def _throughput_rows(
    throughput: OperatorThroughput, moved: Mapping[Period, int], rate: Callable[[Number], str]
) -> tuple[ThroughputRow, ...]:
    rows_of_periods = []
    for period in MEASURED_PERIODS:
        if period in throughput.relays:
            relays = throughput.relays[period]
            together = throughput.periods.get(period)
            rows_of_periods.append(
                ThroughputRow(
                    period=PERIOD_WORDS[period],
                    together=None if together is None else rate(together),
                    relay=rate(in_bytes(relays)),
                    relays=formatting.count(relays.count),
                    moved=network_figures.volume(moved[period]),
                )
            )
    return tuple(rows_of_periods)


def _variation(percent: float | None) -> str | None:
    return None if percent is None else formatting.percent(percent, 0)


def _trend(percent: float | None) -> str | None:
    """Return a word for how throughput changed, and the change in signed whole percent."""
    if percent is None:
        return None
    rounded = formatting.percent(percent, 0)
    sign = "+" if percent > 0 and rounded != "0%" else ""
    return f"{trend(percent)} ({sign}{rounded})"


def _whole(part: float | None) -> str | None:
    return None if part is None else formatting.part(part, 0)


OUTLIER_RELAYS: Final = 3
"""With fewer relays than this nothing is said of outliers."""


class Reliability(View, frozen=True):
    """Uptime and bandwidth statistics of one operator; `None` where nothing is known."""

    uptime: Uptimes | None
    bandwidth: Throughputs | None
    judges_outliers: bool


def reliability(
    position: OperatorPosition,
    members: Sequence[Member],
    histories: Histories,
    history: OperatorHistory,
    names: Mapping[Fingerprint, str],
) -> Reliability | None:
    """Return an operator's history; `None` when nothing at all is known of it.

    `names` are the nicknames of the operator's relays.
    """
    bandwidths = (histories.bandwidth or {}).values()
    uptime = uptimes(history.uptime, position.uptime, names)
    bandwidth = throughputs(history, position.bandwidth, bandwidths, names, position.units)
    if uptime is None and bandwidth is None:
        return None
    return Reliability(
        uptime=uptime,
        bandwidth=bandwidth,
        judges_outliers=len(members) >= OUTLIER_RELAYS,
    )
