"""Columns over time: closed weeks and months only, so that a bar stays as it is.

The first and last bucket of a history are left out: the last one is not over yet, and the first
one loses a day whenever one is added. So a chart depends on no clock.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from allium import formatting
from allium.model.history import Weeks
from allium.pages.parts.levels import level
from allium.pages.parts.page_base import Bar, Chart

T = TypeVar("T")
N = TypeVar("N", int, float)

MONTHS: Final = 12
WEEKS: Final = 26
LEAST_BARS: Final = 3
YEARS: Final = 20


def whole_months(values: Mapping[str, T]) -> dict[str, T]:
    """Return up to a year of months (`YYYY-MM`), none of them the first or last of a history."""
    return {month: values[month] for month in sorted(values)[1:-1][-MONTHS:]}


def whole_weeks(values: Mapping[int, T]) -> dict[int, T]:
    """Return up to half a year of weeks (by their Mondays), none the first or last."""
    return {first: values[first] for first in sorted(values)[1:-1][-WEEKS:]}


def kept(weeks: Weeks) -> Weeks:
    """Return up to half a year of a relay's weeks, none the first or last."""
    shown = weeks.sums[1:-1][-WEEKS:]
    return Weeks(weeks.first + 7 * max(len(weeks.sums) - 1 - len(shown), 0), shown)


def months(values: Mapping[str, float], title: str) -> Chart | None:
    """Return closed months in percent; `None` with too little history."""
    labels = formatting.months(min(values), max(values)) if values else []
    buckets = {f"{month}-01": values.get(month) for month in labels}
    return _chart("uptime-months", title, buckets, lambda value: formatting.percent(value, 1))


def weeks(values: Mapping[int, float], title: str, units: formatting.Units) -> Chart | None:
    """Return closed weeks in bytes/s; `None` with too little history."""
    mondays = range(min(values), max(values) + 7, 7) if values else range(0)
    buckets = {formatting.day_of(first): values.get(first) for first in mondays}
    return _chart(
        "bandwidth-weeks", title, buckets, lambda value: formatting.bandwidth(value, units)
    )


def years(counts: Mapping[int, int], title: str) -> Chart | None:
    """Return counts by year, the last twenty; `None` of fewer than three years.

    These are of what is there now, so that a bar moves when something goes: no year is closed.
    """
    span = range(max(min(counts), max(counts) + 1 - YEARS), max(counts) + 1) if counts else ()
    return _chart(
        "years", title, {str(year): counts.get(year, 0) for year in span}, formatting.count
    )


def first_months(counts: Mapping[str, int], title: str) -> Chart | None:
    """Return counts by month (`YYYY-MM`) of what is there now and began in these months."""
    buckets = {f"{month}-01": count for month, count in counts.items()}
    return _chart("first-months", title, buckets, formatting.count)


def classes(name: str, title: str, counts: Mapping[str, int]) -> Chart | None:
    """Return how many are in each class, by the least value of the class; `None` of nothing."""
    highest = max(counts.values(), default=0)
    if not highest:
        return None
    fullest = next(label for label, count in counts.items() if count == highest)
    return Chart(
        id=name,
        title=title,
        bars=tuple(
            Bar(label=label, value=formatting.count(count), level=level(count, highest))
            for label, count in counts.items()
        ),
        words=f"Most are in the class from {fullest}: {formatting.count(highest)}.",
    )


def _chart(
    name: str,
    title: str,
    buckets: Mapping[str, N | None],
    words: Callable[[N], str],
) -> Chart | None:
    """Return a chart, its bars relative to the highest; `None` of too few."""
    values = {label: value for label, value in buckets.items() if value is not None}
    if len(values) < LEAST_BARS:
        return None
    lowest, highest = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    bars = {
        label: Bar(
            label=label, value=words(value), level=level(round(value), round(values[highest]))
        )
        for label, value in values.items()
    }
    return Chart(
        id=name,
        title=title,
        bars=tuple(
            bars.get(label) or Bar(label=label, value=None, level=None) for label in buckets
        ),
        words=f"Highest {bars[highest].value}, lowest {bars[lowest].value},"
        f" latest {bars[max(values)].value}.",
    )
