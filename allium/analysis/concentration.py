"""How much of the network is in how few hands."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate


def top_share(weights: Iterable[int], count: int) -> Fraction | None:
    """Return the part that the `count` largest weights have of all; `None` of nothing."""
    ordered = sorted(weights, reverse=True)
    total = sum(ordered)
    return Fraction(sum(ordered[:count]), total) if total else None


def hhi(weights: Sequence[int]) -> Fraction | None:
    """Return the Herfindahl-Hirschman index, the sum of squared shares, 0 to 1."""
    total = sum(weights)
    return Fraction(sum(weight**2 for weight in weights), total**2) if total else None


def gini(weights: Sequence[int]) -> Fraction | None:
    """Return the Gini coefficient, 0 (all equal) to below 1; `None` of nothing."""
    total, count = sum(weights), len(weights)
    if not total:
        return None
    ranked = enumerate(sorted(weights), start=1)
    return Fraction(sum((2 * rank - count - 1) * weight for rank, weight in ranked), count * total)


def half_share(weights: Iterable[int]) -> int | None:
    """Return the least number of weights that together are half of all; `None` of nothing."""
    ordered = sorted(weights, reverse=True)
    total = sum(ordered)
    if not total:
        return None
    return 1 + sum(2 * held < total for held in accumulate(ordered))
