"""What relays carried over years: throughput, its steadiness and trend, and all data moved.

Throughput counts what was read, total data what was read and written.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from operator import mul
from typing import Final, Literal, TypeAlias, TypeVar

from msgspec import Struct

from allium import formatting
from allium.analysis.statistics import mean
from allium.model.history import PERIODS, UNKNOWN, Bandwidth, Mean, Period, Rates

T = TypeVar("T")

LEAST_VALUES: Final = 30
"""A choice of this site: a month of days is the least that an average or a variation needs."""
TREND_DAYS: Final = 60
"""A choice of this site: thirds of two months are twenty days each, so that weeks even out."""
TREND: Final = 5
"""Percent; a choice of this site: a smaller change is no trend."""
DAY: Final = 86_400
MEASURED_PERIODS: Final[tuple[Period, ...]] = ("6_months", "1_year", "5_years")
RECENT: Final[Period] = "6_months"
FINE: Final = 1000
"""Throughputs of relays are whole numbers of so many parts of a byte/s."""

Trend: TypeAlias = Literal["Growth", "Stable", "Decline"]


class Volume(Struct, frozen=True):
    """Bytes that were moved, and the longest period from which they are known."""

    size: int
    period: Period


class Days(Struct, frozen=True):
    """What relays carried together on consecutive days, in bytes/s times `scale`.

    The first total is that of the day `first` (since 1970); `None` where no relay has a value.
    """

    first: int
    totals: list[int | None]
    scale: int

    @property
    def known(self) -> list[int]:
        """The totals of the days on which any relay has a value, in their order."""
        return [total for total in self.totals if total is not None]


class OperatorThroughput(Struct, frozen=True):
    """What an operator's relays carried together, in bytes/s; `None` where too little is known.

    `relays` are means of the relays' own throughputs, see `throughputs`.
    """

    periods: dict[Period, float]
    relays: dict[Period, Mean]


def in_bytes(throughput: Mean) -> float:
    """Return a mean of relays' throughputs in bytes/s."""
    return throughput.total / (FINE * throughput.count)


def throughputs(history: Bandwidth) -> dict[Period, int]:
    """Return a relay's throughput over each period of which enough values are known.

    It is in thousandths of a byte/s.
    """
    rates_by_period = {}
    for period in MEASURED_PERIODS:
        rates = history.read.get(period)
        if rates is not None and (count := rates.count) >= LEAST_VALUES:
            sum_ = FINE * rates.total * rates.numerator
            rates_by_period[period] = formatting.half_up(sum_, count * 10**rates.decimals)
    return rates_by_period


def operator_throughput(
    histories: Sequence[Bandwidth], relays: Sequence[Mapping[Period, int]]
) -> OperatorThroughput:
    """Return what an operator's relays carried together; `relays` are their own throughputs."""
    rates = {period: _mean(histories, period) for period in MEASURED_PERIODS}
    parts = {
        period: [relay[period] for relay in relays if period in relay]
        for period in MEASURED_PERIODS
    }
    return OperatorThroughput(
        {period: value for period, value in rates.items() if value is not None},
        {period: mean(values) for period, values in parts.items() if values},
    )


def day_totals(histories: Iterable[Bandwidth]) -> Days:
    """Return what all relays together carried on each day, from the first that any knows of."""
    series = [
        (days.first, days.values, history.read[RECENT])
        for history in histories
        if (days := history.days) is not None
    ]
    decimals = max((rates.decimals for _, _, rates in series), default=0)
    first = min((day for day, _, _ in series), default=0)
    end = max((day + len(numbers) for day, numbers, _ in series), default=0)
    totals: list[int | None] = [None] * (end - first)
    for day, numbers, rates in series:
        factor = rates.numerator * 10 ** (decimals - rates.decimals)
        for index, value in enumerate(numbers, day - first):
            if value != UNKNOWN:
                totals[index] = (totals[index] or 0) + value * factor
    return Days(first, totals, 10**decimals)


