"""What the histories of an operator's relays say, rounded to what is printed."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import sqrt
from typing import Final

from allium import text, urls
from allium.analysis.network import Operator
from allium.analysis.performance import Performance, throughput_standing
from allium.analysis.ratios import group_ratio
from allium.analysis.statistics import Moments
from allium.analysis.survey import RATIO_ROLES, Survey, of_role
from allium.analysis.throughput import (
    MEASURED_PERIODS,
    RECENT,
    OperatorThroughput,
    stability,
    trend,
    weeks,
)
from allium.analysis.uptime import (
    POSITION_PERIOD,
    FlagPeriod,
    NetworkUptime,
    OperatorUptime,
    position,
    standing,
)
from allium.model.history import PERIODS, Period
from allium.model.relay import FLAG_ORDER, Fingerprint, Flag
from allium.views import charts
from allium.views.base import Chart, Link, View
from allium.views.relay_shard import PERIOD_WORDS

OUTLIERS: Final = 10
OUTLIER_RELAYS: Final = 3
"""With fewer relays than this nothing is said of outliers."""
SHOWN_QUANTILES: Final = (5, 25, 50, 75, 95)
LEFT_OUT: Final = frozenset({"Running", "Valid"})
"""Flags that every running relay has: their history is that of the relay."""


class UptimeRow(View, frozen=True):
    """One period: the relays' mean uptime, its deviation, and how many relays have a value."""

    period: str
    average: str
    deviation: str
    relays: str


class FlagRow(View, frozen=True):
    """A flag's mean in each period; how the six months compare with the whole network."""

    flag: Flag
    values: tuple[str | None, ...]
    standing: str | None


class OutlierRow(View, frozen=True):
    """A relay far from the others, its value, and the period where it is farthest."""

    relay: Link
    value: str
    period: str


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


class Uptimes(View, frozen=True):
    """How reliably the relays ran; `position` is among the network's relays.

    `network` says what part of six months the network's relays held each of the flags.
    """

    rows: tuple[UptimeRow, ...]
    position: str | None
    quantiles: tuple[str, ...]
    low: tuple[OutlierRow, ...]
    high: tuple[OutlierRow, ...]
    flags: tuple[FlagRow, ...]
    network: tuple[str, ...]
    months: Chart | None


class Throughputs(View, frozen=True):
    """What the relays carried; percents are whole ones, `rank` is a percentile in steps of 5."""

    rows: tuple[ThroughputRow, ...]
    days: str
    stability: str | None
    trend: str | None
    utilisation: str | None
    rank: str | None
    contribution: str | None
    low: tuple[OutlierRow, ...]
    high: tuple[OutlierRow, ...]
    flags: tuple[FlagRow, ...]
    weeks: Chart | None


class Reliability(View, frozen=True):
    """Uptime and bandwidth statistics of one operator; `None` where nothing is known."""

    uptime: Uptimes | None
    bandwidth: Throughputs | None
    judges_outliers: bool


def reliability(operator: Operator, survey: Survey, units: text.Units) -> Reliability | None:
    """Return an operator's history; `None` when nothing at all is known of it."""
    found = survey.performances.operators[operator.contact_id]
    names = {member.relay.fingerprint: member.relay.nickname for member in operator.members}
    uptime = _uptimes(found.uptime, survey.performances.uptime, names)
    bandwidth = _throughputs(found, survey.performances.flag_throughput, names, units)
    if uptime is None and bandwidth is None:
        return None
    return Reliability(
        uptime=uptime,
        bandwidth=bandwidth,
        judges_outliers=len(operator.members) >= OUTLIER_RELAYS,
    )


def _uptimes(
    own: OperatorUptime | None,
    network: NetworkUptime | None,
    names: Mapping[Fingerprint, str],
) -> Uptimes | None:
    if own is None or network is None or not own.periods:
        return None
    value, quantiles = own.position, network.quantiles

    def judged(key: FlagPeriod, value: Fraction) -> str | None:
        return standing(value, network.flags[key]) if key in network.flags else None

    outliers = [
        (one.low, _outlier(one.fingerprint, names, _uptime(one.value), one.period))
        for one in own.outliers
    ]
    return Uptimes(
        rows=tuple(_uptime_row(period, own.periods[period]) for period in own.periods),
        position=position(value, quantiles) if value is not None and quantiles else None,
        quantiles=tuple(
            f"{part}th {text.percent(quantiles[part], 0)}" for part in SHOWN_QUANTILES if quantiles
        ),
        low=_first(outliers, low=True),
        high=_first(outliers, low=False),
        flags=_flag_rows(own.flags, PERIODS, _uptime, judged),
        network=_network_means(own.flags, network),
        months=charts.months(charts.whole_months(own.months), "Mean uptime by month"),
    )


def _uptime(value: Fraction) -> str:
    return text.percent(value, 1)


def _uptime_row(period: Period, found: Moments) -> UptimeRow:
    return UptimeRow(
        period=PERIOD_WORDS[period],
        average=_uptime(found.mean),
        deviation=_uptime(Fraction(found.deviation)),
        relays=text.count(found.count),
    )


