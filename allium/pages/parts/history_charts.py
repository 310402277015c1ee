"""Charts of what relays carried and of how reliably they ran, over closed buckets of the calendar.

They are made in two steps: the figures, rounded as they are printed, are what a page depends on;
the charts are made from these.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from msgspec.structs import replace

from allium import formatting
from allium.formatting import BIT_RATES, BYTE_RATES, Units
from allium.model.buckets import MOST, SPANS, Span, bucket
from allium.model.history import PERIODS, UNKNOWN, WEIGHED, Buckets, ByPeriod, Period
from allium.pages.parts import chart_axes
from allium.pages.parts.chart_views import Chart, ChartColumn, ChartView
from allium.pages.parts.levels import FULL, level
from allium.pages.parts.page_base import PERIOD_WORDS, View

LEAST_ROWS: Final = 3
"""Fewer buckets make no picture; a choice of this site."""
CHOSEN: Final = PERIODS.index("6_months")
HUNDREDTHS: Final = 100
TRACE: Final = -1
"""More than nothing, but less than a hundredth of the unit."""
WHOLE: Final = 1000
"""All the time, in thousandths."""
RATES: Final[dict[Units, tuple[str, ...]]] = {"bits": BIT_RATES, "bytes": BYTE_RATES}
HEADS: Final[dict[Span, str]] = {
    "day": "Day",
    "week": "Week from",
    "month": "Month",
    "quarter": "Quarter",
}
AVERAGES: Final[dict[Span, str]] = {
    "day": "daily average",
    "week": "weekly average",
    "month": "monthly average",
    "quarter": "quarterly average",
}
DIRECTIONS: Final = ("Read", "Written")
NOTHING: Final = Buckets(0, ())

Column: TypeAlias = tuple[int | None, ...]


class ViewFigures(View, frozen=True, array_like=True):
    """What one view of a chart prints: the number of the first bucket, and columns of numbers.

    Rates are hundredths of the unit of that position, rounded as printed, or `TRACE`; uptimes are
    thousandths of the time; weights are as printed. `None` stands for what is not known.
    """

    first: int
    columns: tuple[Column, ...]
    unit: int = 0


HistoryFigures: TypeAlias = tuple[ViewFigures | None, ...]
"""ViewFigures of each of `PERIODS`, in their order; `None` where too little is known."""
NO_FIGURES: Final[HistoryFigures] = (None,) * len(PERIODS)


def traffic_figures(directions: Sequence[ByPeriod], units: Units) -> HistoryFigures:
    """Return what a chart of rates prints; `directions` are means in bytes per second."""
    factor = 8 if units == "bits" else 1
    found = []
    for place, span in enumerate(SPANS.values()):
        first, columns = _aligned([direction[place] for direction in directions], span)
        highest = factor * max((value for column in columns for value in column), default=0)
        unit = _unit(highest)
        numbers = tuple(_rounded(column, factor, unit) for column in columns)
        found.append(ViewFigures(first=first, columns=numbers, unit=unit) if numbers else None)
    return tuple(found)


def uptime_figures(buckets: ByPeriod, days_end: int | None) -> HistoryFigures:
    """Return what a chart of uptimes prints; `buckets` are thousandths of the time.

    No day is shown from the day `days_end` on.
    """
    found = []
    for place, span in enumerate(SPANS.values()):
        first, columns = _aligned([buckets[place]], span, days_end if span == "day" else None)
        numbers = tuple(map(_known, columns))
        found.append(ViewFigures(first=first, columns=numbers) if numbers else None)
    return tuple(found)


def _aligned(
    columns: Sequence[Buckets | None], span: Span, end: int | None = None
) -> tuple[int, list[list[int]]]:
    """Return values of the same buckets, the last ones before `end`; no columns of too few."""
    known = [column for column in columns if column is not None]
    if not known:
        return 0, []
    last = max(column.end for column in known)
    last = last if end is None else min(last, end)
    first = max(min(column.first for column in known), last - MOST[span])
    if last - first < LEAST_ROWS:
        return 0, []
    aligned = [(column or NOTHING).between(first, last) for column in columns]
    # Most columns have no gap, and then no row is without a value.
    if any(UNKNOWN not in column for column in aligned):
        return first, aligned
    rows = sum(any(value != UNKNOWN for value in row) for row in zip(*aligned, strict=True))
    return (first, aligned) if rows >= LEAST_ROWS else (0, [])


def _known(column: Sequence[int]) -> Column:
    return tuple(None if value == UNKNOWN else value for value in column)


def _unit(highest: int) -> int:
    """Return the position of the first unit in which the highest rate is below a thousand."""
    unit, size = 0, 1
    while 2 * highest >= 1999 * size and unit < len(BIT_RATES) - 1:  # what is rounded stays below
        unit, size = unit + 1, size * 1000
    return unit


def _rounded(column: Sequence[int], factor: int, unit: int) -> Column:
    """Return rates in hundredths of a unit, rounded to three significant digits.

    Numbers from 9.995 on have one decimal, those from 99.95 on have none.
    """
    if not unit:
        return tuple(None if rate == UNKNOWN else rate * factor * HUNDREDTHS for rate in column)
    size = 1000**unit // HUNDREDTHS
    ten, hundred = 10 * size, 100 * size
    numbers: list[int | None] = []
    for rate in column:
        number = rate * factor
        if number >= 9995 * size:
            numbers.append((2 * number + hundred) // (2 * hundred) * 100)
        elif 2 * number >= 1999 * size:
            numbers.append((2 * number + ten) // (2 * ten) * 10)
        elif rate == UNKNOWN:
            numbers.append(None)
        else:
            numbers.append((2 * number + size) // (2 * size) or (TRACE if number else 0))
    return tuple(numbers)


def network_traffic(directions: Sequence[ByPeriod], units: Units) -> Chart | None:
    """Return the chart of what many relays read and wrote together, without days.

    So a page changes each week, and not each day, by it.
    """
    chart = traffic_chart(traffic_figures(directions, units), units, "the relays known today")
    if chart is None:
        return None
    return replace(chart, views=chart.views[1:], chosen=chart.chosen - 1)


def traffic_chart(figures: HistoryFigures, units: Units, subject: str) -> Chart | None:
    """Return the chart of what `subject` read and wrote; `None` with too little history."""
    chosen = _chosen(figures)
    if chosen is None:
        return None
    views = [
        _traffic_view(place, one, RATES[units])
        if one is not None
        else ChartView(period=PERIOD_WORDS[PERIODS[place]])
        for place, one in enumerate(figures)
    ]
    place, one = chosen
    return Chart(
        id="traffic",
        name="Traffic",
        look="two",
        words=_traffic_words(place, one, RATES[units], subject),
        series=DIRECTIONS,
        views=tuple(views),
        chosen=place,
    )


def _chosen(figures: HistoryFigures) -> tuple[int, ViewFigures] | None:
    """Return the period to show first, and its figures: half a year, else the shortest there is."""
    for place in (CHOSEN, *range(len(figures))):
        one = figures[place]
        if one is not None:
            return place, one
    return None


def _traffic_view(place: int, figures: ViewFigures, names: Sequence[str]) -> ChartView:
    period, unit, name = PERIODS[place], figures.unit, names[figures.unit]
    known = (value for column in figures.columns for value in column if value is not None)
    highest = max(HUNDREDTHS, *known)
    step = chart_axes.step_of(highest)
    steps = chart_axes.steps_of(highest, step)
    columns = (
        ChartColumn(
            head=f"{direction}, {name}",
            values=tuple([_rate(value, unit) for value in column]),
            levels=_levels(column, step * steps),
        )
        for direction, column in zip(DIRECTIONS, figures.columns, strict=True)
    )
    return replace(
        _rows(period, figures.first, len(figures.columns[0])),
        measure=AVERAGES[SPANS[period]],
        unit=name,
        columns=tuple(columns),
        ticks=tuple(decimal(step * number) for number in range(steps, -1, -1)),
    )


@lru_cache(maxsize=4096)
def _rows(period: Period, first: int, count: int) -> ChartView:
    """Return a view with the names of its rows only; most relays have the same."""
    span = SPANS[period]
    return ChartView(
        period=PERIOD_WORDS[period],
        head=HEADS[span],
        labels=chart_axes.labels(first, count, span),
        groups=chart_axes.groups(first, count, span),
    )


def _levels(column: Column, top: int) -> tuple[int | None, ...]:
    """Return the level of each value, as `level` does; a relay's page has two hundred."""
    double, twice = 2 * FULL, 2 * top
    return tuple(
        [
            None if value is None else (double * value + top) // twice or abs(value and 1)
            for value in column
        ]
    )


