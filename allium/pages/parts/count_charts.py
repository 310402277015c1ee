"""Charts of counts: new relays by month, relays by year, and how many are in each class."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

from allium import formatting
from allium.pages.parts import chart_axes
from allium.pages.parts.chart_views import (
    Chart,
    ChartColumn,
    ChartView,
    Histogram,
    HistogramBar,
    LabelGroup,
)
from allium.pages.parts.levels import level

LEAST_BARS: Final = 3
"""Fewer make no picture; a choice of this site."""
YEARS: Final = 20


def first_months(counts: Mapping[str, int], title: str) -> Chart | None:
    """Return counts by month (`YYYY-MM`) of what is there now and began in these months.

    A bar moves when something goes. `None` of fewer than three months.
    """
    if len(counts) < LEAST_BARS:
        return None
    highest = max(counts.values())
    step = chart_axes.step_of(highest)
    steps = chart_axes.steps_of(highest, step)
    column = ChartColumn(
        head="Relays",
        values=tuple(map(formatting.count, counts.values())),
        levels=tuple(level(count, step * steps) for count in counts.values()),
    )
    most = max(counts, key=counts.__getitem__)
    return Chart(
        id="first-months",
        name="New relays",
        look="one",
        words=f"{chart_axes.month(most)} brought the most: {formatting.count(highest)}.",
        series=("Relays",),
        views=(
            ChartView(
                period="",
                measure=title,
                head="Month",
                labels=tuple(counts),
                columns=(column,),
                ticks=tuple(formatting.count(step * tick) for tick in range(steps, -1, -1)),
                groups=_years(counts),
            ),
        ),
    )


def _years(months: Mapping[str, int]) -> tuple[LabelGroup, ...]:
    """Return the years below an axis of months; one of a few months has no room for its label."""
    sizes = {year: len(list(group)) for year, group in groupby(months, lambda month: month[:4])}
    return tuple(
        LabelGroup(label=year if rows >= LEAST_BARS else "", rows=rows)
        for year, rows in sizes.items()
    )


def years(counts: Mapping[int, int], title: str) -> Histogram | None:
    """Return counts by year, the last twenty; `None` of fewer than three years.

    These are of what is there now, so that a bar moves when something goes: no year is closed.
    """
    span = range(max(min(counts), max(counts) + 1 - YEARS), max(counts) + 1) if counts else ()
    if len(span) < LEAST_BARS:
        return None
    values = {str(year): counts.get(year, 0) for year in span}
    return _histogram("years", title, values)


def classes(name: str, title: str, counts: Mapping[str, int]) -> Histogram | None:
    """Return how many are in each class, by the least value of the class; `None` of nothing."""
    return _histogram(name, title, counts) if any(counts.values()) else None


def _histogram(name: str, title: str, counts: Mapping[str, int]) -> Histogram:
    highest = max(counts.values())
    bars = (
        HistogramBar(label=label, value=formatting.count(count), level=level(count, highest))
        for label, count in counts.items()
    )
    return Histogram(id=name, title=title, bars=tuple(bars))
