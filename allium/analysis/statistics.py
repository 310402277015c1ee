"""Means, quantiles and outliers, exact until they are printed."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import lcm, sqrt
from typing import Any, Final, TypeAlias, TypeVar

from msgspec import Struct

from allium import text

Number: TypeAlias = int | Fraction
N = TypeVar("N", int, Fraction)
T = TypeVar("T")

OUTLIER_VALUES: Final = 6
"""With fewer values none can lie two deviations from the mean of its own sample."""
HIGHEST_RANK: Final = 99
FAR: Final = 2
ROUNDING: Final = 0.001


class Moments(Struct, frozen=True):
    """How many values, their mean, and the square of their sample deviation (0 of one value)."""

    count: int
    mean: Fraction
    variance: Fraction

    @property
    def deviation(self) -> float:
        """The sample standard deviation."""
        return sqrt(self.variance)

    def distance(self, value: Number) -> Fraction:
        """Return the squared number of deviations between a value and the mean."""
        return (value - self.mean) ** 2 / self.variance if self.variance else Fraction(0)

    def is_far(self, value: Number, *, inclusive: bool = False) -> bool:
        """Tell whether a value is more than two deviations (`inclusive`: two) from the mean.

        Rounded numbers decide what is not near the border.
        """
        if not self.variance:
            return False
        rough = abs(float(value) - float(self.mean)) / sqrt(self.variance)
        if abs(rough - FAR) > ROUNDING:
            return rough > FAR
        exact = self.distance(value)
        return exact > FAR**2 or (inclusive and exact == FAR**2)


class Gathered:
    """Sums of fractions and of their squares, by denominator: exact, and quick for many."""

    def __init__(self) -> None:
        self._sums: dict[int, list[int]] = {}

    def add(self, numerator: int, denominator: int) -> None:
        """Count one value."""
        sums = self._sums.get(denominator)
        if sums is None:
            self._sums[denominator] = [1, numerator, numerator * numerator]
        else:
            sums[0] += 1
            sums[1] += numerator
            sums[2] += numerator * numerator

    def include(self, other: "Gathered") -> None:
        """Count all values of another."""
        for denominator, added in other._sums.items():  # noqa: SLF001  its own kind
            sums = self._sums.setdefault(denominator, [0, 0, 0])
            for index, part in enumerate(added):
                sums[index] += part

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(count for count, _, _ in self._sums.values())

    @property
    def total(self) -> Fraction:
        """The sum of the values."""
        return total((one, part) for part, (_, one, _) in self._sums.items())

    @property
    def mean(self) -> Fraction:
        """The mean of the values, of which there must be one."""
        if len(self._sums) == 1:
            [(part, (count, total, _))] = self._sums.items()
            return Fraction(total, part * count)
        return self.total / self.count

    def moments(self) -> Moments | None:
        """Return count, mean and variance; `None` of nothing."""
        count = self.count
        if not count:
            return None
        mean = self.mean
        if count == 1:
            return Moments(1, mean, Fraction(0))
        squares = total((one, part * part) for part, (_, _, one) in self._sums.items())
        return Moments(count, mean, (squares - mean * mean * count) / (count - 1))


def total(fractions: Iterable[tuple[int, int]]) -> Fraction:
    """Return the sum of numerators over denominators, shortened once."""
    numerator, denominator = 0, 1
    for one, part in fractions:
        if part == denominator:
            numerator += one
        else:
            common = lcm(denominator, part)
            numerator = numerator * (common // denominator) + one * (common // part)
            denominator = common
    return Fraction(numerator, denominator)


def moments(values: Iterable[Number]) -> Moments | None:
    """Return count, mean and variance of some numbers; `None` of nothing."""
    gathered = Gathered()
    for value in values:
        gathered.add(*value.as_integer_ratio())
    return gathered.moments()


def mean(values: Sequence[Fraction]) -> Fraction:
    """Return the mean of some exact numbers, of which there must be one."""
    return total(value.as_integer_ratio() for value in values) / len(values)


def ascending(values: Iterable[Fraction]) -> list[Fraction]:
    """Return exact numbers in order; nearly all are told apart by their rounded values."""
    return sorted(values, key=lambda value: (float(value), value))


def quantile(ordered: Sequence[Number], percent: int) -> Fraction | None:
    """Return the value below which `percent` of the ascending values lie, linear between two."""
    if not ordered:
        return None
    position = Fraction(percent * (len(ordered) - 1), 100)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    part = position - below
    return ordered[below] * (1 - part) + ordered[above] * part


def middle(ordered: Sequence[T]) -> Sequence[T]:
    """Return the one or two in the middle of what is in order, whose mean is the median."""
    return ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1] if ordered else ordered


def classes(
    ordered: Sequence[Any], bounds: Sequence[N], key: Callable[[Any], Any] = lambda value: value
) -> dict[N, int]:
    """Return how many of the ascending values are in each class, by its least value.

    A class ends where the next one begins; what is below the first is in none. `key` makes a
    number of a value.
    """
    starts: list[int] = [bisect_left(ordered, bound, key=key) for bound in bounds]
    ends = [*starts[1:], len(ordered)]
    return {bound: end - start for bound, start, end in zip(bounds, starts, ends, strict=True)}


def percentile_rank(ordered: Sequence[Number], value: Number) -> int | None:
    """Return how many percent of the ascending values lie strictly below `value` (0 to 99)."""
    if not ordered:
        return None
    below = bisect_left(ordered, value)
    return min(text.half_up(100 * below, len(ordered)), HIGHEST_RANK)


def outliers(values: Sequence[Number]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the positions of the values that are more than two deviations low, and high."""
    found = moments(values) if len(values) >= OUTLIER_VALUES else None
    if found is None or not found.variance:
        return (), ()
    far = [index for index, value in enumerate(values) if found.is_far(value)]
    return (
        tuple(index for index in far if values[index] < found.mean),
        tuple(index for index in far if values[index] > found.mean),
    )
