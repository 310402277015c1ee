"""What an operator's relays carried, and the weight they have for it, rounded for print."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import sqrt
from typing import TypeAlias

from allium import text
from allium.analysis.census import RATIO_ROLES, of_role
from allium.analysis.network import Operator
from allium.analysis.performance import throughput_standing
from allium.analysis.positions import Role
from allium.analysis.ratios import group_ratio
from allium.analysis.statistics import Quotient
from allium.analysis.survey import Survey
from allium.analysis.throughput import (
    MEASURED_PERIODS,
    OperatorThroughput,
    change,
    day_totals,
    stability,
    trend,
    variation,
    weeks,
)
from allium.model.relay import Fingerprint, Flag
from allium.text import Exact
from allium.views import charts
from allium.views import history_rows as rows
from allium.views.base import PERIOD_WORDS, Chart, View
from allium.views.history_rows import FlagRow, Outliers

Usual: TypeAlias = Mapping[Role | None, tuple[str | None, str | None]]
"""Mean and median of a ratio of the network's relays of each role, as printed."""


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
    flags: tuple[FlagRow, ...]
    weeks: Chart | None


def throughputs(
    operator: Operator, survey: Survey, names: Mapping[Fingerprint, str], units: text.Units
) -> Throughputs | None:
    """Return what an operator's relays carried; `None` where nothing is known of it."""
    performances = survey.performances
    found, flags = performances.operators[operator.contact_id], performances.flag_throughput
    own = found.throughput
    if own is None or not own.relays:
        return None
    days = day_totals(survey.bandwidth[name] for name in names if name in survey.bandwidth)

    def rate(value: Exact) -> str:
        return text.bandwidth(value, units)

    def judged(flag: Flag, value: Quotient) -> str | None:
        return throughput_standing(value, flags[flag]) if flag in flags else None

    outliers = [
        (one.low, rows.outlier(one.fingerprint, names, rate(one.value), one.period))
        for one in found.outliers
    ]
    values, totals = charts.whole_weeks(weeks(days)), days.known
    return Throughputs(
        rows=_throughput_rows(own, rate),
        days=text.count(len(totals)),
        stability=_stability(variation(totals)),
        trend=_trend(change(totals)),
        utilisation=_whole(found.utilisation),
        rank=None if found.rank is None else text.percentile(found.rank),
        contribution=_share(found.contribution),
        low=rows.first(outliers, low=True),
        high=rows.first(outliers, low=False),
        flags=rows.flag_rows(found.flag_throughput, MEASURED_PERIODS, rate, judged),
        weeks=charts.weeks(values, "Average throughput by week, all relays together", units),
    )


def _throughput_rows(
    own: OperatorThroughput, rate: Callable[[Exact], str]
) -> tuple[ThroughputRow, ...]:
    found = []
    for period in MEASURED_PERIODS:
        if period in own.relays:
            mean, count = own.relays[period]
            together = own.periods.get(period)
            found.append(
                ThroughputRow(
                    period=PERIOD_WORDS[period],
                    together=None if together is None else rate(together),
                    relay=rate(mean),
                    relays=text.count(count),
                )
            )
    return tuple(found)


def _stability(squared: Quotient | None) -> str | None:
    """Return a word for how much the days vary, and the variation in whole percent."""
    if squared is None:
        return None
    percent = text.percent(100 * sqrt(squared.numerator / squared.denominator), 0)
    return f"{stability(squared)} ({percent} variation)"


def _trend(percent: Fraction | None) -> str | None:
    """Return a word for how throughput changed, and the change in signed whole percent."""
    if percent is None:
        return None
    rounded = text.percent(percent, 0)
    sign = "+" if percent > 0 and rounded != "0%" else ""
    return f"{trend(percent)} ({sign}{rounded})"


def _whole(part: Fraction | None) -> str | None:
    return None if part is None else text.percent(part * 100, 0)


def _share(part: Quotient | None) -> str | None:
    return None if part is None else text.share(part.numerator, part.denominator)


def usual_ratios(survey: Survey) -> Usual:
    """Return the weight for the bandwidth of the network: of all relays, of guards, of exits."""
    found = {role: survey.ratios[role] for role in RATIO_ROLES}
    return {role: (_ratio(one.mean), _ratio(one.median)) for role, one in found.items()}


def ratios(operator: Operator, usual: Usual) -> tuple[RatioRow, ...]:
    """Return an operator's weight for the bandwidth beside the network's."""
    return tuple(
        RatioRow(
            relays="all relays" if role is None else f"{role}s",
            own=_ratio(group_ratio(of_role(operator.members, role))),
            mean=mean,
            median=median,
        )
        for role, (mean, median) in usual.items()
    )


def _ratio(value: Fraction | None) -> str | None:
    return None if value is None else text.ratio(value)
