"""Levels of pictures: lengths of bars from 0 to 50, of which the style sheet makes percentages."""

from collections.abc import Sequence
from typing import Final

from allium import formatting

FULL: Final = 50
"""The level of a whole bar; the style sheet has a class for each level."""
SHORTEST: Final = 1
"""The level of the smallest amount above zero."""


def level(value: int, top: int) -> int:
    """Return the length of a bar relative to `top`, its full length; never 0 for a positive value.

    A value above `top` is as long as the top. `top` is positive unless the value is 0.
    """
    if value <= 0:
        return 0
    return min(max(formatting.half_up(FULL * value, top), SHORTEST), FULL)


def split_levels(values: Sequence[int]) -> list[int]:
    """Return the lengths of the parts of one bar, which add up to `FULL`; all 0 of nothing.

    A positive value has at least one. The largest remainders are rounded up; what is too much is
    taken from the longest parts. Raises `ValueError` when there are more than `FULL` parts.
    """
    total = sum(values)
    if not total:
        return [0] * len(values)
    if sum(value > 0 for value in values) > FULL:
        raise ValueError(f"a bar has at most {FULL} parts")
    levels = [max(FULL * value // total, SHORTEST) if value else 0 for value in values]
    rests = [FULL * value - length * total for value, length in zip(values, levels, strict=True)]
    order = sorted(range(len(values)), key=lambda index: -rests[index])
    for index in order[: max(FULL - sum(levels), 0)]:
        levels[index] += 1
    while sum(levels) > FULL:
        levels[levels.index(max(levels))] -= 1
    return levels
