"""How reliably an operator's relays ran, rounded to what is printed."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from allium import text
from allium.analysis.statistics import Moments, Quotient
from allium.analysis.uptime import (
    NetworkUptime,
    OperatorUptime,
    position,
    standing,
)
from allium.model.history import PERIODS, Period
from allium.model.relay import FLAG_ORDER, Fingerprint, Flag
from allium.text import Exact
from allium.views import charts
from allium.views import history_rows as rows
from allium.views.base import PERIOD_WORDS, Chart, View
from allium.views.history_rows import FlagRow, Outliers

SHOWN_QUANTILES: Final = (5, 25, 50, 75, 95)


class Compared(Struct, frozen=True):
    """What operators are compared with, and how the page of each prints it.

    `flags` say what part of six months the network's relays held each flag, in print order.
    """

    network: NetworkUptime
    quantiles: tuple[str, ...]
    flags: dict[Flag, str]

    @classmethod
    def of(cls, network: NetworkUptime) -> "Compared":
        """Return what is printed of a network: whole percents."""
        quantiles, flags = network.quantiles, network.flags
        return cls(
            network,
            tuple(
                f"{part}th {text.percent(quantiles[part], 0)}"
                for part in SHOWN_QUANTILES
                if quantiles
            ),
            {
                flag: f"{flag} {text.percent(flags[flag].mean, 0)}"
                for flag in FLAG_ORDER
                if flag in flags
            },
        )


class UptimeRow(View, frozen=True):
    """One period: the relays' mean uptime, its deviation, and how many relays have a value."""

    period: str
    average: str
    deviation: str
    relays: str


class Uptimes(View, frozen=True):
    """How reliably the relays ran; `position` is among the network's relays.

    `network` says what part of six months the network's relays held each of the flags.
    """

    rows: tuple[UptimeRow, ...]
    position: str | None
    quantiles: tuple[str, ...]
    low: Outliers
    high: Outliers
    flags: tuple[FlagRow, ...]
    network: tuple[str, ...]
    months: Chart | None


def uptimes(
    own: OperatorUptime | None,
    compared: Compared | None,
    names: Mapping[Fingerprint, str],
) -> Uptimes | None:
    """Return an operator's uptime beside the network's; `None` where either is unknown."""
    if own is None or compared is None or not own.periods:
        return None
    value, quantiles, every = own.position, compared.network.quantiles, compared.network.flags
    held = {flag for flag, _ in own.flags}

    def judged(flag: Flag, value: Quotient) -> str | None:
        return standing(value, every[flag]) if flag in every else None

    outliers = [
        (one.low, rows.outlier(one.fingerprint, names, _uptime(one.value), one.period))
        for one in own.outliers
    ]
    return Uptimes(
        rows=tuple(_uptime_row(period, own.periods[period]) for period in own.periods),
        position=position(value, quantiles) if value is not None and quantiles else None,
        quantiles=compared.quantiles,
        low=rows.first(outliers, low=True),
        high=rows.first(outliers, low=False),
        flags=rows.flag_rows(own.flags, PERIODS, _uptime, judged),
        network=tuple(words for flag, words in compared.flags.items() if flag in held),
        months=charts.months(charts.whole_months(own.months), "Mean uptime by month"),
    )


def _uptime(value: Exact) -> str:
    return text.percent(value, 1)


def _uptime_row(period: Period, found: Moments) -> UptimeRow:
    return UptimeRow(
        period=PERIOD_WORDS[period],
        average=_uptime(found.mean),
        deviation=_uptime(found.deviation),
        relays=text.count(found.count),
    )
