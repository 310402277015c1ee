"""Means of closed buckets: of several relays together, and up to which day they are shown."""

from collections.abc import Callable, Sequence
from typing import Final

from allium import formatting
from allium.model.buckets import MOST, SPANS, Span, first_day
from allium.model.history import NO_BUCKETS, PERIODS, UNKNOWN, Buckets, ByPeriod

DAYS: Final = PERIODS.index("1_month")
WEEKS: Final = PERIODS.index("6_months")
LATE: Final = 2
"""Days that the history of a relay may end before that of another, and the relay be there still.

A relay publishes at least once a day, each at another hour. Until all have closed a bucket, it
would grow. One that has published nothing for longer is not waited for.
"""


def days_end(traffic: Sequence[ByPeriod], uptime: ByPeriod) -> int | None:
    """Return the day (since 1970) before which uptimes of days end; `None` shows all there are.

    The uptime of all relays gets a new day in the same hour. A page changes once a day only when
    its days end with those of the relay's traffic, which a relay publishes at an hour of its own.
    Without traffic, or when that ended before the last closed week of the uptime began, the days
    end with that week.
    """
    ends = [days.end for direction in traffic if (days := direction[DAYS]) is not None]
    weeks = uptime[WEEKS]
    if weeks is None:
        return max(ends, default=None)
    latest = first_day(weeks.end - 1, "week")
    return max((end for end in ends if end > latest), default=latest + 7)


def together(relays: Sequence[ByPeriod]) -> ByPeriod:
    """Return the sums of the known values of the relays' buckets."""
    return _combined(relays, lambda total, _: total)


def average(relays: Sequence[ByPeriod]) -> ByPeriod:
    """Return the means of the known values of the relays' buckets, rounded half up."""
    return _combined(relays, formatting.half_up)


def ends(relays: Sequence[ByPeriod]) -> tuple[int | None, ...]:
    """Return for each period up to which bucket all relays have closed them that publish still."""
    latest = max((days.end for relay in relays if (days := relay[DAYS]) is not None), default=0)
    here = [relay for relay in relays if (days := relay[DAYS]) and days.end >= latest - LATE]
    return tuple(
        min((buckets.end for buckets in column if buckets is not None), default=None)
        for column in zip(*(here or relays), strict=True)
    )


def _combined(relays: Sequence[ByPeriod], combine: Callable[[int, int], int]) -> ByPeriod:
    if len(relays) == 1:
        return relays[0]
    found = []
    for place, (span, end) in enumerate(zip(SPANS.values(), ends(relays), strict=False)):
        known = [buckets for relay in relays if (buckets := relay[place]) is not None]
        found.append(None if end is None else _bucket_by_bucket(known, span, end, combine))
    return tuple(found) or NO_BUCKETS


def _bucket_by_bucket(
    relays: Sequence[Buckets], span: Span, end: int, combine: Callable[[int, int], int]
) -> Buckets | None:
    """Return what the sum and the number of the known values of each bucket come to."""
    first = max(min(relay.first for relay in relays), end - MOST[span])
    columns = list(zip(*(relay.between(first, end) for relay in relays), strict=True))
    unknown = [column.count(UNKNOWN) for column in columns]
    values = [
        combine(sum(column) - gaps * UNKNOWN, len(relays) - gaps) if gaps < len(relays) else UNKNOWN
        for column, gaps in zip(columns, unknown, strict=True)
    ]
    return sure(first, values, [len(relays) - gaps for gaps in unknown])


def sure(first: int, values: Sequence[int], counts: Sequence[int]) -> Buckets | None:
    """Return the buckets from the first on of which half as many relays are known as of the next.

    Those at the ends of which nothing is known are left out.
    """
    start, end = 0, len(counts)
    while end and not counts[end - 1]:
        end -= 1
    while start < end - 1 and (not counts[start] or 2 * counts[start] < counts[start + 1]):
        start += 1
    return Buckets(first + start, tuple(values[start:end])) if end else None
