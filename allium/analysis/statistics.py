"""Means, quantiles and outliers, exact until they are printed."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import sqrt
from typing import Final, TypeAlias

from msgspec import Struct

from allium import text

Number: TypeAlias = int | Fraction

OUTLIER_VALUES: Final = 6
"""With fewer values none can lie two deviations from the mean of its own sample."""
HIGHEST_RANK: Final = 99


class Moments(Struct, frozen=True):
    """How many values, their mean, and the square of their sample deviation (0 of one value)."""

    count: int
    mean: Fraction
    variance: Fraction

    @property
    def deviation(self) -> float:
        """The sample standard deviation."""
        return sqrt(self.variance)

    def distance(self, value: Fraction) -> Fraction:
        """Return the squared number of deviations between a value and the mean."""
        return (value - self.mean) ** 2 / self.variance if self.variance else Fraction(0)


class Gathered:
    """Sums of fractions and of their squares, by denominator: exact, and quick for many."""

    def __init__(self) -> None:
        self._sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, numerator: int, denominator: int) -> None:
        """Count one value."""
        sums = self._sums[denominator]
        sums[0] += 1
        sums[1] += numerator
        sums[2] += numerator * numerator

    def include(self, other: "Gathered") -> None:
        """Count all values of another."""
        for denominator, (count, total, squares) in other._sums.items():  # noqa: SLF001  its own kind
            sums = self._sums[denominator]
            sums[0] += count
            sums[1] += total
            sums[2] += squares

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(count for count, _, _ in self._sums.values())

    @property
    def total(self) -> Fraction:
        """The sum of the values."""
        parts = (Fraction(total, part) for part, (_, total, _) in sorted(self._sums.items()))
        return sum(parts, Fraction(0))

    def moments(self) -> Moments | None:
        """Return count, mean and variance; `None` of nothing."""
        count = self.count
        if not count:
            return None
        mean = self.total / count
        if count == 1:
            return Moments(1, mean, Fraction(0))
        squares = (Fraction(one, part**2) for part, (_, _, one) in sorted(self._sums.items()))
        spread = sum(squares, Fraction(0)) - mean * mean * count
        return Moments(count, mean, spread / (count - 1))


def moments(values: Iterable[Number]) -> Moments | None:
    """Return count, mean and variance of some numbers; `None` of nothing."""
    gathered = Gathered()
    for value in values:
        gathered.add(*value.as_integer_ratio())
    return gathered.moments()


def quantile(ordered: Sequence[Number], percent: int) -> Fraction | None:
    """Return the value below which `percent` of the ascending values lie, linear between two."""
    if not ordered:
        return None
    position = Fraction(percent * (len(ordered) - 1), 100)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    part = position - below
    return ordered[below] * (1 - part) + ordered[above] * part


def percentile_rank(ordered: Sequence[Number], value: Number) -> int | None:
    """Return how many percent of the ascending values lie strictly below `value` (0 to 99)."""
    if not ordered:
        return None
    below = bisect_left(ordered, value)
    return min(text.half_up(100 * below, len(ordered)), HIGHEST_RANK)


def outliers(values: Sequence[Number]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the positions of the values that are more than two deviations low, and high."""
    found = moments(values)
    if found is None or found.count < OUTLIER_VALUES or not found.variance:
        return (), ()
    far = [index for index, value in enumerate(values) if found.distance(Fraction(value)) > 4]
    return (
        tuple(index for index in far if values[index] < found.mean),
        tuple(index for index in far if values[index] > found.mean),
    )
