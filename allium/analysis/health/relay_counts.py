"""Which relays there are: their flags, their ages, what they report of their load."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from operator import attrgetter
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network import Member
from allium.analysis.relay.findings import OVERLOADS
from allium.analysis.relay.platform import UNKNOWN, platform_name, series
from allium.analysis.relay.role import role
from allium.analysis.statistics import quantile
from allium.model.relay import Flag, Relay, Time, in_print_order

DAY: Final = 86_400
NEW_DAYS: Final = (1, 30, 180, 365)
"""A choice of this site: a day, a month, half a year, a year."""
MONTHS: Final = 24
"""A choice of this site: a chart shows two years."""


class RelayCounts(Struct, frozen=True, kw_only=True):
    """Running relays, counted: newcomers by days; holders of each flag, running and all known.

    `bad_exits` have the flag Exit, too. `loads` count the overloaded ones, and all, by each of the
    facts in `LOADS`, those of most relays first. `carried` has what the running holders of each
    flag can carry, in bytes/s of observed bandwidth.
    `age` is the median number of days since the first one; `None` of no relay.
    """

    flags: dict[Flag, tuple[int, int]]
    carried: dict[Flag, int]
    exit_and_guard: int
    exit_only: int
    guard_only: int
    bad_exits: int
    overloaded: int
    loads: tuple[dict[str, tuple[int, int]], ...]
    recent: dict[int, int]
    age: int | None


def relay_counts(stats: HistoryStats) -> RelayCounts:
    """Return counts of running relays by flag, overload and age."""
    relays = [member.relay for member in stats.network.members]
    running = [relay for relay in relays if relay.running]
    strained = {
        one.fingerprint
        for one in running
        if not OVERLOADS.isdisjoint(stats.diagnoses[one.fingerprint])
    }
    roles = Counter(("Exit" in one.flags, "Guard" in one.flags) for one in running)
    return RelayCounts(
        flags=_flags(relays),
        carried=_carried(running),
        exit_and_guard=roles[True, True],
        exit_only=roles[True, False],
        guard_only=roles[False, True],
        bad_exits=sum({"Exit", "BadExit"} <= {*one.flags} for one in running),
        overloaded=len(strained),
        loads=tuple(_loads(running, strained, of) for of in LOADS),
        recent=_recent(running, stats.published),
        age=_age(running, stats.published),
    )


def _flags(relays: Sequence[Relay]) -> dict[Flag, tuple[int, int]]:
    """Return how many relays hold each flag, in print order: those that run, and all."""
    counts = Counter(flag for relay in relays for flag in relay.flags)
    running = Counter(flag for relay in relays if relay.running for flag in relay.flags)
    return {flag: (running[flag], counts[flag]) for flag in in_print_order(counts)}


def _role(relay: Relay) -> str | None:
    return role(relay.flags)


def _series(relay: Relay) -> str | None:
    return None if relay.version is None else series(relay.version)


def _platform(relay: Relay) -> str | None:
    name = platform_name(relay.platform)
    return None if name == UNKNOWN else name


LOADS: Final[tuple[Callable[[Relay], str | None], ...]] = (
    *(_role, _series, _platform),
    *(attrgetter("asn"), attrgetter("country")),
)
"""The facts by which overloaded relays are counted: role, software, network, country."""


def _loads(
    running: Iterable[Relay], strained: Container[str], of: Callable[[Relay], str | None]
) -> dict[str, tuple[int, int]]:
    """Return how many relays are overloaded, and of how many, by what a fact of each tells."""
    every: Counter[str] = Counter()
    some: Counter[str] = Counter()
    for relay in running:
        name = of(relay)
        if name is not None:
            every[name] += 1
            some[name] += relay.fingerprint in strained
    ordered = sorted(every.items(), key=lambda counted: (-counted[1], counted[0]))
    return {name: (some[name], count) for name, count in ordered}


def _carried(running: Iterable[Relay]) -> dict[Flag, int]:
    sums: Counter[Flag] = Counter()
    for relay in running:
        for flag in relay.flags:
            sums[flag] += relay.observed_bandwidth or 0
    return {flag: sums[flag] for flag in in_print_order(sums)}


def _recent(running: Iterable[Relay], now: Time) -> dict[int, int]:
    """Return how many relays were first seen within so many days."""
    moment = formatting.seconds(now)
    ages = [moment - formatting.seconds(relay.first_seen) for relay in running]
    return {days: sum(age <= days * DAY for age in ages) for days in NEW_DAYS}


def _age(running: Iterable[Relay], now: Time) -> int | None:
    """Return the median age in whole days, from date to date."""
    today = formatting.seconds(now) // DAY
    ages = sorted(today - formatting.seconds(relay.first_seen) // DAY for relay in running)
    median = quantile(ages, 50)
    return None if median is None else formatting.half_up(*median.as_integer_ratio())


def first_months(members: Sequence[Member], now: Time) -> dict[str, int]:
    """Return how many relays were first seen in each of the last two years' whole months.

    The month of the data is not over and not among them.
    """
    counts = Counter(member.relay.first_seen[:7] for member in members)
    year = int(now[:4])
    months = formatting.months(f"{year - 3}-01", now[:7])[-1 - MONTHS : -1]
    return {month: counts[month] for month in months}