def _mean(histories: Iterable[Bandwidth], period: Period) -> float | None:
    """Return the mean of the totals of the dates on which any relay has a value."""
    read_rates = [rates for history in histories if (rates := history.read.get(period)) is not None]
    read_rates = [rates for rates in read_rates if rates.interval % DAY == 0]
    dates = _dates(read_rates)
    if dates < LEAST_VALUES:
        return None
    decimals = max(rates.decimals for rates in read_rates)
    total = sum(
        rates.total * rates.numerator * 10 ** (decimals - rates.decimals) for rates in read_rates
    )
    return float(total / (dates * 10**decimals))


def _dates(rates_list: Iterable[Rates]) -> int:
    """Return on how many dates any history has a value; histories of one grid are bits."""
    grids: dict[tuple[int, int], int] = defaultdict(int)
    for rates in rates_list:
        step = rates.interval // DAY
        bits = (1 << rates.length) - 1
        for index in rates.unknown:
            bits &= ~(1 << index)
        grids[step, rates.first % step] |= bits << (rates.first // step)
    if len(grids) == 1:
        return next(iter(grids.values())).bit_count()
    return len(
        {
            index * step + offset
            for (step, offset), bits in grids.items()
            for index in range(bits.bit_length())
            if bits >> index & 1
        }
    )


def variation(totals: Sequence[int]) -> float | None:
    """Return by how many percent day totals vary; `None` of too few or of zeros.

    It is the coefficient of variation, of a sample.
    """
    count, total = len(totals), sum(totals)
    if count < LEAST_VALUES or not total:
        return None
    squares = sum(map(mul, totals, totals))
    return 100 * sqrt(count * (count * squares - total**2) / ((count - 1) * total**2))


def change(totals: Sequence[int]) -> float | None:
    """Return by how many percent the last third of the days differs from the first third."""
    part = len(totals) // 3
    first, last = sum(totals[:part]), sum(totals[len(totals) - part :])
    if len(totals) < TREND_DAYS or not first:
        return None
    return 100 * (last - first) / first


def trend(percent: float) -> Trend:
    """Return a word for a change."""
    if percent > TREND:
        return "Growth"
    return "Decline" if percent < -TREND else "Stable"


def relay_volume(history: Bandwidth) -> Volume | None:
    """Return all that a relay is known to have moved; `None` when no value is known."""
    parts = [part for rates in (history.read, history.write) if (part := _moved(rates)) is not None]
    return added(parts)


def _moved(history: Mapping[Period, Rates]) -> Volume | None:
    """Return what moved in one direction over the longest period in which anything did.

    Where nothing did, that is known of the longest period with a value.
    """
    periods = [
        period for period in reversed(PERIODS) if period in history and history[period].count
    ]
    if not periods:
        return None
    moved = (one for one in periods if history[one].total * history[one].numerator)
    period = next(moved, periods[0])
    return Volume(_size(history[period]), period)


def moved_by_period(history: Mapping[Period, Rates]) -> dict[Period, int]:
    """Return the bytes that moved in one direction in each period with a value."""
    return {period: _size(rates) for period, rates in history.items() if rates.count}


def moved_together(histories: Iterable[Bandwidth]) -> dict[Period, int]:
    """Return the bytes that relays together read and wrote in each period with a value."""
    sizes: Counter[Period] = Counter()
    for history in histories:
        for direction in (history.read, history.write):
            sizes.update(moved_by_period(direction))
    return dict(sizes)


def _size(rates: Rates) -> int:
    """Return the bytes that known values come to."""
    size = rates.total * rates.numerator * rates.interval
    return formatting.half_up(size, 10**rates.decimals)


def added(volumes: Sequence[Volume]) -> Volume | None:
    """Return volumes together, over the longest period in which anything moved; `None` of none."""
    if not volumes:
        return None
    moved = [volume for volume in volumes if volume.size] or volumes
    longest = max((volume.period for volume in moved), key=PERIODS.index)
    return Volume(sum(volume.size for volume in moved), longest)
