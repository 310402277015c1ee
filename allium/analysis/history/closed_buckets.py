"""Means of closed buckets: of several relays together, and up to which day they are shown."""

from collections.abc import Callable, Sequence
from typing import Final

from allium import formatting
from allium.model.buckets import MOST, SPANS, Span, first_day
from allium.model.history import PERIODS, UNKNOWN, Buckets, ByPeriod

DAYS: Final = PERIODS.index("1_month")
WEEKS: Final = PERIODS.index("6_months")
LATE: Final[dict[Span, int]] = {"day": 7, "week": 1, "month": 1, "quarter": 1}
"""Buckets that a relay's history may end before that of others and yet be waited for.

A relay publishes once a day, each at another hour. Until all have closed a bucket, it would grow.
One that has published nothing for a week may be gone, and what it carried before is known.
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


def _combined(relays: Sequence[ByPeriod], combine: Callable[[int, int], int]) -> ByPeriod:
    found = []
    for place, span in enumerate(SPANS.values()):
        known = [buckets for relay in relays if (buckets := relay[place]) is not None]
        several = _bucket_by_bucket(known, span, combine) if len(known) > 1 else None
        found.append(known[0] if len(known) == 1 else several)
    return tuple(found)


def _bucket_by_bucket(
    relays: Sequence[Buckets], span: Span, combine: Callable[[int, int], int]
) -> Buckets | None:
    """Return what the sum and the number of the known values of each bucket come to.

    The first ones are left out while fewer than half as many relays are known as in the next.
    """
    latest = max(relay.end for relay in relays)
    end = min(relay.end for relay in relays if relay.end >= latest - LATE[span])
    first = max(min(relay.first for relay in relays), end - MOST[span])
    columns = list(zip(*(relay.between(first, end) for relay in relays), strict=True))
    unknown = [column.count(UNKNOWN) for column in columns]
    counts = [len(relays) - count for count in unknown]
    start = 0
    while start < len(counts) - 1 and 2 * counts[start] < counts[start + 1]:
        start += 1
    values = [
        combine(sum(column) - gaps * UNKNOWN, count) if count else UNKNOWN
        for column, gaps, count in zip(columns, unknown, counts, strict=True)
    ]
    return Buckets(first + start, tuple(values[start:])) if any(counts) else None
