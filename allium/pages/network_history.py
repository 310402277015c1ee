"""The page of the network over time, from the hours and days that a publication knows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from allium import formatting, urls
from allium.formatting import BIT_RATES, BYTE_RATES, Units
from allium.model.buckets import Span, bucket
from allium.pages.parts import chart_axes
from allium.pages.parts.chart_views import Chart, ChartColumn, ChartView, LabelGroup
from allium.pages.parts.history_charts import HEADS, decimal
from allium.pages.parts.levels import level
from allium.pages.parts.page_base import Head, Link, View

Values: TypeAlias = Mapping[str, int]
Buckets: TypeAlias = dict[int, dict[str, int]]
"""The mean of each figure in each bucket, by the bucket's number."""

QUARTER_DAY: Final = 6 * 3_600
DAY: Final = 86_400
OF_SERIES: Final = "series_"
"""How the name of a figure begins that counts the relays of one series of Tor."""
LEAST_ROWS: Final = 3
"""Fewer make no picture."""
MOST: Final = {"quarter day": 28, "week": 13, "month": 24}
"""So many buckets are 7 days, 90 days and 2 years."""


class NetworkFigure(Struct, frozen=True, kw_only=True):
    """A chart of one or two figures of the network: their names in the series, and words."""

    id: str
    title: str
    names: tuple[str, ...]
    series: tuple[str, ...]
    words: str
    kind: str = "count"


FIGURES: Final = (
    NetworkFigure(
        id="running",
        title="Running relays",
        names=("running",),
        series=("Relays",),
        words="Relays in the consensus, on average.",
    ),
    NetworkFigure(
        id="roles",
        title="Guards and exits",
        names=("guards", "exits"),
        series=("Guards", "Exits"),
        words="Each running relay counts once: an exit first, then a guard.",
    ),
    NetworkFigure(
        id="bandwidth",
        title="Observed bandwidth",
        names=("bandwidth",),
        series=("Bandwidth",),
        words="Sum over running relays, on average.",
        kind="bandwidth",
    ),
    NetworkFigure(
        id="role-bandwidth",
        title="Bandwidth of guards and exits",
        names=("guard_bandwidth", "exit_bandwidth"),
        series=("Guards", "Exits"),
        words="Observed bandwidth of the running relays of each role, on average.",
        kind="bandwidth",
    ),
    NetworkFigure(
        id="flags",
        title="Stable and HSDir flags",
        names=("stable", "hsdir"),
        series=("Stable", "HSDir"),
        words="Running relays with the flag, on average.",
    ),
    NetworkFigure(
        id="churn",
        title="Relays that joined and left",
        names=("joined", "left"),
        series=("Joined", "Left"),
        words="First seen, or last seen and no longer running, within the 24 hours before.",
    ),
    NetworkFigure(
        id="largest",
        title="Largest network and country",
        names=("largest_network", "largest_country"),
        series=("Network", "Country"),
        words="Share of consensus weight of whichever was the largest.",
        kind="share",
    ),
    NetworkFigure(
        id="ipv6",
        title="IPv6",
        names=("ipv6",),
        series=("Share",),
        words="Share of running relays with an IPv6 address.",
        kind="share",
    ),
    NetworkFigure(
        id="recommended",
        title="Recommended versions",
        names=("recommended",),
        series=("Share",),
        words="Share of running relays on a version that the authorities recommend.",
        kind="share",
    ),
    NetworkFigure(
        id="verified",
        title="Verified domains",
        names=("verified",),
        series=("Share",),
        words="Share of running relays that the proof of their domain lists.",
        kind="share",
    ),
)


SUMMED: Final = ("running", "guards", "exits", "bandwidth", "joined", "left", "recommended")
"""The figures of the monthly summary, in the order of its columns."""


class MonthRow(View, frozen=True):
    """The averages of one month, in the order of `SUMMED`; `None` where nothing is known."""

    month: str
    values: tuple[str | None, ...]


class NetworkHistoryPage(View, frozen=True):
    """Everything that the page prints; `months` has the latest one first."""

    head: Head
    charts: tuple[Chart, ...]
    months: tuple[MonthRow, ...]


