"""How reliably relays ran and held their flags: their own, their operator's, the network's."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium import text
from allium.analysis.statistics import (
    OUTLIER_VALUES,
    Gathered,
    Moments,
    ascending,
    moments,
    outliers,
    quantile,
)
from allium.model.history import PERIODS, Mean, Means, Period, Uptime
from allium.model.relay import Fingerprint, Flag

LEAST_VALUES: Final = 30
FULL: Final = 999
POSITION_PERIOD: Final[Period] = "6_months"
QUANTILES: Final = (5, 25, 50, 75, 90, 95, 99)
LEAST_RELAYS: Final = 10
LEAST_OF_FLAG: Final = 3
SHOWN_FLAGS: Final = ("Exit", "Guard", "Fast", "Running")
"""The most demanding flag first."""
EXCELLENT: Final = 99
"""Percent from which an uptime is excellent whatever the others do."""
SAME: Final = Fraction(1, 10)

Standing: TypeAlias = Literal["low", "excellent", "high", "below average", "average"]
FlagPeriod: TypeAlias = tuple[Flag, Period]


class Outlier(Struct, frozen=True):
    """A relay far from its operator's mean, the period in which it is farthest, and its value."""

    fingerprint: Fingerprint
    low: bool
    value: Fraction
    period: Period


class OperatorUptime(Struct, frozen=True):
    """Percent of each period, over the relays that have a value: mean, deviation and number.

    `flags` are means; `months` are those of all relays together.
    """

    periods: dict[Period, Moments]
    flags: dict[FlagPeriod, Fraction]
    outliers: tuple[Outlier, ...]
    months: dict[str, Fraction]

    @property
    def position(self) -> Fraction | None:
        """The mean that is compared with the network's relays."""
        found = self.periods.get(POSITION_PERIOD)
        return None if found is None else found.mean


class NetworkUptime(Struct, frozen=True):
    """What operators are compared with; `quantiles` are empty when too few relays have a value."""

    quantiles: dict[int, Fraction]
    flags: dict[FlagPeriod, Moments]


def percent(mean: Mean | None) -> Fraction | None:
    """Return the percentage of a period; `None` when too few values are known."""
    return None if mean is None or mean.count < LEAST_VALUES else percentage(mean)


def percentage(mean: Mean) -> Fraction:
    """Return the percentage that known values come to, however few."""
    return Fraction(100 * mean.total, FULL * mean.count)


def percents(means: Means) -> dict[Period, Fraction]:
    """Return the percentage of each period that has one, in print order."""
    found = ((period, percent(means[period])) for period in PERIODS if period in means)
    return {period: value for period, value in found if value is not None}


def shown_flag(flags: Iterable[Flag], history: Uptime) -> Flag | None:
    """Return the most demanding flag held whose uptime is known."""
    held = set(flags)
    known = (flag for flag in SHOWN_FLAGS if flag in held and percents(history.flags.get(flag, {})))
    return next(known, None)


def same(one: Mapping[Period, Fraction], other: Mapping[Period, Fraction]) -> bool:
    """Tell whether two uptimes are a tenth of a percentage point apart at most, in all periods."""
    return all(abs(one[period] - other[period]) < SAME for period in one.keys() & other.keys())


def operator_uptime(relays: Mapping[Fingerprint, Uptime]) -> tuple[OperatorUptime, "FlagSums"]:
    """Return what an operator's relays did, and the sums by flag for those of the network."""
    flags = FlagSums()
    sums: dict[Period, Gathered] = defaultdict(Gathered)
    for history in relays.values():
        for period, mean in history.running.items():
            if mean.count >= LEAST_VALUES:
                sums[period].add(100 * mean.total, FULL * mean.count)
        flags.add(history)
    averages = {period: sums[period].moments() for period in PERIODS if period in sums}
    found = OperatorUptime(
        {period: one for period, one in averages.items() if one is not None},
        flags.means(),
        summary(_by_period(relays)) if len(relays) >= OUTLIER_VALUES else (),
        _months(relays.values()),
    )
    return found, flags


