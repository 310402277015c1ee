"""The flag table of a relay: what each flag needs, what the data says, and whether that is met.

Thresholds and measurements are the authorities' votes, which the data does not carry: where they
decide, the verdict is that nobody can tell from here.
"""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium import text
from allium.analysis.ports import ALL_PORTS, EXIT_PORTS, port_allowed
from allium.model.relay import Flag
from allium.views.base import View
from allium.views.relay_past import GUARD_SECONDS, HSDIR_SECONDS
from allium.views.relay_shard import Shard

Verdict: TypeAlias = Literal["Met", "Not met", "Cannot tell", "Not wanted"]

FAST_BANDWIDTH: Final = 100_000
GUARD_BANDWIDTH: Final = 2_000_000
PREREQUISITES: Final[tuple[Flag, ...]] = ("Fast", "Stable", "V2Dir")
"""Flags that other flags build on."""
TOP_QUARTER: Final = frozenset({"top 1%", "top 10%", "top quarter"})


class Requirement(View, frozen=True):
    """One thing that a flag needs, as the data shows it."""

    text: str
    verdict: Verdict


class FlagRow(View, frozen=True):
    """One flag; `requirements` are those of a flag that is not held."""

    flag: str
    held: bool
    needs: str
    requirements: tuple[Requirement, ...]
    verdict: Verdict


class Known(Struct, frozen=True, kw_only=True):
    """What a flag needs in plain words, and how the data of a relay without it compares."""

    needs: str
    judge: Callable[[Shard], list[Requirement]] = lambda _: []
    only_when_held: bool = False


def flag_table(shard: Shard) -> tuple[FlagRow, ...]:
    """Return the rows of the flags that every relay may want, then of special ones it has."""
    held = {flag for flag in shard.relay.flags if flag != "Running" or shard.relay.running}
    return tuple(
        _row(flag, known, shard, held=flag in held)
        for flag, known in FLAGS.items()
        if flag in held or not known.only_when_held
    )


def _row(flag: Flag, known: Known, shard: Shard, *, held: bool) -> FlagRow:
    requirements = [] if held else known.judge(shard)
    return FlagRow(
        flag=flag,
        held=held,
        needs=known.needs,
        requirements=tuple(requirements),
        verdict="Met" if held else worst(requirements),
    )


def worst(requirements: list[Requirement]) -> Verdict:
    """Return the verdict of a flag from those of what it needs."""
    verdicts = {requirement.verdict for requirement in requirements}
    order: tuple[Verdict, ...] = ("Not wanted", "Not met", "Cannot tell")
    return next((verdict for verdict in order if verdict in verdicts), "Cannot tell")


def _running(shard: Shard) -> list[Requirement]:
    down = f"Down since {text.minute(shard.relay.last_seen)} UTC"
    unreachable = (
        Requirement(text=f"{address} cannot be reached", verdict="Not met")
        for address in shard.relay.unreachable_or_addresses
    )
    return [Requirement(text=down, verdict="Not met"), *unreachable]


def _valid(shard: Shard) -> list[Requirement]:
    status = shard.relay.version_status or "unknown"
    return [Requirement(text=f"Version status: {status}", verdict="Cannot tell")]


def _fast(shard: Shard) -> list[Requirement]:
    return [_bandwidth(shard, FAST_BANDWIDTH, enough=False)]


def _bandwidth(shard: Shard, least: int, *, enough: bool) -> Requirement:
    """Return how the advertised bandwidth compares with a fixed value; `enough` meets it anyway."""
    advertised = shard.relay.advertised_bandwidth
    if advertised is None:
        return Requirement(text="Advertised bandwidth not reported", verdict="Cannot tell")
    words = f"Advertised bandwidth {text.bandwidth(advertised, shard.units)}"
    met = enough or advertised >= least
    return Requirement(text=words, verdict="Met" if met else "Not met")


def _stable(shard: Shard) -> list[Requirement]:
    since = shard.relay.last_restarted
    words = "unknown" if since is None else f"{text.minute(since)} UTC"
    return [
        Requirement(text=f"Last start {words}; each restart counts", verdict="Cannot tell"),
        *_uptime(shard),
    ]


def _uptime(shard: Shard) -> list[Requirement]:
    """Return the uptime of a month as an approximation of what the authorities weigh."""
    rows = shard.past.uptime
    known = rows[0].running if rows and rows[0].period == "1 month" else None
    words = "not known" if known is None else known
    return [Requirement(text=f"Uptime of 1 month (approximation): {words}", verdict="Cannot tell")]


