"""Rows of flags and outliers, alike for uptime and traffic."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from allium import formatting, urls
from allium.analysis.history.uptime import FlagPeriod
from allium.model.history import Mean, Period
from allium.model.relay import Fingerprint, Flag, in_print_order
from allium.pages.parts.page_base import PERIOD_WORDS, Link, View
from allium.pages.parts.tables import PeriodRow

OUTLIERS: Final = 10


class OutlierRow(View, frozen=True):
    """A relay far from the others, its value, and the period where it is farthest."""

    relay: Link
    value: str
    period: str


class Outliers(View, frozen=True):
    """Relays far from the others on one side: the first of them, and how many more there are."""

    rows: tuple[OutlierRow, ...]
    more: str | None


def outlier(
    fingerprint: Fingerprint, names: Mapping[Fingerprint, str], value: str, period: Period
) -> OutlierRow:
    """Return the row of a relay far from the others; `names` are nicknames."""
    link = Link(text=names[fingerprint], path=urls.relay(fingerprint))
    return OutlierRow(relay=link, value=value, period=PERIOD_WORDS[period])


def first(rows: Sequence[tuple[bool, OutlierRow]], *, low: bool) -> Outliers:
    """Return the first of the rows that are low, or of those that are high."""
    side = tuple(row for is_low, row in rows if is_low == low)
    left = len(side) - OUTLIERS
    return Outliers(
        rows=side[:OUTLIERS],
        more=formatting.number_of(left, "more relay", "more relays") if left > 0 else None,
    )


def flag_rows(
    means: Mapping[FlagPeriod, Mean],
    periods: Sequence[Period],
    words: Callable[[Mean], str],
    comparisons: Mapping[Flag, str],
) -> tuple[PeriodRow, ...]:
    """Return a row of each flag that any relay has had, in print order.

    `comparisons` say between which quantiles of the network six months of a flag lie.
    """
    rows = []
    for flag in in_print_order({flag for flag, _ in means}):
        values = (means.get((flag, period)) for period in periods)
        standing = comparisons.get(flag)
        rows.append(
            PeriodRow(
                flag=flag,
                values=tuple(None if mean is None else words(mean) for mean in values),
                standing=None if standing is None else f"{standing} percentile",
            )
        )
    return tuple(rows)
