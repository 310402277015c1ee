"""How reliably an operator's relays ran, rounded to what is printed."""

from collections.abc import Mapping, Sequence
from typing import Final

from allium import formatting
from allium.analysis.history.uptime import OperatorUptime, in_percent, percentage
from allium.analysis.network import Member
from allium.analysis.operator.operator_history import Histories, OperatorHistory
from allium.analysis.statistics import Moments
from allium.model.history import PERIODS, Mean, Period
from allium.model.relay import Fingerprint, in_print_order
from allium.pages.operator.network_position import Position, UptimePosition
from allium.pages.operator.operator_bandwidth import Throughputs, throughputs
from allium.pages.parts import charts
from allium.pages.parts import history_rows as rows
from allium.pages.parts.history_rows import Outliers
from allium.pages.parts.page_base import PERIOD_WORDS, Chart, View
from allium.pages.parts.tables import PeriodRow


class OperatorUptimeRow(View, frozen=True):
    """One period: the relays' mean uptime, its deviation, and how many relays have a value."""

    period: str
    average: str
    deviation: str
    relays: str


class Uptimes(View, frozen=True):
    """How reliably the relays ran; `position` is among the network's relays.

    `network` says what part of six months the network's relays held each of the flags.
    """

    rows: tuple[OperatorUptimeRow, ...]
    position: str | None
    quantiles: tuple[str, ...]
    low: Outliers
    high: Outliers
    flags: tuple[PeriodRow, ...]
    network: tuple[str, ...]
    months: Chart | None


def uptimes(
    own: OperatorUptime | None,
    compared: UptimePosition | None,
    names: Mapping[Fingerprint, str],
) -> Uptimes | None:
    """Return an operator's uptime beside the network's; `None` where either is unknown."""
    if own is None or compared is None or not own.periods:
        return None
    held = {flag for flag, _ in own.flags}
    outliers = [
        (one.low, rows.outlier(one.fingerprint, names, _uptime(in_percent(one.value)), one.period))
        for one in own.outliers
    ]
    return Uptimes(
        rows=tuple(_uptime_row(period, own.periods[period]) for period in own.periods),
        position=compared.place,
        quantiles=compared.quantiles,
        low=rows.first(outliers, low=True),
        high=rows.first(outliers, low=False),
        flags=rows.flag_rows(own.flags, PERIODS, _mean, compared.flags),
        network=tuple(
            compared.usual[flag] for flag in in_print_order(held & compared.usual.keys())
        ),
        months=charts.months(charts.whole_months(own.months), "Mean uptime by month"),
    )


def _uptime(value: float) -> str:
    return formatting.percent(value, 1)


def _mean(value: Mean) -> str:
    return _uptime(percentage(value))


def _uptime_row(period: Period, found: Moments) -> OperatorUptimeRow:
    return OperatorUptimeRow(
        period=PERIOD_WORDS[period],
        average=_mean(found.mean),
        deviation=_uptime(in_percent(found.deviation)),
        relays=formatting.count(found.count),
    )


OUTLIER_RELAYS: Final = 3
"""With fewer relays than this nothing is said of outliers."""


class Reliability(View, frozen=True):
    """Uptime and bandwidth statistics of one operator; `None` where nothing is known."""

    uptime: Uptimes | None
    bandwidth: Throughputs | None
    judges_outliers: bool


def reliability(
    position: Position,
    members: Sequence[Member],
    histories: Histories,
    own: OperatorHistory,
    names: Mapping[Fingerprint, str],
) -> Reliability | None:
    """Return an operator's history; `None` when nothing at all is known of it.

    `names` are the nicknames of the operator's relays.
    """
    carried = (histories.bandwidth or {}).values()
    uptime = uptimes(own.uptime, position.uptime, names)
    bandwidth = throughputs(own, position.bandwidth, carried, names, position.units)
    if uptime is None and bandwidth is None:
        return None
    return Reliability(
        uptime=uptime,
        bandwidth=bandwidth,
        judges_outliers=len(members) >= OUTLIER_RELAYS,
    )
