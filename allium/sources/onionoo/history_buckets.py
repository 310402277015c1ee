"""The histories of one record as means of closed buckets: days, weeks, months, quarters.

The first and the last bucket of a history are left out: the last one is not over yet, and the first
one loses a part whenever one is added. So a bucket stays as it is, but for the precision that
Onionoo gives it: values are thousandths of the largest one of their history.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import sub
from typing import Final, NamedTuple, cast

from allium import formatting
from allium.model.buckets import MOST, SHORTEST, SPANS, Span, bucket, first_day
from allium.model.history import LARGEST, UNKNOWN, WEIGHED, WHOLE, Buckets, ByPeriod, Period
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
    return _buckets(graphs, 1, LARGEST)


def share_buckets(graphs: Mapping[Period, Graph]) -> ByPeriod:
    """Return parts of the time in thousandths."""
    return _buckets(graphs, THOUSANDTHS, THOUSANDTHS)


def weight_buckets(graphs: Mapping[Period, Graph]) -> ByPeriod:
    """Return mean weights as whole numbers, of each of `WEIGHED`."""
    return _buckets(graphs, 1, LARGEST, WEIGHED)


def chance_buckets(graphs: Mapping[Period, Graph]) -> ByPeriod:
    """Return parts of a whole in billionths, of each of `WEIGHED`."""
    return _buckets(graphs, WHOLE, WHOLE, WEIGHED)


def _buckets(
    graphs: Mapping[Period, Graph], unit: int, most: int, periods: Iterable[Period] = SPANS
) -> ByPeriod:
    """Return the buckets of periods: values times the factor and `unit`, `most` at most."""
    return tuple(_closed(graphs, period, unit, most) for period in periods)


def _closed(graphs: Mapping[Period, Graph], period: Period, unit: int, most: int) -> Buckets | None:
    """Return the closed buckets of a period, from the first one of which anything is known."""
    span = SPANS[period]
    graph = next((graphs[name] for name in SOURCES[period] if _has(graphs, name, span)), None)
    if graph is None:
        return None
    part = _calendar(graph.first, graph.interval, len(graph.values), span)
    means = _means(graph, part, unit)
    if max(means, default=UNKNOWN) > most:
        means = [min(mean, most) for mean in means]
    start = next((at for at, mean in enumerate(means) if mean != UNKNOWN), None)
    return None if start is None else Buckets(part.first + start, tuple(means[start:]))


def _has(graphs: Mapping[Period, Graph], name: Period, span: Span) -> bool:
    """Tell whether there is a history whose values are of no longer a time than a bucket."""
    return name in graphs and graphs[name].interval <= SHORTEST[span] * DAY


class _Part(NamedTuple):
    """The closed buckets of a history: the first one's number, and the values of them all.

    `sizes` are the numbers of values in each bucket, `bounds` where they begin and end, counted
    from the first value of the first bucket.
    """

    first: int
    values: slice
    bounds: tuple[int, ...]
    sizes: tuple[int, ...]


def _means(graph: Graph, part: _Part, unit: int) -> list[int]:
    """Return the mean of the known values of each bucket times the factor, rounded half up."""
    values, counts = graph.values[part.values], part.sizes
    if None in values:
        counts = tuple(_sums([value is not None for value in values], part.bounds))
        values = [value or 0 for value in values]
    numerator, decimals = graph.scale
    factor, halves = 2 * unit * numerator, {count: count * 10**decimals for count in {*counts}}
    return [
        (factor * total + half) // (2 * half) if half else UNKNOWN
        for total, half in zip(_sums(values, part.bounds), map(halves.get, counts), strict=True)
    ]


def _sums(values: Sequence[int | None], bounds: Sequence[int]) -> Iterator[int]:
    """Return the sums of values, all of which are known, between each bound and the next."""
    sums = list(accumulate(cast("Sequence[int]", values), initial=0))
    return map(sub, map(sums.__getitem__, bounds[1:]), map(sums.__getitem__, bounds))


@lru_cache(maxsize=4096)
def _calendar(first: Time, interval: int, count: int, span: Span) -> _Part:
    """Return the last closed buckets of a history.

    A value belongs to the bucket in which the middle of its interval lies. Most relays have been
    there for so long that their histories are of the same times.
    """
    middle = formatting.seconds(first)
    last = middle + max(count - 1, 0) * interval
    oldest, latest = bucket(middle // DAY, span), bucket(last // DAY, span)
    start = max(oldest + 1, latest - KEPT[span])
    moments = (first_day(number, span) * DAY - middle for number in range(start, latest + 1))
    places = [-(-moment // interval) for moment in moments] or [0]
    bounds = tuple(place - places[0] for place in places)
    sizes = tuple(end - begin for begin, end in pairwise(bounds))
    return _Part(start, slice(places[0], places[-1]), bounds, sizes)