def _directory(_: Shard) -> list[Requirement]:
    words = "Directory service off: low memory, an accounting limit, or switched off"
    return [Requirement(text=words, verdict="Not met")]


def _first_missing(shard: Shard) -> list[Requirement]:
    """Return the first of the three flags that others build on, if one is missing."""
    missing = [flag for flag in PREREQUISITES if flag not in shard.relay.flags]
    return [_prerequisite(flag, shard) for flag in missing[:1]]


def _long_enough_known(shard: Shard) -> Requirement:
    moment = text.seconds(shard.relay.first_seen) + GUARD_SECONDS
    return Requirement(
        text=f"Known long enough from {text.date(text.time_of(moment))} (approximation)",
        verdict="Met" if shard.past.known_for_guard else "Not met",
    )


def _hsdir(shard: Shard) -> list[Requirement]:
    return [*_first_missing(shard), long_enough_up(shard)]


def long_enough_up(shard: Shard) -> Requirement:
    """Return since when the relay runs, and until when it must to serve onion services."""
    started = shard.relay.last_restarted
    if started is None:
        return Requirement(text="Last start unknown", verdict="Cannot tell")
    moment = text.minute(text.time_of(text.seconds(started) + HSDIR_SECONDS))
    return Requirement(
        text=f"Last start {text.minute(started)} UTC, up long enough from {moment} UTC",
        verdict="Met" if shard.past.up_for_hsdir else "Not met",
    )


def guard_requirements(shard: Shard) -> list[Requirement]:
    """Return what the Guard flag needs, each with its own verdict."""
    band = shard.standing.bandwidth_band
    bandwidth = _bandwidth(shard, GUARD_BANDWIDTH, enough=band in TOP_QUARTER)
    words = bandwidth.text if band is None else f"{bandwidth.text} ({band})"
    return [
        *(_prerequisite(flag, shard) for flag in PREREQUISITES),
        _long_enough_known(shard),
        *_uptime(shard),
        Requirement(text=words, verdict=bandwidth.verdict),
    ]


def _prerequisite(flag: Flag, shard: Shard) -> Requirement:
    if flag in shard.relay.flags:
        return Requirement(text=f"{flag} flag held", verdict="Met")
    return Requirement(text=f"No {flag} flag", verdict="Not met")


def _exit(shard: Shard) -> list[Requirement]:
    summary = shard.relay.exit_policy_summary
    if summary is None:
        return [Requirement(text="No exit policy in the data", verdict="Cannot tell")]
    if summary.reject == ALL_PORTS:
        return [Requirement(text="Not an exit by configuration", verdict="Not wanted")]
    closed = [port for port in EXIT_PORTS if not port_allowed(summary, port)]
    if not closed:
        return [Requirement(text="Ports 80 and 443 are open", verdict="Cannot tell")]
    return [Requirement(text=f"Port {port} is closed", verdict="Not met") for port in closed]


FLAGS: Final = {
    "Running": Known(needs="Most authorities reach every listed address", judge=_running),
    "Valid": Known(
        needs="Not rejected by the authorities, and a version they accept", judge=_valid
    ),
    "Fast": Known(needs="100 kB/s, or the top seven eighths by bandwidth", judge=_fast),
    "Stable": Known(
        needs="The median time between failures of all relays; seven days are always enough",
        judge=_stable,
    ),
    "V2Dir": Known(needs="Serves directory information", judge=_directory),
    "HSDir": Known(needs="Fast, Stable, V2Dir; 96 hours since the last start", judge=_hsdir),
    "Guard": Known(
        needs="Fast, Stable, V2Dir; known for 8 days; weighted uptime of 98% or the median;"
        " 2 MB/s or the top quarter by bandwidth",
        judge=guard_requirements,
    ),
    "Exit": Known(needs="Ports 80 and 443 open to most addresses", judge=_exit),
    "BadExit": Known(needs="Given to exits that the authorities find unsafe", only_when_held=True),
    "MiddleOnly": Known(
        needs="Given to relays that must not be first or last", only_when_held=True
    ),
    "StaleDesc": Known(needs="Given when the last descriptor is old", only_when_held=True),
    "Authority": Known(needs="A directory authority", only_when_held=True),
}
