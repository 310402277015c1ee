import statistics
from collections.abc import Iterable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.statistics import (
    Far,
    Moments,
    Quotient,
    Ratio,
    ascending,
    less,
    mean,
    moments,
    outliers,
    part,
    percentile_rank,
    quantile,
    total,
)

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
numbers = st.lists(st.fractions(0, 10_000, max_denominator=10_000), min_size=1, max_size=40)


def ratios(values: Iterable[int | Fraction]) -> list[Ratio]:
    return [value.as_integer_ratio() for value in values]


@pytest.mark.parametrize("name", QUANTILES)
def test_a_quantile_is_linear_between_its_neighbours(name: str) -> None:
    values, part, expected = QUANTILES[name]
    assert quantile(values, part) == (None if expected is None else Fraction(expected))


@pytest.mark.parametrize("name", RANKS)
def test_a_percentile_rank_counts_what_is_strictly_below(name: str) -> None:
    value, values, expected = RANKS[name]
    assert percentile_rank(values, value) == expected


@pytest.mark.parametrize("name", OUTLIERS)
def test_an_outlier_is_more_than_two_deviations_away_among_six(name: str) -> None:
    values, low, high = OUTLIERS[name]
    found = outliers([Fraction(value) for value in values])
    assert [values[far.position] for far in found if far.low] == low
    assert [values[far.position] for far in found if not far.low] == high


def test_an_outlier_is_told_with_its_squared_deviations() -> None:
    assert outliers([0] * 9 + [10]) == [Far(9, low=False, distance=Fraction(81, 10))]


@pytest.mark.parametrize("name", MOMENTS)
def test_a_deviation_is_that_of_a_sample(name: str) -> None:
    values, middle, deviation = MOMENTS[name]
    found = moments(ratios(values))
    assert found is not None
    assert (found.mean, quantile(values, 50)) == (middle, middle)
    assert f"{found.deviation:.8f}" == deviation


def test_no_values_have_no_moments() -> None:
    assert moments([]) is None


@given(numbers)
def test_moments_agree_with_the_standard_library(values: list[Fraction]) -> None:
    found = moments(ratios(values))
    assert found is not None
    assert found.mean == statistics.mean(values)
    assert found.variance == (statistics.variance(values) if len(values) > 1 else 0)


@given(numbers, st.integers(0, 100))
def test_a_quantile_lies_between_two_values_and_the_half_is_the_median(
    values: list[Fraction], part: int
) -> None:
    ordered = ascending(values)
    found = quantile(ordered, part)
    assert found is not None
    assert ordered[0] <= found <= ordered[-1]
    assert quantile(ordered, 50) == statistics.median(ordered)


@given(numbers, st.fractions(0, 10_000), st.fractions(0, 10_000))
def test_a_percentile_rank_never_falls_as_the_value_grows(
    values: list[Fraction], one: Fraction, other: Fraction
) -> None:
    ordered = ascending(values)
    low, high = sorted((one, other))
    below, above = percentile_rank(ordered, low), percentile_rank(ordered, high)
    assert below is not None
    assert above is not None
    assert 0 <= below <= above <= 99


@given(numbers)
def test_ascending_is_sorted(values: list[Fraction]) -> None:
    assert ascending(values) == sorted(values)


@given(numbers)
def test_the_mean_and_the_sum_of_ratios_are_exact(values: list[Fraction]) -> None:
    assert mean(ratios(values)).shortened == statistics.mean(values)
    assert total(ratios(values)) == sum(values)


@given(st.fractions(), st.integers(1, 99), st.fractions(), st.integers(1, 99))
def test_numbers_that_are_not_shortened_compare_as_those_that_are(
    one: Fraction, by: int, other: Fraction, by_other: int
) -> None:
    long = Quotient(one.numerator * by, one.denominator * by)
    longer = Quotient(other.numerator * by_other, other.denominator * by_other)
    assert less(long, longer) == (one < other)
    assert not less(long, one)


def test_a_part_of_a_whole_is_exact() -> None:
    assert part(Quotient(2, 4), Fraction(3, 2)).shortened == Fraction(1, 3)
    assert part(0, 7).shortened == 0


def test_the_sum_of_nothing_is_nothing() -> None:
    assert total([]) == 0


def test_a_ratio_that_is_not_shortened_counts_as_one_that_is() -> None:
    assert moments([(2, 4), (9, 6)]) == moments([(1, 2), (3, 2)]) == Moments(2, 1, Fraction(1, 2))
