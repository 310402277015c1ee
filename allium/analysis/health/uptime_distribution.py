"""How long the network's relays ran: the middle of many, by role, by flag, in classes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from allium.analysis.history.uptime import (
    LEAST_VALUES,
    POSITION_PERIOD,
    enough,
    in_percent,
    part,
    percentage,
)
from allium.analysis.network import Member
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.statistics import classes, mean, quantile
from allium.model.history import PERIODS, WHOLE, Period, Uptime
from allium.model.relay import Fingerprint, Flag, in_print_order

CLASS_PERIOD: Final[Period] = PERIODS[0]
CLASSES: Final = tuple(
    bound * (WHOLE // 1000) for bound in (0, 500, 750, 900, 950, 970, 980, 990, 995, 999)
)
"""The least uptime of each class of relays, in billionths of the time. A choice of this site: finer
where most relays are."""


class TypicalUptime(Struct, frozen=True):
    """How many relays have an uptime, and its mean and median in percent."""

    relays: int
    mean: float
    median: float


class UptimeDistribution(Struct, frozen=True, kw_only=True):
    """Uptimes of all relays, also of those that are down; the role `None` is all.

    `flags` are of the period that operators are compared by; `classes` count relays by the least
    uptime of their class.
    """

    roles: dict[Role | None, dict[Period, TypicalUptime]]
    flags: dict[Flag, TypicalUptime]
    classes: dict[int, int]


def uptime_distribution(
    members: Iterable[Member], histories: Mapping[Fingerprint, Uptime]
) -> UptimeDistribution:
    """Return how long the relays of a network ran."""
    uptimes: dict[tuple[Role | None, Period], list[int]] = defaultdict(list)
    flags: dict[Flag, list[int]] = defaultdict(list)
    for member in members:
        history = histories.get(member.relay.fingerprint)
        if history is not None:
            for period, average in enough(history.running).items():
                uptime = part(average)
                uptimes[None, period].append(uptime)
                uptimes[member.role, period].append(uptime)
            for flag, means in history.flags.items():
                average_with_flag = means.get(POSITION_PERIOD)
                if average_with_flag is not None and average_with_flag.count >= LEAST_VALUES:
                    flags[flag].append(part(average_with_flag))
    ordered = {key: sorted(parts) for key, parts in uptimes.items()}
    return UptimeDistribution(
        roles={role: _periods(ordered, role) for role in (*ROLES, None)},
        flags={
            flag: typical
            for flag in in_print_order(flags)
            if (typical := _usual(sorted(flags[flag]))) is not None
        },
        classes=classes(ordered.get((None, CLASS_PERIOD), []), CLASSES),
    )


def _periods(
    ordered: Mapping[tuple[Role | None, Period], list[int]], role: Role | None
) -> dict[Period, TypicalUptime]:
    by_period = ((period, _usual(ordered.get((role, period), []))) for period in PERIODS)
    return {period: typical for period, typical in by_period if typical is not None}


def _usual(ordered: list[int]) -> TypicalUptime | None:
    median = quantile(ordered, 50)
    if median is None:
        return None
    return TypicalUptime(len(ordered), percentage(mean(ordered)), in_percent(median))
