"""Columns over time: closed weeks and months only, so that a bar stays as it is.

A week or month is closed when the history goes on after it, so a chart depends on no clock.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, TypeVar

from allium import text
from allium.model.history import Weeks
from allium.views.base import Bar, Chart, level

T = TypeVar("T")

MONTHS: Final = 12
WEEKS: Final = 26
LEAST_BARS: Final = 3


def closed_months(values: Mapping[str, T]) -> dict[str, T]:
    """Return a year of months (`YYYY-MM`), all of them followed by a later one."""
    return {month: values[month] for month in sorted(values)[:-1][-MONTHS:]}


def closed(weeks: Weeks) -> Weeks:
    """Return half a year of a relay's weeks, all of them followed by a later one."""
    count = len(weeks.sums) - 1
    kept = min(count, WEEKS)
    return Weeks(weeks.first + 7 * (count - kept), weeks.sums[count - kept : count])


def closed_weeks(values: Mapping[int, T]) -> dict[int, T]:
    """Return half a year of weeks (by their Mondays), all of them followed by a later one."""
    return {first: values[first] for first in sorted(values)[:-1][-WEEKS:]}


def months(values: Mapping[str, Fraction], title: str) -> Chart | None:
    """Return closed months in percent; `None` with too little history."""
    labels = text.months(min(values), max(values)) if values else []
    found = {f"{month}-01": values.get(month) for month in labels}
    return _chart("uptime-months", title, found, lambda value: text.percent(value, 1))


def weeks(values: Mapping[int, Fraction], title: str, units: text.Units) -> Chart | None:
    """Return closed weeks in bytes/s; `None` with too little history."""
    mondays = range(min(values), max(values) + 7, 7) if values else range(0)
    found = {text.day_of(first): values.get(first) for first in mondays}
    return _chart("bandwidth-weeks", title, found, lambda value: text.bandwidth(value, units))


def _chart(
    name: str,
    title: str,
    buckets: Mapping[str, Fraction | None],
    words: Callable[[Fraction], str],
) -> Chart | None:
    """Return a chart, its bars relative to the highest; `None` of too few."""
    known = {label: value for label, value in buckets.items() if value is not None}
    if len(known) < LEAST_BARS:
        return None
    highest = max(known.values())
    return Chart(
        id=name,
        title=title,
        bars=tuple(
            Bar(
                label=label,
                value=None if value is None else words(value),
                level=None if value is None else level(value, highest),
            )
            for label, value in buckets.items()
        ),
        words=f"Highest {words(highest)}, lowest {words(min(known.values()))},"
        f" latest {words(known[max(known)])}.",
    )