@lru_cache(maxsize=65536)
def _rate(value: int | None, unit: int) -> str | None:
    """Return a rate in its unit with three significant digits, of the first unit a whole number."""
    if value is None:
        return None
    if value == TRACE:
        return "<0.01"
    if not unit or value >= 100 * HUNDREDTHS:
        return str(value // HUNDREDTHS)
    if value >= 10 * HUNDREDTHS:
        return formatting.fixed(value // 10, 1)
    return formatting.fixed(value, 2) if value else "0"


def decimal(hundredths: int) -> str:
    """Return a number without zeros at the end of its decimals."""
    number, rest = divmod(hundredths, HUNDREDTHS)
    return f"{number}.{rest:02}".rstrip("0") if rest else str(number)


def _traffic_words(place: int, figures: ViewFigures, names: Sequence[str], subject: str) -> str:
    """Return between what the traffic was, when, and what it was last."""
    span = SPANS[PERIODS[place]]
    read, written = figures.columns
    has_read = any(value is not None for value in read)
    verb, column = ("read", read) if has_read else ("wrote", written)
    low, high, last = _extremes(column)

    def rate(at: int) -> str:
        return f"{_rate(column[at], figures.unit)}{formatting.NO_BREAK}{names[figures.unit]}"

    over = f"Over the last {len(column)} {span}s {subject} {verb}"
    if column[low] == column[high]:
        return f"{over} {rate(low)} on average in each {span}."
    lowest, highest = (
        f"{rate(at)} ({chart_axes.words(figures.first + at, span)})" for at in (low, high)
    )
    return f"{over} between {lowest} and {highest} on average; in the latest {span} {rate(last)}."


def _extremes(column: Column) -> tuple[int, int, int]:
    """Return where the lowest, the highest and the last known value are; of equals the latest."""
    known = [
        (0.5 if value == TRACE else value, at)
        for at, value in enumerate(column)
        if value is not None
    ]
    low = min(known, key=lambda pair: (pair[0], -pair[1]))
    return low[1], max(known)[1], known[-1][1]


def uptime_chart(figures: HistoryFigures, down_from: int | None = None) -> Chart | None:
    """Return the chart of how reliably relays ran; `None` with too little history.

    `down_from` is the day since when a relay does not run.
    """
    chosen = _chosen(figures)
    if chosen is None:
        return None
    place, one = chosen
    return Chart(
        id="uptime",
        name="Uptime",
        look="up",
        words=_uptime_words(place, one) + _outage(place, one, down_from),
        series=("Uptime",),
        views=tuple(
            ChartView(period=PERIOD_WORDS[period])
            if view is None
            else _uptime_view(period, view.first, view.columns[0])
            for period, view in zip(PERIODS, figures, strict=True)
        ),
        chosen=place,
    )


@lru_cache(maxsize=4096)
def _uptime_view(period: Period, first: int, column: Column) -> ChartView:
    """Return the view of one period; that of relays that always ran is the same."""
    floor, step = chart_axes.floor_of(min(value for value in column if value is not None))
    values, levels = _shares(), _uptime_levels(floor)
    return replace(
        _rows(period, first, len(column)),
        measure=f"share of each {SPANS[period]}",
        columns=(
            ChartColumn(
                head="Uptime",
                values=tuple([None if value is None else values[value] for value in column]),
                levels=tuple([None if value is None else levels[value] for value in column]),
            ),
        ),
        ticks=tuple(f"{decimal(10 * value)}%" for value in range(WHOLE, 10 * floor - 1, -step)),
        floor=floor,
    )


@lru_cache(maxsize=1)
def _shares() -> tuple[str, ...]:
    """Return all parts of the time, in thousandths, as they are printed."""
    return tuple(f"{formatting.fixed(value, 1)}%" for value in range(WHOLE + 1))


@lru_cache(maxsize=4)
def _uptime_levels(floor: int) -> tuple[int, ...]:
    """Return the height of each uptime above a floor; full only for what prints as all the time."""
    heights = [level(value - 10 * floor, WHOLE - 10 * floor) for value in range(WHOLE)]
    return (*(min(height, FULL - 1) for height in heights), FULL)


def _outage(place: int, figures: ViewFigures, down_from: int | None) -> str:
    """Return that a relay is down of which no bucket shows it yet."""
    span = SPANS[PERIODS[place]]
    end = figures.first + len(figures.columns[0])
    if down_from is None or bucket(down_from, span) < end:
        return ""
    return f" The relay stopped after the last of these {span}s."


def _uptime_words(place: int, figures: ViewFigures) -> str:
    """Return when the uptime was lowest."""
    span, column = SPANS[PERIODS[place]], figures.columns[0]
    low, high, _ = _extremes(column)
    lowest = column[low] or 0
    if lowest == column[high]:
        return f"{_shares()[lowest]} in each {span}."
    when = chart_axes.words(figures.first + low, span)
    return f"Lowest {span}: {_shares()[lowest]} ({when})."


def weight_figures(buckets: ByPeriod) -> HistoryFigures:
    """Return what a chart of weights prints, of each of `WEIGHED`."""
    found = []
    for period, column in zip(WEIGHED, buckets, strict=True):
        first, columns = _aligned([column], SPANS[period])
        numbers = tuple(tuple(map(_rounded_weight, column)) for column in columns)
        found.append(ViewFigures(first=first, columns=numbers) if numbers else None)
    return tuple(found)


def _rounded_weight(value: int) -> int | None:
    return None if value == UNKNOWN else formatting.rounded_weight(value)


def weight_chart(figures: HistoryFigures) -> Chart | None:
    """Return the chart of a relay's weight in the periods that are known; `None` without any."""
    known = [(period, one) for period, one in zip(WEIGHED, figures, strict=True) if one is not None]
    if not known:
        return None
    return Chart(
        id="weights",
        name="Consensus weight",
        look="one",
        words=_weight_words(*known[0]),
        series=("Weight",),
        views=tuple(_weight_view(period, one.first, one.columns[0]) for period, one in known),
    )


def _weight_view(period: Period, first: int, column: Column) -> ChartView:
    highest = max(1, *(value for value in column if value is not None))
    step = chart_axes.step_of(highest)
    steps = chart_axes.steps_of(highest, step)
    values = tuple([None if value is None else formatting.count(value) for value in column])
    return replace(
        _rows(period, first, len(column)),
        measure=f"weight by {SPANS[period]}",
        columns=(ChartColumn(head="Weight", values=values, levels=_levels(column, step * steps)),),
        ticks=_weight_ticks(step, steps),
    )


def _weight_ticks(step: int, steps: int) -> tuple[str, ...]:
    """Return the labels of an axis from the top down; a phone has room for five digits."""
    ticks = range(step * steps, -1, -step)
    if step * steps < 100_000:
        return tuple(map(formatting.count, ticks))
    return tuple(f"{tick // 1000}k" if tick else "0" for tick in ticks)


def _weight_words(period: Period, figures: ViewFigures) -> str:
    """Return between what the weight was, when, and what it was last."""
    span, column = SPANS[period], figures.columns[0]
    low, high, last = _extremes(column)
    over = f"Over the last {len(column)} {span}s"
    if column[low] == column[high]:
        return f"{over} it was {_weight(column, low)} on average in each {span}."
    lowest, highest = (
        f"{_weight(column, at)} ({chart_axes.words(figures.first + at, span)})"
        for at in (low, high)
    )
    latest = f"in the latest {span} {_weight(column, last)}"
    return f"{over} it was between {lowest} and {highest} on average; {latest}."


def _weight(column: Column, at: int) -> str:
    return formatting.count(column[at] or 0)
