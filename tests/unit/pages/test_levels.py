from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium.pages.parts.levels import FULL, level, split_levels

VALUES = st.integers(0, 10**15)


@given(VALUES, st.integers(1, 10**15))
def test_a_level_is_fifty_times_the_share_rounded_half_up(value: int, top: int) -> None:
    rounded = floor(Fraction(FULL * value, top) + Fraction(1, 2))
    assert level(value, top) == (min(max(rounded, 1), FULL) if value else 0)


@pytest.mark.parametrize(
    ("value", "top", "expected"),
    [(0, 0, 0), (0, 7, 0), (1, 10**9, 1), (299, 10_000, 1), (5, 100, 3), (99, 100, 50), (8, 7, 50)],
)
def test_a_level_at_the_ends(value: int, top: int, expected: int) -> None:
    assert level(value, top) == expected


@given(st.lists(VALUES, max_size=FULL))
def test_the_parts_of_a_bar_fill_it_and_none_is_lost(values: list[int]) -> None:
    levels = split_levels(values)
    assert sum(levels) == (FULL if any(values) else 0)
    assert all((length > 0) == (value > 0) for length, value in zip(levels, values, strict=True))


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=12))
def test_a_part_that_needs_no_raising_is_less_than_one_level_from_its_share(
    values: list[int],
) -> None:
    total = sum(values)
    if all(FULL * value >= total for value in values):
        for length, value in zip(split_levels(values), values, strict=True):
            assert abs(length - Fraction(FULL * value, total)) < 1


def test_the_largest_remainders_are_rounded_up() -> None:
    assert split_levels([1, 1, 1]) == [17, 17, 16]
    assert split_levels([995, 3, 2]) == [48, 1, 1]
    assert split_levels([0, 5]) == [0, 50]


def test_a_bar_has_no_more_parts_than_levels() -> None:
    with pytest.raises(ValueError, match="at most 50"):
        split_levels([1] * 51)
