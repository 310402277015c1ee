"""How long the network's relays ran: the middle of many, by role, by flag, in classes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from msgspec import Struct

from allium.analysis.network import Member
from allium.analysis.positions import ROLES, Role
from allium.analysis.statistics import classes, mean, middle
from allium.analysis.uptime import LEAST_VALUES, POSITION_PERIOD, percentage, ratios
from allium.model.history import LONGEST, PERIODS, Mean, Period, Uptime
from allium.model.relay import Fingerprint, Flag, in_print_order

CLASS_PERIOD: Final[Period] = PERIODS[0]
CLASSES: Final = tuple(
    Fraction(bound, 10) for bound in (0, 500, 750, 900, 950, 970, 980, 990, 995, 999)
)
"""The least percent of each class of relays. A choice of this site: finer where most relays are."""


class Usual(Struct, frozen=True):
    """How many relays have an uptime, and its mean and median in percent."""

    relays: int
    mean: Fraction
    median: Fraction


class Presence(Struct, frozen=True, kw_only=True):
    """Uptimes of all relays, also of those that are down; the role `None` is all.

    `flags` are of the period that operators are compared by; `classes` count relays by the least
    uptime of their class.
    """

    roles: dict[Role | None, dict[Period, Usual]]
    flags: dict[Flag, Usual]
    classes: dict[Fraction, int]


def presence(members: Iterable[Member], histories: Mapping[Fingerprint, Uptime]) -> Presence:
    """Return how long the relays of a network ran."""
    known: dict[tuple[Role | None, Period], list[Mean]] = defaultdict(list)
    flags: dict[Flag, list[Mean]] = defaultdict(list)
    for member in members:
        history = histories.get(member.relay.fingerprint)
        if history is not None:
            for period, one in history.running.items():
                known[None, period].append(one)
                known[member.role, period].append(one)
            for flag, means in history.flags.items():
                flags[flag].append(means.get(POSITION_PERIOD, Mean()))
    ordered = {key: _ascending(means) for key, means in known.items()}
    return Presence(
        roles={role: _periods(ordered, role) for role in (*ROLES, None)},
        flags={
            flag: usual
            for flag in in_print_order(flags)
            if (usual := _usual(_ascending(flags[flag]))) is not None
        },
        classes=classes(ordered.get((None, CLASS_PERIOD), []), CLASSES, percentage),
    )


def _periods(
    ordered: Mapping[tuple[Role | None, Period], list[Mean]], role: Role | None
) -> dict[Period, Usual]:
    found = ((period, _usual(ordered.get((role, period), []))) for period in PERIODS)
    return {period: usual for period, usual in found if usual is not None}


def _ascending(means: Iterable[Mean]) -> list[Mean]:
    """Return the means of enough values in order.

    Two that are not equal differ by one over both counts at least, so their whole parts tell them
    apart when they are that many times as large.
    """
    return sorted(
        (one for one in means if one.count >= LEAST_VALUES),
        key=lambda one: one.total * LONGEST**2 // one.count,
    )


def _usual(ordered: list[Mean]) -> Usual | None:
    if not ordered:
        return None
    return Usual(
        len(ordered), mean(ratios(ordered)).shortened, mean(ratios(middle(ordered))).shortened
    )
