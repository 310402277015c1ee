from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium import formatting
from allium.analysis.health.geography import gini, half_share, hhi, top_share

GINI: dict[str, tuple[list[int], str | None]] = {
    "B22": ([1, 1, 1, 1], "0"),
    "B23": ([0, 0, 0, 10], "0.75"),
    "B24": ([1, 2, 3, 4], "0.25"),
    "B25": ([5, 10, 15, 20, 50], "0.40"),
    "B26": ([10], "0"),
    "B27": ([], None),
    "B28": ([1, 1, 1, 97], "0.72"),
}
HHI: dict[str, tuple[list[int], str | None]] = {
    "B29": ([1, 1, 1, 1], "0.25"),
    "B30": ([10], "1.0"),
    "B31": ([50, 30, 20], "0.38"),
    "B32": ([], None),
    "B33": ([90, 10], "0.82"),
}
weights = st.lists(st.integers(1, 10**9), min_size=1, max_size=50)


def printed(value: float | None) -> str | None:
    return None if value is None else formatting.ratio(value)


@pytest.mark.parametrize("name", GINI)
def test_gini(name: str) -> None:
    values, expected = GINI[name]
    assert printed(gini(values)) == expected


@pytest.mark.parametrize("name", HHI)
def test_hhi(name: str) -> None:
    values, expected = HHI[name]
    assert printed(hhi(values)) == expected


@pytest.mark.parametrize(
    ("values", "count", "part"),
    [([50, 30, 20], 1, "0.5"), ([50, 30, 20], 2, "0.8"), ([7, 7], 10, "1"), ([], 3, None)],
)
def test_a_top_share_is_of_the_largest(values: list[int], count: int, part: str | None) -> None:
    assert top_share(values, count) == (None if part is None else float(part))


@pytest.mark.parametrize(
    ("values", "least"), [([50, 30, 20], 1), ([40, 30, 30], 2), ([1] * 10, 5), ([], None)]
)
def test_the_half_is_in_so_few_hands(values: list[int], least: int | None) -> None:
    assert half_share(values) == least


@given(weights)
def test_an_index_stays_in_its_bounds_and_forgets_the_order(values: list[int]) -> None:
    unevenness, concentration = gini(values), hhi(values)
    assert unevenness is not None
    assert concentration is not None
    assert 0 <= unevenness < 1
    assert 1 / len(values) <= concentration <= 1
    assert (gini(values[::-1]), hhi(sorted(values))) == (unevenness, concentration)


@given(weights)
def test_the_shares_of_a_partition_add_up_within_rounding(values: list[int]) -> None:
    total = sum(values)
    shares = [formatting.share(value, total) for value in values]
    numbers = [Fraction(share.strip("<%")) for share in shares if share is not None]
    assert abs(sum(numbers) - 100) <= Fraction(len(values), 100)
