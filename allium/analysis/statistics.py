"""Means, quantiles and outliers, exact until they are printed."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm, sqrt
from operator import mul
from typing import Any, Final, TypeAlias, TypeVar

from msgspec import Struct

from allium import text
from allium.text import Exact, Number

Ratio: TypeAlias = tuple[int, int]
"""A numerator and a denominator above zero, which need not be shortened."""
N = TypeVar("N", int, Fraction)
K = TypeVar("K", int, Fraction, tuple[float, Fraction])
T = TypeVar("T")

OUTLIER_VALUES: Final = 6
"""With fewer values none can lie two deviations from the mean of its own sample."""
HIGHEST_RANK: Final = 99
"""None of the values is above all of them, itself included: no rank is 100."""
FAR: Final = 2
"""Sample deviations; the usual bound, beyond which 5% of a normal distribution lie."""
ROUNDING: Final = 0.001
"""Far more than the error of a float here: what is closer than this is compared exactly."""
NOTHING: Final = Fraction(0)


class Quotient(Struct, frozen=True):
    """An exact number that is printed and not computed with: nobody shortens it."""

    numerator: int
    denominator: int

    def as_integer_ratio(self) -> Ratio:
        """Return both, as other exact numbers do."""
        return self.numerator, self.denominator

    @property
    def shortened(self) -> Fraction:
        """The same number, to compute with."""
        return Fraction(self.numerator, self.denominator)


def part(own: Exact, whole: Exact) -> Quotient:
    """Return what part of a whole, which is more than nothing, something is."""
    (numerator, denominator), (all_, of_all) = own.as_integer_ratio(), whole.as_integer_ratio()
    return Quotient(numerator * of_all, denominator * all_)


def less(one: Exact, other: Exact) -> bool:
    """Tell whether an exact number is less than another; neither is shortened for it."""
    (numerator, denominator), (other_, of_other) = one.as_integer_ratio(), other.as_integer_ratio()
    return numerator * of_other < other_ * denominator


class Moments(Struct, frozen=True, dict=True):
    """How many values, their mean, and the square of their sample deviation (0 of one value)."""

    count: int
    mean: Fraction
    variance: Fraction

    @cached_property
    def deviation(self) -> float:
        """The sample standard deviation."""
        return sqrt(self.variance)

    @cached_property
    def _centre(self) -> float:
        return float(self.mean)

    def distance(self, value: Exact) -> Fraction:
        """Return the squared number of deviations between a value and the mean."""
        if not self.variance:
            return Fraction(0)
        return (Fraction(*value.as_integer_ratio()) - self.mean) ** 2 / self.variance

    def is_far(self, value: Exact, *, inclusive: bool = False) -> bool:
        """Tell whether a value is more than two deviations (`inclusive`: two) from the mean.

        Rounded numbers decide what is not near the border.
        """
        if not self.variance:
            return False
        numerator, denominator = value.as_integer_ratio()
        rough = abs(numerator / denominator - self._centre) / self.deviation
        if abs(rough - FAR) > ROUNDING:
            return rough > FAR
        exact = self.distance(value)
        return exact > FAR**2 or (inclusive and exact == FAR**2)


class Far(Struct, frozen=True):
    """A value far from the others: its position, on which side, its squared deviations."""

    position: int
    low: bool
    distance: Fraction


def alike(ratios: Iterable[Ratio]) -> tuple[list[int], int]:
    """Return the numerators of ratios over one denominator, and that."""
    known = list(ratios)
    parts = {part for _, part in known}
    common = lcm(*parts)
    factors = {part: common // part for part in parts}
    return [one * factors[part] for one, part in known], common


def total(ratios: Iterable[Ratio]) -> Fraction:
    """Return the sum of ratios."""
    numerators, common = alike(ratios)
    return Fraction(sum(numerators), common)


def mean(ratios: Sequence[Ratio]) -> Quotient:
    """Return the mean of some ratios, of which there must be one."""
    if len(ratios) == 1:
        return Quotient(*ratios[0])
    numerators, common = alike(ratios)
    return Quotient(sum(numerators), len(ratios) * common)


def moments(ratios: Iterable[Ratio]) -> Moments | None:
    """Return count, mean and variance of some ratios; `None` of nothing."""
    numerators, common = alike(ratios)
    count, whole = len(numerators), sum(numerators)
    if not count:
        return None
    middle = Fraction(whole, count * common)
    if count == 1:
        return Moments(1, middle, NOTHING)
    spread = count * sum(map(mul, numerators, numerators)) - whole * whole
    return Moments(count, middle, Fraction(spread, count * (count - 1) * common * common))


def rounded_first(value: Fraction) -> tuple[float, Fraction]:
    """Return a key by which exact numbers are in order, nearly all told apart by rounded ones."""
    return float(value), value


def ascending(values: Iterable[Fraction]) -> list[Fraction]:
    """Return exact numbers in order."""
    return sorted(values, key=rounded_first)


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


def percentile_rank(ordered: Sequence[K], value: K) -> int | None:
    """Return how many percent of the ascending values lie strictly below `value` (0 to 99)."""
    if not ordered:
        return None
    below = bisect_left(ordered, value)
    return min(text.half_up(100 * below, len(ordered)), HIGHEST_RANK)


def outliers(values: Sequence[Exact]) -> list[Far]:
    """Return the values that are more than two deviations from the mean of all."""
    if len(values) < OUTLIER_VALUES:
        return []
    found = moments(value.as_integer_ratio() for value in values)
    assert found is not None
    return [
        Far(position, less(value, found.mean), found.distance(value))
        for position, value in enumerate(values)
        if found.is_far(value)
    ]
