"""Means, quantiles and outliers of whole numbers: exact sums, and one division at the end.

Sums of whole numbers do not depend on their order; the quotient of two is the nearest float, so
that equal quotients are equal floats.
"""

from bisect import bisect_left
from collections.abc import Sequence
from math import sqrt
from operator import mul
from typing import Final, TypeVar

from msgspec import Struct

from allium import formatting
from allium.formatting import Number
from allium.model.history import Mean

N = TypeVar("N", int, float)

OUTLIER_VALUES: Final = 6
"""With fewer values none can lie two deviations from the mean of its own sample."""
HIGHEST_RANK: Final = 99
"""The highest rank: a value is never above itself, so no rank is 100."""
FAR: Final = 2
"""Sample deviations; the usual bound, beyond which 5% of a normal distribution lie."""


class Moments(Struct, frozen=True):
    """How many whole numbers, their sum, and the sum of their squares."""

    count: int
    total: int
    squares: int

    @property
    def mean(self) -> Mean:
        """The mean as sum and number."""
        return Mean(self.total, self.count)

    @property
    def deviation(self) -> float:
        """The sample standard deviation; 0 of one value."""
        return sqrt(self._spread / (self.count * max(self.count - 1, 1)))

    @property
    def _spread(self) -> int:
        return self.count * self.squares - self.total**2

    def distance(self, value: Mean) -> float:
        """Return the squared number of deviations between a value and the mean."""
        if not self._spread:
            return 0.0
        # Squared, and multiplied out, so that no root is taken before values are compared.
        apart = value.total * self.count - self.total * value.count
        return apart**2 * (self.count - 1) / (self.count * self._spread * value.count**2)

    def is_far(self, value: Mean) -> bool:
        """Tell whether a value is more than two deviations from the mean."""
        return self.distance(value) > FAR**2


class Far(Struct, frozen=True):
    """A value far from the others: its position, on which side, its squared deviations."""

    position: int
    low: bool
    distance: float


def less(first: Mean, second: Mean) -> bool:
    """Tell whether a mean is less than another."""
    return first.total * second.count < second.total * first.count


def mean(values: Sequence[int]) -> Mean:
    """Return sum and number of some values."""
    return Mean(sum(values), len(values))


def moments(values: Sequence[int]) -> Moments | None:
    """Return count and sums of some values; `None` of nothing."""
    if not values:
        return None
    return Moments(len(values), sum(values), sum(map(mul, values, values)))


def quantile(ordered: Sequence[Number], percent: int) -> Number | None:
    """Return the value below which `percent` of the ascending values lie, linear between two."""
    if not ordered:
        return None
    # Whole numbers until the last step: a float's position could fall on the other side of a value.
    below, part = divmod(percent * (len(ordered) - 1), 100)
    if not part:
        return ordered[below]
    return (ordered[below] * (100 - part) + ordered[below + 1] * part) / 100


def classes(ordered: Sequence[int], bounds: Sequence[int]) -> dict[int, int]:
    """Return how many of the ascending values are in each class, by its least value.

    A class ends where the next one begins; what is below the first is in none.
    """
    # A search for each bound costs less than a look at each of ten thousand values.
    starts = [bisect_left(ordered, bound) for bound in bounds]
    ends = [*starts[1:], len(ordered)]
    return {bound: end - start for bound, start, end in zip(bounds, starts, ends, strict=True)}


def percentile_rank(ordered: Sequence[N], value: N) -> int | None:
    """Return how many percent of the ascending values lie strictly below `value` (0 to 99)."""
    if not ordered:
        return None
    below = bisect_left(ordered, value)
    return min(formatting.half_up(100 * below, len(ordered)), HIGHEST_RANK)


def outliers(values: Sequence[int]) -> list[Far]:
    """Return the values that are more than two deviations from the mean of all."""
    if len(values) < OUTLIER_VALUES:
        return []
    sample = moments(values)
    assert sample is not None
    return [
        Far(position, less(single, sample.mean), sample.distance(single))
        for position, single in enumerate(Mean(value, 1) for value in values)
        if sample.is_far(single)
    ]