def _by_period(relays: Mapping[Fingerprint, Uptime]) -> dict[Period, dict[Fingerprint, Fraction]]:
    values: dict[Period, dict[Fingerprint, Fraction]] = defaultdict(dict)
    for fingerprint, history in relays.items():
        for period, value in percents(history.running).items():
            values[period][fingerprint] = value
    return values


class FlagSums:
    """The sums of flag uptimes over many relays."""

    def __init__(self) -> None:
        self._sums: dict[FlagPeriod, Gathered] = defaultdict(Gathered)

    def add(self, history: Uptime) -> None:
        """Count one relay."""
        for flag, means in history.flags.items():
            for period, mean in means.items():
                if mean.count >= LEAST_VALUES:
                    self._sums[flag, period].add(100 * mean.total, FULL * mean.count)

    def include(self, other: "FlagSums") -> None:
        """Count all relays of another."""
        for key, sums in other._sums.items():  # noqa: SLF001  its own kind
            self._sums[key].include(sums)

    def means(self) -> dict[FlagPeriod, Fraction]:
        """Return the mean of each flag and period."""
        return {key: sums.mean for key, sums in self._sums.items()}

    def moments(self) -> dict[FlagPeriod, Moments]:
        """Return the moments of each flag and period that enough relays have to be compared."""
        found = {key: sums.moments() for key, sums in self._sums.items()}
        return {
            key: one for key, one in found.items() if one is not None and one.count >= LEAST_OF_FLAG
        }


def summary(values: Mapping[Period, Mapping[Fingerprint, Fraction]]) -> tuple[Outlier, ...]:
    """Return each relay that is an outlier in any period, with the period in which it is most."""
    worst: dict[Fingerprint, tuple[Fraction, int, Outlier]] = {}
    for index, period in enumerate(PERIODS):
        relays = values.get(period, {})
        names, numbers = sorted(relays), [relays[name] for name in sorted(relays)]
        low, high = outliers(numbers)
        whole = moments(numbers) if low or high else None
        for position in (*low, *high):
            assert whole is not None
            name, number = names[position], numbers[position]
            found = Outlier(name, position in low, number, period)
            rank = whole.distance(number), index
            if name not in worst or rank > worst[name][:2]:
                worst[name] = (*rank, found)
    return tuple(worst[name][2] for name in sorted(worst))


def _months(histories: Iterable[Uptime]) -> dict[str, Fraction]:
    """Return the mean of the relays' percentages by month, for months that any relay knows."""
    months: dict[str, Gathered] = defaultdict(Gathered)
    for history in histories:
        for month, mean in history.months.items():
            months[month].add(100 * mean.total, FULL * mean.count)
    return {month: sums.mean for month, sums in sorted(months.items())}


def network_uptime(relays: Iterable[Uptime], flags: FlagSums) -> NetworkUptime:
    """Return what operators are compared with: quantiles of the relays' six months, flag means."""
    known = (percent(history.running.get(POSITION_PERIOD)) for history in relays)
    ordered = ascending(value for value in known if value is not None)
    quantiles = {}
    if len(ordered) >= LEAST_RELAYS:
        found = {part: quantile(ordered, part) for part in QUANTILES}
        quantiles = {part: value for part, value in found.items() if value is not None}
    return NetworkUptime(quantiles, flags.moments())


def position(value: Fraction, quantiles: Mapping[int, Fraction]) -> str:
    """Return between which of the network's quantiles an uptime lies: `75th-90th`."""
    parts: Sequence[int] = sorted(quantiles)
    index = bisect_right([quantiles[part] for part in parts], value)
    if index == 0:
        return f"<{parts[0]}th"
    if index == len(parts):
        return f">{parts[-1]}th"
    return f"{parts[index - 1]}th{text.TO}{parts[index]}th"


def standing(value: Fraction, network: Moments) -> Standing:
    """Return how a flag's uptime compares with that of all relays that had the flag.

    Where all are equal none is low.
    """
    below = value < network.mean
    if below and network.is_far(value, inclusive=True):
        return "low"
    if value >= EXCELLENT:
        return "excellent"
    if below:
        return "below average"
    return "high" if network.is_far(value) else "average"
