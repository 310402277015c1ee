"""How much of the network is in how few hands."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

_HHI: Final = ((0.15, "low"), (0.25, "moderate"))
"""The bounds of the U.S. Horizontal Merger Guidelines of 2010: 1,500 and 2,500 of 10,000."""
_GINI: Final = ((0.4, "even"), (0.6, "fair"))
"""A choice of this site; no authority calls a distribution of relays even or uneven."""


def top_share(weights: Iterable[int], count: int) -> float | None:
    """Return the part that the `count` largest weights have of all; `None` of nothing."""
    ordered = sorted(weights, reverse=True)
    total = sum(ordered)
    return sum(ordered[:count]) / total if total else None


def hhi(weights: Sequence[int]) -> float | None:
    """Return the Herfindahl-Hirschman index, the sum of squared shares, 0 to 1."""
    total = sum(weights)
    return sum(weight**2 for weight in weights) / total**2 if total else None


def gini(weights: Sequence[int]) -> float | None:
    """Return the Gini coefficient, 0 (all equal) to below 1; `None` of nothing."""
    total, count = sum(weights), len(weights)
    if not total:
        return None
    ranked = enumerate(sorted(weights), start=1)
    return sum((2 * rank - count - 1) * weight for rank, weight in ranked) / (count * total)


def half_share(weights: Iterable[int]) -> int | None:
    """Return the least number of weights that together are half of all; `None` of nothing."""
    ordered = sorted(weights, reverse=True)
    total = sum(ordered)
    if not total:
        return None
    return 1 + sum(2 * held < total for held in accumulate(ordered))


def hhi_word(value: float) -> str:
    """Return how concentrated something is by its HHI: low, moderate, high."""
    return next((word for bound, word in _HHI if value < bound), "high")


def gini_word(value: float) -> str:
    """Return how equal things are by their Gini coefficient: even, fair, uneven."""
    return next((word for bound, word in _GINI if value < bound), "uneven")
