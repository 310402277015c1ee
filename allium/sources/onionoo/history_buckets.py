"""The histories of one record as means of closed buckets: days, weeks, months, quarters.

The first and the last bucket of a history are left out: the last one is not over yet, and the first
one loses a part whenever one is added. So a bucket stays as it is, but for the precision that
Onionoo gives it: values are thousandths of the largest one of their history.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, cast

from allium import formatting
from allium.model.buckets import MOST, SHORTEST, SPANS, Span, bucket, first_day
from allium.model.history import UNKNOWN, Buckets, ByPeriod, Period
from allium.model.relay import Time
from allium.sources.onionoo.history_graph import Graph

SOURCES: Final[dict[Period, tuple[Period, ...]]] = {
    "1_month": ("6_months", "1_month"),
    "6_months": ("6_months",),
    "1_year": ("1_year",),
    "5_years": ("5_years",),
}
"""From which histories the buckets of a period may come, the best first.

The six months have values of days, and of more days than the history of one month.
"""
THOUSANDTHS: Final = 1000
KEPT: Final[dict[Span, int]] = MOST | {"day": MOST["day"] + 14}
"""Days of the uptime are shown up to that of the traffic, which may be as much older."""
DAY: Final = 86_400


def rate_buckets(graphs: Mapping[Period, Graph]) -> ByPeriod:
    """Return mean rates in whole bytes per second."""
    return _buckets(graphs, 1, None)


def share_buckets(graphs: Mapping[Period, Graph]) -> ByPeriod:
    """Return parts of the time in thousandths."""
    return _buckets(graphs, THOUSANDTHS, THOUSANDTHS)


def _buckets(graphs: Mapping[Period, Graph], unit: int, most: int | None) -> ByPeriod:
    """Return the buckets of all periods: values times the factor and `unit`, `most` at most."""
    return tuple(_closed(graphs, period, unit, most) for period in SPANS)


def _closed(
    graphs: Mapping[Period, Graph], period: Period, unit: int, most: int | None
) -> Buckets | None:
    """Return the closed buckets of a period, from the first one of which anything is known."""
    span = SPANS[period]
    graph = next((graphs[name] for name in SOURCES[period] if _has(graphs, name, span)), None)
    if graph is None:
        return None
    first, positions = _calendar(graph.first, graph.interval, len(graph.values), span)
    values = _means(graph, positions, unit, most)
    start = next((at for at, value in enumerate(values) if value != UNKNOWN), len(values))
    return Buckets.of(first + start, values[start:]) if start < len(values) else None


def _has(graphs: Mapping[Period, Graph], name: Period, span: Span) -> bool:
    """Tell whether there is a history whose values are of no longer a time than a bucket."""
    return name in graphs and graphs[name].interval <= SHORTEST[span] * DAY


def _means(graph: Graph, positions: Sequence[int], unit: int, most: int | None) -> list[int]:
    """Return the mean of the known values between positions, times the factor, rounded half up."""
    if not positions:
        return []
    start = positions[0]
    values, bounds = graph.values[start : positions[-1]], [at - start for at in positions]
    if None in values:
        totals = _between([value or 0 for value in values], bounds)
        counts = _between([value is not None for value in values], bounds)
    else:
        totals = _between(cast("list[int]", values), bounds)
        counts = [end - begin for begin, end in pairwise(bounds)]
    numerator, decimals = graph.scale
    factor, divisor = 2 * unit * numerator, 10**decimals
    means = [
        (factor * total + count * divisor) // (2 * count * divisor) if count else UNKNOWN
        for total, count in zip(totals, counts, strict=True)
    ]
    return means if most is None else [min(mean, most) for mean in means]


def _between(values: Iterable[int], bounds: Sequence[int]) -> list[int]:
    """Return the sums of the values between each bound and the next."""
    sums = list(accumulate(values, initial=0))
    return [sums[end] - sums[begin] for begin, end in pairwise(bounds)]


@lru_cache(maxsize=4096)
def _calendar(first: Time, interval: int, count: int, span: Span) -> tuple[int, tuple[int, ...]]:
    """Return the last closed buckets of a history: the first one's number, and their bounds.

    A bound is the position of the first value that belongs to the next bucket; the middle of its
    interval tells. Most relays have been there for so long that their histories are of the same
    times.
    """
    middle = formatting.seconds(first)
    last = middle + max(count - 1, 0) * interval
    oldest, latest = bucket(middle // DAY, span), bucket(last // DAY, span)
    start = max(oldest + 1, latest - KEPT[span])
    bounds = (first_day(number, span) * DAY - middle for number in range(start, latest + 1))
    return start, tuple(-(-bound // interval) for bound in bounds)
