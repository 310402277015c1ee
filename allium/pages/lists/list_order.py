"""An order of a list: by what, and how that is printed."""

from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.analysis.history.throughput import added
from allium.analysis.history.uptime import POSITION_PERIOD, percent, percentage
from allium.analysis.history_stats import HistoryStats
from allium.analysis.listing_entries import ListingEntry
from allium.analysis.network import Member
from allium.analysis.relay.role import Role
from allium.pages.boards.board_titles import Scale
from allium.pages.parts import network_figures
from allium.pages.parts.page_base import When, day, minute

Metric: TypeAlias = Callable[[Any, HistoryStats], Any]
"""From a relay (`Member`) or an `Entry`, what it is ordered by; `None` when that is not known."""
Shown: TypeAlias = Callable[[Any, Scale], str | When | None]


class Order(Struct, frozen=True, kw_only=True):
    """An order: what it is called, its metric, and the printed form of that.

    Whoever has most comes first, or least when `lowest`. `label` heads the column of the metric:
    one that the list has, or with `shown` one of its own; without any the name says it all.
    `absent` stands where the metric is not known, `source` is the document without which there is
    no such order, `idle` tells that entries without a running relay take part.
    """

    title: str
    metric: Metric
    label: str = ""
    shown: Shown | None = None
    lowest: bool = False
    absent: str = "unknown"
    source: str = "details"
    idle: bool = False

    def printed(self, value: Any, scale: Scale) -> str | When | None:  # noqa: ANN401  see Metric
        """Return a metric as printed; `None` where it has no column of its own."""
        if self.shown is None:
            return None
        return self.absent if value is None else self.shown(value, scale) or self.absent


def rate(value: int, scale: Scale) -> str:
    """Return a rate."""
    return formatting.bandwidth(value, scale.units)


def count(value: int, _: Scale) -> str:
    """Return a number."""
    return formatting.count(value)


def chance(value: float, _: Scale) -> str | None:
    """Return a probability."""
    return formatting.share(*formatting.quotient(value))


def percent_of(value: float, _: Scale) -> str:
    """Return a number of percent."""
    return formatting.percent(value, 1)


def volume(value: int, _: Scale) -> str:
    """Return a number of bytes."""
    return network_figures.volume(value)


def day_of(value: str, _: Scale) -> When:
    """Return the date of a time."""
    return day(value)


def minute_of(value: str, _: Scale) -> When | None:
    """Return a time."""
    return minute(value)


def guard_share(value: int, scale: Scale) -> str | None:
    """Return a part of the weight of all guards."""
    return formatting.share(value, scale.whole.parts["guard"].weight)


def relay_volume(member: Member, survey: HistoryStats) -> int | None:
    """Return all bytes that a relay is known to have moved."""
    found = survey.volumes.get(member.relay.fingerprint)
    return None if found is None else found.size


def relay_uptime(member: Member, survey: HistoryStats) -> float | None:
    """Return a relay's uptime of 6 months in percent."""
    history = survey.uptime.get(member.relay.fingerprint)
    return None if history is None else percent(history.running.get(POSITION_PERIOD))


def moved(entry: ListingEntry, survey: HistoryStats) -> int | None:
    """Return all bytes that the relays of an entry are known to have moved."""
    names, known = (one.relay.fingerprint for one in entry.members), survey.volumes
    found = added([known[name] for name in names if name in known])
    return None if found is None else found.size


def operator_moved(entry: ListingEntry, survey: HistoryStats) -> int | None:
    """Return what `moved` does for an operator, who has it at hand."""
    found = survey.performances.operators[entry.id].volume
    return None if found is None else found.size


def operator_uptime(entry: ListingEntry, survey: HistoryStats) -> float | None:
    """Return the mean uptime of an operator's relays over 6 months."""
    found = survey.performances.operators[entry.id].uptime
    return None if found is None or found.position is None else percentage(found.position)


def proven(entry: ListingEntry, _: HistoryStats) -> int:
    """Return how many relays are proven to belong to the operator's domain."""
    return sum(member.status == "validated" for member in entry.members)


def by_role(role: Role, shown: Shown | None = None) -> Order:
    """Return the order by a role's weight."""
    return Order(
        title=f"{role} weight",
        label=f"{role.capitalize()} weight",
        metric=lambda one, _: one.totals.parts[role].weight,
        shown=shown,
        absent="no weight",
    )


def by_number(role: Role) -> Order:
    """Return the order by the number of running relays of a role."""
    return Order(
        title=f"number of {role}s",
        label=f"{role.capitalize()}s",
        metric=lambda one, _: one.totals.parts[role].relays,
    )
