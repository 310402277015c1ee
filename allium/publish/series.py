"""What the network was hour by hour, from the site's own publications.

The pure site knows one hour. Each publication adds that hour to what the one before knew; a time
that is published again replaces what was known of it.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

HOUR_DAYS: Final = 8
"""Hours are kept for so many days: a week, and the day that began it."""
DAYS: Final = 762
"""Days are kept for 25 months: two years, and the month that has begun."""
DAY: Final = 86_400
PLAIN: Final[tuple[str, ...]] = (
    *("guards", "middles", "exits", "joined", "left"),
    *("guard_bandwidth", "exit_bandwidth", "fast", "stable", "hsdir"),
)
"""Figures that `status.json` has by the same name."""
OF_SERIES: Final = "series_"
"""How the names of further ones begin: running relays of one series of Tor."""
SHARE: Final = 10_000
"""All of something, in hundredths of a percent."""


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


class SeriesHour(Struct, frozen=True):
    """The figures of the network at a time (seconds since 1970)."""

    moment: int
    values: dict[str, int]


class SeriesDay(Struct, frozen=True):
    """The sums of the figures of one day (since 1970), and of how many hours each is known."""

    day: int
    sums: dict[str, int]
    counts: dict[str, int]

    @property
    def means(self) -> dict[str, int]:
        """The mean of each figure that is known."""
        return {name: _half_up(self.sums[name], count) for name, count in self.counts.items()}


class Series(Struct, frozen=True):
    """What is known of the hours of the last days, and of the days of the last years."""

    hours: tuple[SeriesHour, ...] = ()
    days: tuple[SeriesDay, ...] = ()

    def with_hour(self, moment: int, values: Mapping[str, int]) -> "Series":
        """Return the series with one more hour; later ones came with data that went again."""
        day = moment // DAY
        hours = [hour for hour in self.hours if (day - HOUR_DAYS) * DAY <= hour.moment < moment]
        hours.append(SeriesHour(moment, dict(values)))
        closed = [one for one in self.days if day - DAYS <= one.day < hours[0].moment // DAY]
        return Series(tuple(hours), (*closed, *_days(hours, self.days)))


def _days(hours: Iterable[SeriesHour], known: Iterable[SeriesDay]) -> list[SeriesDay]:
    """Return the days that hours are known of.

    Of the first day some hours may have been forgotten already: what was known of it stays.
    """
    by_day: dict[int, list[SeriesHour]] = {}
    for hour in hours:
        by_day.setdefault(hour.moment // DAY, []).append(hour)
    before = {one.day: one for one in known}
    days = [_day(day, listed) for day, listed in sorted(by_day.items())]
    first = days[0].day
    if first in before and len(before[first].counts) and _hours(before[first]) > _hours(days[0]):
        days[0] = before[first]
    return days


def _hours(day: SeriesDay) -> int:
    return max(day.counts.values(), default=0)


def _day(day: int, hours: Iterable[SeriesHour]) -> SeriesDay:
    sums: dict[str, int] = {}
    counts: dict[str, int] = {}
    for hour in hours:
        for name, value in hour.values.items():
            sums[name] = sums.get(name, 0) + value
            counts[name] = counts.get(name, 0) + 1
    return SeriesDay(day, sums, counts)


class StatusFigures(Struct, frozen=True):
    """The part of `status.json` that the series is made of."""

    counts: dict[str, int] = {}
    totals: dict[str, int] = {}


def figures(status: StatusFigures) -> dict[str, int]:
    """Return the figures of one hour; shares are hundredths of a percent of all."""
    totals, running = status.totals, status.counts.get("running", 0)
    weight = totals.get("consensus_weight", 0)
    shares = {
        "largest_network": (totals.get("largest_network_weight"), weight),
        "largest_country": (totals.get("largest_country_weight"), weight),
        "recommended": (totals.get("recommended"), running),
        "verified": (totals.get("verified"), running),
        "ipv6": (totals.get("ipv6"), running),
    }
    found = {
        name: _half_up(SHARE * part, whole)
        for name, (part, whole) in shares.items()
        if part is not None and whole
    }
    plain: dict[str, int] = {name: totals[name] for name in PLAIN if name in totals}
    plain |= {name: count for name, count in totals.items() if name.startswith(OF_SERIES)}
    if "observed_bandwidth" in totals:
        plain["bandwidth"] = totals["observed_bandwidth"]
    return found | plain | ({"running": running} if running else {})
