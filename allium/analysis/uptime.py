"""How reliably relays ran and held their flags: their own, their operator's, the network's."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium import text
from allium.analysis.statistics import (
    OUTLIER_VALUES,
    Moments,
    Quotient,
    Ratio,
    ascending,
    less,
    mean,
    moments,
    outliers,
    quantile,
)
from allium.model.history import PERIODS, WHOLE, Mean, Means, Period, Uptime
from allium.model.relay import Fingerprint, Flag
from allium.text import Exact

LEAST_VALUES: Final = 30
"""A choice of this site: an average of fewer intervals says little (five days of a month's)."""
POSITION_PERIOD: Final[Period] = "6_months"
RANKED_PERIODS: Final[tuple[Period, ...]] = (POSITION_PERIOD, "5_years")
"""Periods of which there are leaderboards of operators."""
QUANTILES: Final = (5, 25, 50, 75, 90, 95, 99)
"""A choice of this site: most relays are close to 100%, so that the upper end is finer."""
LEAST_RELAYS: Final = 10
"""A choice of this site: quantiles of fewer relays would be those of single ones."""
LEAST_OF_FLAG: Final = 3
"""The least number of values of which a deviation tells anything; a choice of this site."""
SHOWN_FLAGS: Final = ("Exit", "Guard", "Fast", "Running")
"""The most demanding flag first."""
EVERYWHERE: Final = frozenset({"Running", "Valid"})
"""Flags that every running relay has: their history is that of the relay."""
EXCELLENT: Final = 99
"""Percent from which an uptime is excellent whatever the others do; a choice of this site."""
SAME: Final = Fraction(1, 10)
"""Percentage points below which two uptimes are the same: what the last printed digit shows."""

Standing: TypeAlias = Literal["low", "excellent", "high", "below average", "average"]
FlagPeriod: TypeAlias = tuple[Flag, Period]
FlagMeans: TypeAlias = dict[FlagPeriod, list[Mean]]


class Average(Struct, frozen=True):
    """A mean, and the number of relays that it is of."""

    mean: Fraction
    count: int


class Outlier(Struct, frozen=True):
    """A relay far from its operator's mean, the period in which it is farthest, and its value."""

    fingerprint: Fingerprint
    low: bool
    value: Exact
    period: Period


class OperatorUptime(Struct, frozen=True):
    """Percent of each period, over the relays that have a value: mean, deviation and number.

    `flags` are means of those that not every relay has; `months` are those of all relays together.
    """

    periods: dict[Period, Moments]
    flags: dict[FlagPeriod, Quotient]
    outliers: tuple[Outlier, ...]
    months: dict[str, Quotient]


class RankedUptime(Struct, frozen=True):
    """What operators are ranked and compared by: mean percent and number of relays by period.

    `flags` are the relays' values of each flag in the period that operators are compared by,
    `held` are all flags that any of the relays ever held.
    """

    periods: dict[Period, Average]
    flags: dict[Flag, list[Mean]]
    held: frozenset[Flag]

    @property
    def position(self) -> Fraction | None:
        """The mean that is compared with the network's relays."""
        found = self.periods.get(POSITION_PERIOD)
        return None if found is None else found.mean


class NetworkUptime(Struct, frozen=True):
    """What operators are compared with; `quantiles` are empty when too few relays have a value.

    `flags` are those of the period that operators are compared by.
    """

    quantiles: dict[int, Fraction]
    flags: dict[Flag, Moments]


@lru_cache(maxsize=65536)
def percent(mean: Mean | None) -> Fraction | None:
    """Return the percentage of a period; `None` when too few values are known.

    What many relays did comes to the same sums.
    """
    return None if mean is None or mean.count < LEAST_VALUES else percentage(mean)


def month_uptime(history: Uptime | None) -> Fraction | None:
    """Return a relay's uptime of one month in percent."""
    return None if history is None else percent(history.running.get(PERIODS[0]))


def percentage(mean: Mean) -> Fraction:
    """Return the percentage that known values come to, however few."""
    return Fraction(*ratio(mean))


def ratio(mean: Mean) -> Ratio:
    """Return a percentage as a ratio that is not shortened."""
    return 100 * mean.total, WHOLE * mean.count


def ratios(means: Iterable[Mean]) -> list[Ratio]:
    """Return percentages as ratios."""
    return [ratio(one) for one in means]


def shown_flag(flags: Iterable[Flag], history: Uptime) -> Flag | None:
    """Return the most demanding flag held whose uptime is known."""
    held = set(flags)
    known = (flag for flag in SHOWN_FLAGS if flag in held and enough(history.flags.get(flag, {})))
    return next(known, None)


def enough(means: Means) -> Means:
    """Return the means of the periods of which enough values are known."""
    return {period: one for period, one in means.items() if one.count >= LEAST_VALUES}


def same(one: Means, other: Means) -> bool:
    """Tell whether two uptimes are less than a tenth of a percentage point apart.

    They are the same when they are in all periods that both know, and both know one.
    """
    known, others = enough(one), enough(other)
    shared = known.keys() & others.keys()
    return bool(shared) and all(_near(known[period], others[period]) for period in shared)


def _near(one: Mean, other: Mean) -> bool:
    """Tell whether two means are less than `SAME` apart: both sides times both counts."""
    apart = abs(one.total * other.count - other.total * one.count)
    return 100 * apart * SAME.denominator < SAME.numerator * WHOLE * one.count * other.count


def operator_uptime(relays: Mapping[Fingerprint, Uptime]) -> OperatorUptime:
    """Return what an operator's relays did."""
    running = {period: _percentages(relays, period) for period in PERIODS}
    averages = {
        period: moments(value.as_integer_ratio() for value in values.values())
        for period, values in running.items()
    }
    return OperatorUptime(
        {period: one for period, one in averages.items() if one is not None},
        {key: mean(ratios(means)) for key, means in _by_flag(relays.values()).items()},
        summary(running) if len(relays) >= OUTLIER_VALUES else (),
        _months(relays.values()),
    )


def ranked_uptime(histories: Sequence[Uptime]) -> RankedUptime:
    """Return what an operator is ranked and compared by."""
    periods = {}
    for period in RANKED_PERIODS:
        known = [one for history in histories if (one := _enough(history.running, period))]
        if known:
            periods[period] = Average(mean(ratios(known)).shortened, len(known))
    flags: dict[Flag, list[Mean]] = defaultdict(list)
    for history in histories:
        for flag in history.flags.keys() - EVERYWHERE:
            if (one := _enough(history.flags[flag], POSITION_PERIOD)) is not None:
                flags[flag].append(one)
    held = frozenset().union(*(history.flags for history in histories))
    return RankedUptime(periods, flags, held)


def _enough(means: Means, period: Period) -> Mean | None:
    """Return the mean of a period; `None` when too few values are known."""
    found = means.get(period)
    return None if found is None or found.count < LEAST_VALUES else found


def _percentages(
    relays: Mapping[Fingerprint, Uptime], period: Period
) -> dict[Fingerprint, Quotient]:
    """Return the percentage of each relay that has one in a period."""
    known = ((name, _enough(history.running, period)) for name, history in relays.items())
    return {name: Quotient(*ratio(one)) for name, one in known if one is not None}


def _by_flag(histories: Iterable[Uptime]) -> FlagMeans:
    """Return what is known of how relays held each flag that not every relay has."""
    found: FlagMeans = defaultdict(list)
    for history in histories:
        for flag in history.flags.keys() - EVERYWHERE:
            for period, one in history.flags[flag].items():
                if one.count >= LEAST_VALUES:
                    found[flag, period].append(one)
    return found


def summary(values: Mapping[Period, Mapping[Fingerprint, Exact]]) -> tuple[Outlier, ...]:
    """Return each relay that is an outlier in any period, with the period in which it is most."""
    worst: dict[Fingerprint, tuple[Fraction, int, Outlier]] = {}
    for index, period in enumerate(PERIODS):
        relays = values.get(period, {})
        names = sorted(relays)
        for far in outliers([relays[name] for name in names]):
            name = names[far.position]
            rank = far.distance, index
            if name not in worst or rank > worst[name][:2]:
                worst[name] = (*rank, Outlier(name, far.low, relays[name], period))
    return tuple(worst[name][2] for name in sorted(worst))


def _months(histories: Iterable[Uptime]) -> dict[str, Quotient]:
    """Return the mean of the relays' percentages by month, for months that any relay knows."""
    months: dict[str, list[Mean]] = defaultdict(list)
    for history in histories:
        for month, one in history.months.items():
            months[month].append(one)
    return {month: mean(ratios(means)) for month, means in sorted(months.items())}


def network_uptime(relays: Iterable[Uptime], flags: Mapping[Flag, Iterable[Mean]]) -> NetworkUptime:
    """Return what operators are compared with: quantiles of the relays' six months, flag means.

    `flags` are the six months of each relay that held a flag.
    """
    known = (percent(history.running.get(POSITION_PERIOD)) for history in relays)
    ordered = ascending(value for value in known if value is not None)
    quantiles = {}
    if len(ordered) >= LEAST_RELAYS:
        found = {part: quantile(ordered, part) for part in QUANTILES}
        quantiles = {part: value for part, value in found.items() if value is not None}
    return NetworkUptime(
        quantiles, comparable({flag: ratios(means) for flag, means in flags.items()})
    )


def comparable(flags: Mapping[Flag, Iterable[Ratio]]) -> dict[Flag, Moments]:
    """Return the moments of each flag that enough relays have."""
    found = {flag: moments(values) for flag, values in flags.items()}
    return {
        flag: one for flag, one in found.items() if one is not None and one.count >= LEAST_OF_FLAG
    }


def position(value: Fraction, quantiles: Mapping[int, Fraction]) -> str:
    """Return between which of the network's quantiles an uptime lies: `75th-90th`."""
    parts: Sequence[int] = sorted(quantiles)
    index = bisect_right([quantiles[part] for part in parts], value)
    if index == 0:
        return f"<{parts[0]}th"
    if index == len(parts):
        return f">{parts[-1]}th"
    return f"{parts[index - 1]}th{text.TO}{parts[index]}th"


def standing(value: Exact, network: Moments) -> Standing:
    """Return how a flag's uptime compares with that of all relays that had the flag.

    Where all are equal none is low.
    """
    below = less(value, network.mean)
    if below and network.is_far(value, inclusive=True):
        return "low"
    if not less(value, EXCELLENT):
        return "excellent"
    if below:
        return "below average"
    return "high" if network.is_far(value) else "average"