def _outlier(
    fingerprint: Fingerprint, names: Mapping[Fingerprint, str], value: str, period: Period
) -> OutlierRow:
    link = Link(text=names[fingerprint], path=urls.relay(fingerprint))
    return OutlierRow(relay=link, value=value, period=PERIOD_WORDS[period])


def _first(rows: Sequence[tuple[bool, OutlierRow]], *, low: bool) -> tuple[OutlierRow, ...]:
    return tuple(row for is_low, row in rows if is_low == low)[:OUTLIERS]


def _network_means(own: Mapping[FlagPeriod, Fraction], network: NetworkUptime) -> tuple[str, ...]:
    """Return the network's mean of each flag that the relays have had, in whole percent."""
    flags = {flag for flag, _ in own} - LEFT_OUT
    return tuple(
        f"{flag} {text.percent(network.flags[flag, POSITION_PERIOD].mean, 0)}"
        for flag in FLAG_ORDER
        if flag in flags and (flag, POSITION_PERIOD) in network.flags
    )


def _flag_rows(
    own: Mapping[FlagPeriod, Fraction],
    periods: Sequence[Period],
    words: Callable[[Fraction], str],
    judged: Callable[[FlagPeriod, Fraction], str | None],
) -> tuple[FlagRow, ...]:
    """Return a row of each flag that any relay has had, in print order."""
    flags = {flag for flag, _ in own} - LEFT_OUT
    known = [flag for flag in FLAG_ORDER if flag in flags]
    rows = []
    for flag in (*known, *sorted(flags.difference(known))):
        values = (own.get((flag, period)) for period in periods)
        recent = own.get((flag, POSITION_PERIOD))
        rows.append(
            FlagRow(
                flag=flag,
                values=tuple(None if one is None else words(one) for one in values),
                standing=None if recent is None else judged((flag, POSITION_PERIOD), recent),
            )
        )
    return tuple(rows)


def _throughputs(
    found: Performance,
    network: Mapping[FlagPeriod, Moments],
    names: Mapping[Fingerprint, str],
    units: text.Units,
) -> Throughputs | None:
    own = found.throughput
    if own is None or not own.relays:
        return None

    def rate(value: Fraction) -> str:
        return text.bandwidth(value, units)

    def judged(key: FlagPeriod, value: Fraction) -> str | None:
        return throughput_standing(value, network[key]) if key in network else None

    outliers = [
        (low, _outlier(name, names, rate(value), RECENT)) for name, low, value in found.outliers
    ]
    values = charts.whole_weeks(weeks(own.days))
    return Throughputs(
        rows=_throughput_rows(own, rate),
        days=text.count(len(own.days.totals)),
        stability=_stability(own),
        trend=_trend(own),
        utilisation=_whole(found.utilisation),
        rank=None if found.rank is None else text.percentile(found.rank),
        contribution=_share(found.contribution),
        low=_first(outliers, low=True),
        high=_first(outliers, low=False),
        flags=_flag_rows(found.flag_throughput, MEASURED_PERIODS, rate, judged),
        weeks=charts.weeks(values, "Average throughput by week, all relays together", units),
    )


def _throughput_rows(
    own: OperatorThroughput, rate: Callable[[Fraction], str]
) -> tuple[ThroughputRow, ...]:
    rows = []
    for period in MEASURED_PERIODS:
        if period in own.relays:
            mean, count = own.relays[period]
            together = own.periods.get(period)
            rows.append(
                ThroughputRow(
                    period=PERIOD_WORDS[period],
                    together=None if together is None else rate(together),
                    relay=rate(mean),
                    relays=text.count(count),
                )
            )
    return tuple(rows)


def _stability(own: OperatorThroughput) -> str | None:
    """Return a word for how much the days vary, and the variation in whole percent."""
    if own.variation is None:
        return None
    percent = text.percent(Fraction(100 * sqrt(own.variation)), 0)
    return f"{stability(own.variation)} ({percent} variation)"


def _trend(own: OperatorThroughput) -> str | None:
    """Return a word for how throughput changed, and the change in signed whole percent."""
    if own.change is None:
        return None
    rounded = text.percent(own.change, 0)
    sign = "+" if own.change > 0 and rounded != "0%" else ""
    return f"{trend(own.change)} ({sign}{rounded})"


def _whole(part: Fraction | None) -> str | None:
    return None if part is None else text.percent(part * 100, 0)


def _share(part: Fraction | None) -> str | None:
    return None if part is None else text.share(part.numerator, part.denominator)


def ratios(operator: Operator, survey: Survey) -> tuple[RatioRow, ...]:
    """Return the weight for the bandwidth: of all relays, of guards, of exits."""
    rows = []
    for role in RATIO_ROLES:
        whole = survey.ratios[role]
        rows.append(
            RatioRow(
                relays="all relays" if role is None else f"{role}s",
                own=_ratio(group_ratio(of_role(operator.members, role))),
                mean=_ratio(whole.mean),
                median=_ratio(whole.median),
            )
        )
    return tuple(rows)


def _ratio(value: Fraction | None) -> str | None:
    return None if value is None else text.ratio(value)
