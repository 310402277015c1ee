"""How reliably relays ran and held their flags: their own, their operator's, the network's."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.analysis.statistics import (
    OUTLIER_VALUES,
    Moments,
    mean,
    moments,
    outliers,
    quantile,
)
from allium.model.history import PERIODS, WHOLE, Mean, Means, Period, Uptime
from allium.model.relay import Fingerprint, Flag

LEAST_VALUES: Final = 30
"""A choice of this site: an average of fewer intervals says little (five days of a month's)."""
POSITION_PERIOD: Final[Period] = "6_months"
RANKED_PERIODS: Final[tuple[Period, ...]] = (POSITION_PERIOD, "5_years")
"""Periods of which there are leaderboards of operators."""
QUANTILES: Final = (5, 25, 50, 75, 90, 95, 99)
"""A choice of this site: most relays are close to 100%, so that the upper end is finer."""
LEAST_RELAYS: Final = 10
"""A choice of this site: quantiles of fewer relays would be those of single ones."""
SHOWN_FLAGS: Final = ("Exit", "Guard", "Fast", "Running")
"""The most demanding flag first."""
EVERYWHERE: Final = frozenset({"Running", "Valid"})
"""Flags that every running relay has: their history is that of the relay."""
SAME: Final = WHOLE // 1000
"""Billionths of the time below which two uptimes are the same: the last digit that is printed."""
ROUNDED: Final = 1
"""Two uptimes that are equal may be so many billionths apart: of each half of one is rounded."""

Quantiles: TypeAlias = dict[int, float]
"""By percent, the value below which so many lie; empty where too few values are known."""
FlagPeriod: TypeAlias = tuple[Flag, Period]


class Outlier(Struct, frozen=True):
    """A relay far from its operator's mean, the period in which it is farthest, and its value.

    The value is an uptime in billionths of the time, or a throughput as `throughputs` has it.
    """

    fingerprint: Fingerprint
    low: bool
    value: int
    period: Period


class OperatorUptime(Struct, frozen=True):
    """Uptimes of each period, over the relays that have a value, in billionths of the time.

    `flags` are means of those that not every relay has.
    """

    periods: dict[Period, Moments]
    flags: dict[FlagPeriod, Mean]
    outliers: tuple[Outlier, ...]


class RankedUptime(Struct, frozen=True):
    """What operators are ranked and compared by: the mean of their relays by period.

    All are in billionths of the time. `flags` are the relays' values of each flag in the period
    that operators are compared by, `held` are all flags that any of the relays ever held.
    """

    periods: dict[Period, Mean]
    flags: dict[Flag, list[int]]
    held: frozenset[Flag]

    @property
    def position(self) -> Mean | None:
        """The mean that is compared with the network's relays."""
        return self.periods.get(POSITION_PERIOD)


class NetworkUptime(Struct, frozen=True):
    """What operators are compared with, in billionths of the time.

    `flags` are those of the period that operators are compared by.
    """

    quantiles: Quantiles
    flags: dict[Flag, Quantiles]


def percent(mean: Mean | None) -> float | None:
    """Return the percentage of a period; `None` when too few values are known."""
    return None if mean is None or mean.count < LEAST_VALUES else percentage(mean)


def month_uptime(history: Uptime | None) -> float | None:
    """Return a relay's uptime of one month in percent."""
    return None if history is None else percent(history.running.get(PERIODS[0]))


def percentage(mean: Mean) -> float:
    """Return the percentage that known values come to, however few."""
    return 100 * mean.total / (WHOLE * mean.count)


def in_percent(billionths: float) -> float:
    """Return billionths of the time as a percentage."""
    return billionths / (WHOLE // 100)


def part(mean: Mean) -> int:
    """Return the mean of the known values of one relay as a whole number of billionths."""
    return formatting.half_up(mean.total, mean.count)


def shown_flag(flags: Iterable[Flag], history: Uptime) -> Flag | None:
    """Return the most demanding flag held whose uptime is known."""
    held_flags = set(flags)
    candidates = (
        flag for flag in SHOWN_FLAGS if flag in held_flags and enough(history.flags.get(flag, {}))
    )
    return next(candidates, None)


def enough(means: Means) -> Means:
    """Return the means of the periods of which enough values are known."""
    return {period: average for period, average in means.items() if average.count >= LEAST_VALUES}


def same(means: Means, other: Means) -> bool:
    """Tell whether two uptimes are less than a tenth of a percentage point apart.

    They are the same when they are in all periods that both know, and both know one.
    """
    counted, others = enough(means), enough(other)
    shared = counted.keys() & others.keys()
    return bool(shared) and all(_near(counted[period], others[period]) for period in shared)


def _near(first: Mean, second: Mean) -> bool:
    """Tell whether two means are less than `SAME` apart: both sides times both counts."""
    apart = abs(first.total * second.count - second.total * first.count)
    return apart < SAME * first.count * second.count


def operator_uptime(relays: Mapping[Fingerprint, Uptime]) -> OperatorUptime:
    """Return the uptimes of an operator's relays together, and the outliers among them."""
    running = {period: _parts(relays, period) for period in PERIODS}
    averages = {period: moments(list(values.values())) for period, values in running.items()}
    return OperatorUptime(
        {period: average for period, average in averages.items() if average is not None},
        {key: mean(parts) for key, parts in _by_flag(relays.values()).items()},
        summary(running) if len(relays) >= OUTLIER_VALUES else (),
    )


def ranked_uptime(histories: Sequence[Uptime]) -> RankedUptime:
    """Return what an operator is ranked and compared by."""
    periods = {}
    for period in RANKED_PERIODS:
        parts = [
            uptime
            for history in histories
            if (uptime := _part(history.running, period)) is not None
        ]
        if parts:
            periods[period] = mean(parts)
    flags: dict[Flag, list[int]] = defaultdict(list)
    for history in histories:
        for flag in history.flags.keys() - EVERYWHERE:
            if (uptime := _part(history.flags[flag], POSITION_PERIOD)) is not None:
                flags[flag].append(uptime)
    flags_held = frozenset().union(*(history.flags for history in histories))
    return RankedUptime(periods, flags, flags_held)


def _part(means: Means, period: Period) -> int | None:
    """Return the uptime of a period in billionths; `None` when too few values are known."""
    average = means.get(period)
    return None if average is None or average.count < LEAST_VALUES else part(average)


def _parts(relays: Mapping[Fingerprint, Uptime], period: Period) -> dict[Fingerprint, int]:
    """Return the uptime of each relay that has one in a period, in billionths."""
    uptimes = ((name, _part(history.running, period)) for name, history in relays.items())
    return {name: uptime for name, uptime in uptimes if uptime is not None}


def _by_flag(histories: Iterable[Uptime]) -> dict[FlagPeriod, list[int]]:
    """Return what is known of how relays held each flag that not every relay has."""
    parts: dict[FlagPeriod, list[int]] = defaultdict(list)
    for history in histories:
        for flag in history.flags.keys() - EVERYWHERE:
            for period, average in history.flags[flag].items():
                if average.count >= LEAST_VALUES:
                    parts[flag, period].append(part(average))
    return parts


def summary(values: Mapping[Period, Mapping[Fingerprint, int]]) -> tuple[Outlier, ...]:
    """Return each relay that is an outlier in any period, with the period in which it is most."""
    worst: dict[Fingerprint, tuple[float, int, Outlier]] = {}
    for index, period in enumerate(PERIODS):
        relays = values.get(period, {})
        names = sorted(relays)
        for far in outliers([relays[name] for name in names]):
            name = names[far.position]
            rank = far.distance, index
            if name not in worst or rank > worst[name][:2]:
                worst[name] = (*rank, Outlier(name, far.low, relays[name], period))
    return tuple(worst[name][2] for name in sorted(worst))


def network_uptime(relays: Iterable[Uptime], flags: Mapping[Flag, Sequence[int]]) -> NetworkUptime:
    """Return what operators are compared with: quantiles of the relays' six months.

    `flags` are the six months of each relay that held a flag.
    """
    uptimes = (_part(history.running, POSITION_PERIOD) for history in relays)
    return NetworkUptime(
        quantiles(value for value in uptimes if value is not None),
        {flag: quantiles(values) for flag, values in flags.items()},
    )


def quantiles(values: Iterable[int]) -> Quantiles:
    """Return the quantiles of enough values."""
    ordered = sorted(values)
    if len(ordered) < LEAST_RELAYS:
        return {}
    found = {part: quantile(ordered, part) for part in QUANTILES}
    return {part: value for part, value in found.items() if value is not None}


def position(value: float, among: Quantiles) -> str | None:
    """Return between which quantiles a mean of whole numbers lies: `75th-90th`; `None` of none."""
    parts: Sequence[int] = sorted(among)
    if not parts:
        return None
    index = bisect_right([among[part] for part in parts], value + ROUNDED)
    if index == 0:
        return f"<{parts[0]}th"
    if index == len(parts):
        return f">{parts[-1]}th"
    return f"{parts[index - 1]}th{formatting.TO}{parts[index]}th"