def build(
    hours: Sequence[tuple[int, Values]], days: Sequence[tuple[int, Values]], units: Units
) -> NetworkHistoryPage:
    """Return the page; `hours` are by seconds, `days` by days since 1970, both ascending.

    The last bucket of each period is not over yet and left out.
    """
    periods = (
        ("7 days", "quarter day", _means(hours, lambda moment: moment // QUARTER_DAY)),
        ("90 days", "week", _means(days, lambda day: bucket(day, "week"))),
        ("2 years", "month", _means(days, lambda day: bucket(day, "month"))),
    )
    figures = (*FIGURES, *_series_figure(hours))
    charts = (_chart(figure, periods, units) for figure in figures)
    return NetworkHistoryPage(
        head=Head(
            kind="history",
            title="Network over time",
            description="Relays, bandwidth and concentration of the Tor network over the last"
            " days, months and years.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="Network over time")),
            indexed=False,
        ),
        charts=tuple(chart for chart in charts if chart is not None),
        months=_months(periods[-1][2], units),
    )


def _series_figure(hours: Sequence[tuple[int, Values]]) -> tuple[NetworkFigure, ...]:
    """Return the chart of the two series of Tor that most relays ran at last; nothing of one."""
    latest = hours[-1][1] if hours else {}
    known = {name: count for name, count in latest.items() if name.startswith(OF_SERIES)}
    names = sorted(known, key=lambda name: (-known[name], name))[:2]
    if len(names) < 2:
        return ()
    words = tuple(f"Tor {name.removeprefix(OF_SERIES)}" for name in names)
    figure = NetworkFigure(
        id="series",
        title="Series of Tor",
        names=tuple(names),
        series=words,
        words="Running relays on the two series that most relays run today, on average.",
    )
    return (figure,)


def _months(buckets: Buckets, units: Units) -> tuple[MonthRow, ...]:
    """Return the months that are over."""
    closed = sorted(buckets, reverse=True)[1 : MOST["month"] + 1]
    return tuple(
        MonthRow(
            month=chart_axes.labels(number, 1, "month")[0],
            values=tuple(_summed(name, buckets[number].get(name), units) for name in SUMMED),
        )
        for number in closed
    )


def _summed(name: str, value: int | None, units: Units) -> str | None:
    if value is None:
        return None
    if name == "bandwidth":
        return formatting.bandwidth(value, units)
    return f"{formatting.fixed(value, 2)}%" if name == "recommended" else formatting.count(value)


def _means(rows: Sequence[tuple[int, Values]], of: Callable[[int], int]) -> Buckets:
    groups: dict[int, list[Values]] = {}
    for at, values in rows:
        groups.setdefault(of(at), []).append(values)
    return {number: _mean(listed) for number, listed in groups.items()}


def _mean(rows: Sequence[Values]) -> dict[str, int]:
    names = {name for values in rows for name in values}
    known = {name: [values[name] for values in rows if name in values] for name in names}
    return {name: formatting.half_up(sum(values), len(values)) for name, values in known.items()}


def _chart(
    figure: NetworkFigure, periods: Sequence[tuple[str, str, Buckets]], units: Units
) -> Chart | None:
    views = tuple(_view(figure, period, span, buckets, units) for period, span, buckets in periods)
    chosen = next((place for place, view in enumerate(views) if view.labels), None)
    if chosen is None:
        return None
    return Chart(
        id=figure.id,
        name=figure.title,
        look="two" if len(figure.names) > 1 else "one",
        words=figure.words,
        series=figure.series,
        views=views,
        chosen=chosen,
    )


def _view(
    figure: NetworkFigure, period: str, span: str, buckets: Buckets, units: Units
) -> ChartView:
    last = max(buckets, default=0)
    numbers = [number for number in buckets if last - MOST[span] <= number < last]
    known = [number for number in numbers if any(name in buckets[number] for name in figure.names)]
    if len(known) < LEAST_ROWS:
        return ChartView(period=period)
    rows = range(min(known), last)
    columns = [[buckets.get(number, {}).get(name) for number in rows] for name in figure.names]
    highest = max(value for column in columns for value in column if value is not None)
    scaled, unit, printed = _scale(figure.kind, highest, units)
    numbers_shown = [
        [None if value is None else scaled(value) for value in column] for column in columns
    ]
    top_value = max(
        1, *(value for column in numbers_shown for value in column if value is not None)
    )
    step = chart_axes.step_of(top_value)
    steps = chart_axes.steps_of(top_value, step)
    heads = (name if unit is None else f"{name}, {unit}" for name in figure.series)
    return ChartView(
        period=period,
        measure=_MEASURES[span],
        unit=unit,
        head=_HEADS[span],
        labels=_labels(rows, span),
        groups=_groups(rows, span),
        columns=tuple(
            ChartColumn(
                head=head,
                values=tuple(None if value is None else printed(value) for value in column),
                levels=tuple(
                    None if value is None else level(value, step * steps) for value in column
                ),
            )
            for head, column in zip(heads, numbers_shown, strict=True)
        ),
        ticks=tuple(printed(step * number) for number in range(steps, -1, -1)),
    )


_MEASURES: Final = {
    "quarter day": "average of six hours",
    "week": "weekly average",
    "month": "monthly average",
}
_HEADS: Final = {"quarter day": "From (UTC)", "week": HEADS["week"], "month": HEADS["month"]}


def _scale(
    kind: str, highest: int, units: Units
) -> tuple[Callable[[int], int], str | None, Callable[[int], str]]:
    """Return what makes a figure a number of hundredths, its unit, and what prints the number."""
    if kind == "count":
        return int, None, formatting.count
    if kind == "share":
        return int, "%", decimal
    factor, names = (8, BIT_RATES) if units == "bits" else (1, BYTE_RATES)
    place = min((len(str(highest * factor)) - 1) // 3, len(names) - 1)
    size = 1000**place
    return lambda value: formatting.half_up(value * factor * 100, size), names[place], decimal


def _labels(rows: range, span: str) -> tuple[str, ...]:
    if span != "quarter day":
        return chart_axes.labels(rows.start, len(rows), _SPANS[span])
    return tuple(formatting.time_of(number * QUARTER_DAY)[:16] for number in rows)


def _groups(rows: range, span: str) -> tuple[LabelGroup, ...]:
    if span != "quarter day":
        return chart_axes.groups(rows.start, len(rows), _SPANS[span])
    days: dict[int, int] = {}
    for number in rows:
        day = number * QUARTER_DAY // DAY
        days[day] = days.get(day, 0) + 1
    return tuple(
        LabelGroup(label=chart_axes.short(formatting.day_of(day)) if count > 1 else "", rows=count)
        for day, count in days.items()
    )


_SPANS: Final[dict[str, Span]] = {"week": "week", "month": "month"}
