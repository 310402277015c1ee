"""The health page's section on uptime, and the quantiles that operators are compared with."""

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

NO_HISTORY = "too little history"


class UptimeSection(View, frozen=True):
    """Uptimes of all relays known; each row has a value of each period.

    `flags` have the number of relays, mean and median of `period`; `relays` is how many relays
    have an uptime, by period.
    """

    periods: tuple[str, ...]
    relays: FigureRow
    means: tuple[FigureRow, ...]
    medians: tuple[FigureRow, ...]
    period: str
    flags: tuple[FigureRow, ...]
    classes: Histogram | None


def uptime(stats: HistoryStats) -> UptimeSection | None:
    """Return how reliably relays run; `None` without document."""
    if stats.performances.uptime is None:
        return None
    distribution = uptime_distribution(stats.network.members, stats.uptime)
    periods = [period for period in PERIODS if period in distribution.roles[None]]
    all_relays = distribution.roles[None]
    return UptimeSection(
        periods=tuple(PERIOD_WORDS[period] for period in periods),
        relays=FigureRow(
            name=Link(text="Relays with enough history"),
            values=tuple(formatting.count(all_relays[period].relays) for period in periods),
        ),
        means=_rows(distribution, periods, median=False),
        medians=_rows(distribution, periods, median=True),
        period=PERIOD_WORDS[POSITION_PERIOD],
        flags=tuple(
            FigureRow(
                name=group_links.flag(flag),
                values=(
                    formatting.count(usual.relays),
                    formatting.percent(usual.mean, 1),
                    formatting.percent(usual.median, 1),
                ),
            )
            for flag, usual in distribution.flags.items()
        ),
        classes=count_charts.classes(
            "uptime-classes",
            f"Relays by uptime of {PERIOD_WORDS[CLASS_PERIOD]}",
            {
                formatting.percent(in_percent(least), 1): count
                for least, count in distribution.classes.items()
            },
        ),
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


def quantiles(stats: HistoryStats) -> tuple[FigureRow, ...]:
    """Return below which uptime so many percent of the relays are, in whole percent."""
    compared = stats.performances.uptime
    if compared is None:
        return ()
    return tuple(
        FigureRow(name=Link(text=f"{part}%"), values=(formatting.percent(in_percent(value), 0),))
        for part, value in compared.quantiles.items()
    )
