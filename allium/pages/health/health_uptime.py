"""The health page's section on uptime, with the quantiles that operators are compared with."""

from typing import Final

from allium import formatting
from allium.analysis.health.uptime_distribution import (
    CLASS_PERIOD,
    TypicalUptime,
    UptimeDistribution,
    uptime_distribution,
)
from allium.analysis.history.uptime import POSITION_PERIOD, in_percent
from allium.analysis.history_stats import HistoryStats
from allium.analysis.relay.role import ROLES
from allium.model.history import PERIODS, Period
from allium.pages.parts import count_charts, group_links
from allium.pages.parts.chart_views import Histogram
from allium.pages.parts.network_figures import PLURALS, FigureRow
from allium.pages.parts.page_base import PERIOD_WORDS, Link, View

NO_HISTORY: Final = "Too little history"


class UptimeSection(View, frozen=True):
    """Uptimes of all relays; each row has a value of each period.

    `relays` is how many have a history; `half` says the medians. `flags` have the number of relays,
    average and median of `period`; `quantiles` are the uptimes below which the `percentiles` are;
    `classes` count relays by the least uptime of `class_period`.
    """

    periods: tuple[str, ...]
    relays: FigureRow
    means: tuple[FigureRow, ...]
    medians: tuple[FigureRow, ...]
    half: str
    period: str
    flags: tuple[FigureRow, ...]
    percentiles: tuple[str, ...]
    quantiles: FigureRow
    class_period: str
    classes: Histogram | None


def uptime(stats: HistoryStats) -> UptimeSection | None:
    """Return how reliably relays run; `None` without document."""
    if stats.performances.uptime is None:
        return None
    usual = uptime_distribution(stats.network.members, stats.uptime)
    periods = [period for period in PERIODS if period in usual.roles[None]]
    all_relays = usual.roles[None]
    quantiles = _quantiles(stats)
    return UptimeSection(
        periods=tuple(PERIOD_WORDS[period] for period in periods),
        relays=FigureRow(
            name=Link(text="Relays with history"),
            values=tuple(formatting.count(all_relays[period].relays) for period in periods),
        ),
        means=_rows(usual, periods, median=False),
        medians=_rows(usual, periods, median=True),
        half=_half(usual, periods),
        period=PERIOD_WORDS[POSITION_PERIOD],
        flags=_flags(usual),
        percentiles=tuple(quantiles),
        quantiles=FigureRow(name=Link(text="Uptime"), values=tuple(quantiles.values())),
        class_period=PERIOD_WORDS[CLASS_PERIOD],
        classes=count_charts.classes(
            "uptime-classes",
            f"All relays by uptime in {PERIOD_WORDS[CLASS_PERIOD]}",
            {
                _whole(formatting.percent(in_percent(least), 1)): count
                for least, count in usual.classes.items()
            },
        ),
    )


def _flags(distribution: UptimeDistribution) -> tuple[FigureRow, ...]:
    return tuple(
        FigureRow(
            name=group_links.flag(flag),
            values=(
                formatting.count(usual.relays),
                formatting.percent(usual.mean, 1),
                formatting.percent(usual.median, 1),
            ),
        )
        for flag, usual in distribution.flags.items()
    )


def _whole(percent: str) -> str:
    """Return a share without a decimal and a sign that say nothing: `50`, `99.5`."""
    return percent.removesuffix("%").removesuffix(".0")


def _half(distribution: UptimeDistribution, periods: list[Period]) -> str:
    """Return the median uptime of all relays in each period."""
    all_relays = distribution.roles[None]
    return ", ".join(
        f"{formatting.percent(all_relays[period].median, 1)} in {PERIOD_WORDS[period]}"
        for period in periods
    )


def _rows(
    distribution: UptimeDistribution, periods: list[Period], *, median: bool
) -> tuple[FigureRow, ...]:
    def words(usual: TypicalUptime | None) -> str:
        if usual is None:
            return NO_HISTORY
        return formatting.percent(usual.median if median else usual.mean, 1)

    return tuple(
        FigureRow(
            name=Link(text=PLURALS[role]),
            values=tuple(words(distribution.roles[role].get(period)) for period in periods),
        )
        for role in (None, *ROLES)
    )


def _quantiles(stats: HistoryStats) -> dict[str, str]:
    """Return below which uptime so many percent of the relays are, in whole percent."""
    compared = stats.performances.uptime
    if compared is None:
        return {}
    return {
        f"{part}%": formatting.percent(in_percent(value), 0)
        for part, value in compared.quantiles.items()
    }
