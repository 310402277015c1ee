import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.statistics import (
    Far,
    Moments,
    less,
    mean,
    moments,
    outliers,
    percentile_rank,
    quantile,
)
from allium.model.history import Mean

QUANTILES: dict[str, tuple[list[int], int, str | None]] = {
    "B1": ([1, 2, 3, 4, 5], 50, "3"),
    "B2": ([1, 2, 3, 4, 5], 25, "2"),
    "B3": ([1, 2, 3, 4, 5], 95, "4.8"),
    "B4": ([1, 2, 3, 4], 50, "2.5"),
    "B5": ([10], 50, "10"),
    "B6": ([], 50, None),
    **{
        f"B7 {part}": (list(range(1, 101)), part, value)
        for part, value in {
            5: "5.95",
            25: "25.75",
            50: "50.5",
            75: "75.25",
            90: "90.1",
            95: "95.05",
            99: "99.01",
        }.items()
    },
}
RANKS: dict[str, tuple[int, list[int], int | None]] = {
    "B8": (5, list(range(1, 11)), 40),
    "B9": (0, [1, 2], 0),
    "B10": (11, [1, 2, 3], 99),
    "B11": (3, [1, 2, 3], 67),
    "B12": (1, [1, 2, 3], 0),
    "B13": (2, [1, 2, 2, 2], 25),
    "B14": (1, [], None),
}
OUTLIERS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "B17": (["95", "96", "94", "97", "95.5", "30", "99.9"], ["30"], []),
    "B18": (["50"] * 6, [], []),
    "B19": (["1", "1", "1", "1", "1000"], [], []),
    "B20": (["100"] * 9 + ["10"], ["10"], []),
    "B21": (["50", "51", "49", "50", "52", "48", "150"], [], ["150"]),
}
MOMENTS: dict[str, tuple[list[int], int, str]] = {
    "B15": ([1, 2, 3, 4, 5], 3, "1.58113883"),
    "B16": ([5], 5, "0.00000000"),
}
numbers = st.lists(st.integers(0, 10**12), min_size=1, max_size=40)
means = st.builds(Mean, st.integers(0, 10**12), st.integers(1, 10_000))


def fraction(value: Mean) -> Fraction:
    return Fraction(value.total, value.count)


@pytest.mark.parametrize("name", QUANTILES)
def test_a_quantile_is_linear_between_its_neighbours(name: str) -> None:
    values, part, expected = QUANTILES[name]
    assert quantile(values, part) == (None if expected is None else float(expected))


@pytest.mark.parametrize("name", RANKS)
def test_a_percentile_rank_counts_what_is_strictly_below(name: str) -> None:
    value, values, expected = RANKS[name]
    assert percentile_rank(values, value) == expected


@pytest.mark.parametrize("name", OUTLIERS)
def test_an_outlier_is_more_than_two_deviations_away_among_six(name: str) -> None:
    values, low, high = OUTLIERS[name]
    found = outliers([int(10 * float(value)) for value in values])
    assert [values[far.position] for far in found if far.low] == low
    assert [values[far.position] for far in found if not far.low] == high


def test_an_outlier_is_told_with_its_squared_deviations() -> None:
    assert outliers([0] * 9 + [10]) == [Far(9, low=False, distance=8.1)]


@pytest.mark.parametrize("name", MOMENTS)
def test_a_deviation_is_that_of_a_sample(name: str) -> None:
    values, middle, deviation = MOMENTS[name]
    found = moments(values)
    assert found is not None
    assert (fraction(found.mean), quantile(values, 50)) == (middle, middle)
    assert f"{found.deviation:.8f}" == deviation


def test_no_values_have_no_moments() -> None:
    assert moments([]) is None


@given(numbers)
def test_moments_agree_with_the_standard_library(values: list[int]) -> None:
    found = moments(values)
    assert found is not None
    exact = [Fraction(value) for value in values]
    assert fraction(found.mean) == statistics.mean(exact)
    variance = statistics.variance(exact) if len(values) > 1 else 0
    assert found.deviation == pytest.approx(math.sqrt(variance), rel=1e-12)


@given(numbers, means)
def test_a_value_is_far_when_its_exact_distance_is(values: list[int], own: Mean) -> None:
    found = moments(values)
    assert found is not None
    exact = [Fraction(value) for value in values]
    variance = statistics.variance(exact) if len(values) > 1 else Fraction(0)
    apart = (fraction(own) - statistics.mean(exact)) ** 2
    assert found.is_far(own) == (variance > 0 and apart > 4 * variance)


@given(numbers, st.integers(0, 100))
def test_a_quantile_lies_between_two_values_and_the_half_is_the_median(
    values: list[int], part: int
) -> None:
    ordered = sorted(values)
    found = quantile(ordered, part)
    assert found is not None
    assert ordered[0] <= found <= ordered[-1]
    assert quantile(ordered, 50) == statistics.median(ordered)


@given(numbers, st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_percentile_rank_never_falls_as_the_value_grows(
    values: list[int], one: int, other: int
) -> None:
    ordered = sorted(values)
    low, high = sorted((one, other))
    below, above = percentile_rank(ordered, low), percentile_rank(ordered, high)
    assert below is not None
    assert above is not None
    assert 0 <= below <= above <= 99


@given(numbers)
def test_the_mean_of_whole_numbers_is_exact(values: list[int]) -> None:
    assert fraction(mean(values)) == statistics.mean(map(Fraction, values))


@given(means, means)
def test_means_of_other_counts_compare_as_exact_numbers(one: Mean, other: Mean) -> None:
    assert less(one, other) == (fraction(one) < fraction(other))
    assert not less(one, Mean(3 * one.total, 3 * one.count))


def test_the_moments_are_a_number_and_two_sums() -> None:
    assert moments([1, 3]) == Moments(2, 4, 10)
