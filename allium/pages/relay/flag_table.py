"""The flags of a relay: which it holds, and of the others what each needs and what the data says.

Thresholds and measurements are the authorities' votes. Where votes were read, how far the relay is
from the flag stands for what the data cannot tell; else the verdict is "Unknown".
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.relay.exit_policy import ALL_PORTS, EXIT_PORTS, port_allowed
from allium.analysis.relay.flag_rules import (
    DAY,
    GUARANTEED,
    GUARD_KNOWN,
    GUARD_UPTIME,
    HOUR,
    HSDIR_UPTIME,
    STABLE_MTBF,
    STALE_DESCRIPTOR,
    WITHHELD,
    Minimum,
    limited,
    unmeasured,
)
from allium.analysis.voting import vote_texts
from allium.model.relay import Flag, Relay, in_print_order
from allium.pages.parts import group_links
from allium.pages.parts.relay_rows import HARMS
from allium.pages.parts.tables import Chip, FlagRow, FlagStrip, Requirement, Verdict
from allium.pages.relay.relay_shard import RelayShard
from allium.pages.relay.votes_summary import distance

PREREQUISITES: Final[tuple[Flag, ...]] = ("Fast", "Stable", "V2Dir")
"""Flags that other flags build on."""


class FlagEvidence(Struct, frozen=True, kw_only=True):
    """What a flag needs, and how the data of a relay without it compares.

    `words` have names of limits in braces; see `limits`.
    """

    words: str
    judge: Callable[[RelayShard], list[Requirement]] = lambda _: []
    only_when_held: bool = False
    """Whether the flag is a special or a bad one, which no relay lacks."""

    def needs(self, units: formatting.Units) -> str:
        """Return what the flag needs in plain words."""
        return self.words.format_map(limits(units))


def flag_table(shard: RelayShard) -> tuple[FlagRow, ...]:
    """Return a row of each flag that the relay lacks, in the order of `FLAGS`."""
    lacking = set(_lacking(shard))
    return tuple(
        FlagRow(
            flag=flag,
            needs=evidence.needs(shard.units),
            requirements=tuple(required(flag, shard)),
        )
        for flag, evidence in FLAGS.items()
        if flag in lacking
    )


def flag_strip(shard: RelayShard) -> FlagStrip:
    """Return the flags of the relay: special and bad ones first, then in print order."""
    held = sorted(held_flags(shard.relay), key=lambda flag: (flag != "Authority", _harmless(flag)))
    return FlagStrip(
        held_now=shard.relay.running,
        held=tuple(Chip(flag=group_links.flag(flag), harm=flag in HARMS) for flag in held),
        lacking=tuple(_lacking(shard)),
        remark="Not an exit, by choice" if _no_exit(shard) else None,
    )


def held_flags(relay: Relay) -> tuple[Flag, ...]:
    """Return the flags that a relay holds now, in print order."""
    return tuple(flag for flag in relay.flags if flag != "Running" or relay.running)


def _harmless(flag: Flag) -> int:
    return HARMS.index(flag) if flag in HARMS else len(HARMS)


def _lacking(shard: RelayShard) -> list[Flag]:
    """Return the flags that the relay lacks, in print order, but those that it does not want."""
    given = held_flags(shard.relay)
    return [
        flag
        for flag in in_print_order(FLAGS)
        if flag not in given
        and not FLAGS[flag].only_when_held
        and not (flag == "Exit" and _no_exit(shard))
    ]


def required(flag: Flag, shard: RelayShard) -> list[Requirement]:
    """Return what a flag needs that the relay does not hold, each with its own verdict."""
    if flag in WITHHELD and "MiddleOnly" in shard.relay.flags:
        words = "Withheld from relays that are restricted to the middle position"
        return [Requirement(text=words, verdict="Not met")]
    told = FLAGS[flag].judge(shard)
    found = distance(shard.votes, flag)
    if found is None:
        return told
    verdict: Verdict = "Not met" if found.explained else "Unknown"
    known = (one for one in told if one.verdict != "Unknown")
    return [Requirement(text=vote_texts.distance(found), verdict=verdict), *known]


def worst(requirements: list[Requirement]) -> Verdict:
    """Return the verdict of a flag from those of what it needs."""
    verdicts = {requirement.verdict for requirement in requirements}
    return "Not met" if "Not met" in verdicts else "Unknown"


@lru_cache(maxsize=2)
def limits(units: formatting.Units) -> dict[str, str]:
    """Return the limits of all flags as they are printed, by the names that texts have for them."""
    fast, guard = GUARANTEED.fast, GUARANTEED.guard
    return {
        "fast": formatting.bandwidth(fast.bandwidth, units),
        "fast_bytes": formatting.count(fast.bandwidth),
        "fast_weight": formatting.count(fast.weight),
        "guard": formatting.bandwidth(guard.bandwidth, units),
        "guard_bytes": formatting.count(guard.bandwidth),
        "guard_weight": formatting.count(guard.weight),
        "guard_days": formatting.count(GUARD_KNOWN // DAY),
        "guard_uptime": f"{GUARD_UPTIME}%",
        "stable_days": formatting.count(STABLE_MTBF // DAY),
        "hsdir_hours": formatting.count(HSDIR_UPTIME // HOUR),
        "stale_hours": formatting.count(STALE_DESCRIPTOR // HOUR),
    }


def _running(shard: RelayShard) -> list[Requirement]:
    relay = shard.relay
    state = "Hibernating" if relay.hibernating else "Down"
    away = f"{state} since {formatting.minute(relay.last_seen)} UTC"
    unreachable = (
        Requirement(text=f"{address} is not reachable", verdict="Not met")
        for address in relay.unreachable_or_addresses
    )
    return [Requirement(text=away, verdict="Not met"), *unreachable]


def _valid(shard: RelayShard) -> list[Requirement]:
    status = shard.relay.version_status or "unknown"
    return [Requirement(text=f"Version status: {status}", verdict="Unknown")]


def _fast(shard: RelayShard) -> list[Requirement]:
    return _bandwidths(shard, shard.position.fast or GUARANTEED.fast, None)


def _bandwidths(shard: RelayShard, least: Minimum, band: str | None) -> list[Requirement]:
    """Return how a relay's bandwidth compares: what it advertises, and what is measured."""
    relay = shard.relay
    if "Authority" in relay.flags:
        words = "Directory authorities get no weight from measurements"
        return [Requirement(text=words, verdict="Unknown")]
    if unmeasured(relay):
        words = "Not yet measured by the bandwidth authorities"
        return [Requirement(text=words, verdict="Not met")]
    return [_advertised(relay, least, band, shard.units), _measured(relay, least)]


def _advertised(
    relay: Relay, least: Minimum, band: str | None, units: formatting.Units
) -> Requirement:
    advertised = relay.advertised_bandwidth
    if advertised is None:
        return Requirement(text="Advertised bandwidth not reported", verdict="Unknown")
    words = f"Advertised bandwidth {formatting.bandwidth(advertised, units)}"
    if band is not None:
        words += f" ({band})"
    if advertised >= least.bandwidth:
        return Requirement(text=words, verdict="Met")
    if relay.hibernating:
        return Requirement(text="Advertises nothing while hibernating", verdict="Unknown")
    cause = ", capped by the bandwidth rate or burst" if limited(relay, least) else ""
    needed = formatting.bandwidth(least.bandwidth, units)
    return Requirement(text=f"{words}{cause}; {needed} required", verdict="Not met")


def _measured(relay: Relay, least: Minimum) -> Requirement:
    """Return how the median of measurements compares, which is the consensus weight."""
    weight = relay.consensus_weight
    if weight is None:
        return Requirement(text="No consensus weight", verdict="Unknown")
    words = f"Measured bandwidth, as consensus weight: {formatting.count(weight)}"
    if weight >= least.weight:
        return Requirement(text=words, verdict="Met")
    needed = formatting.count(least.weight)
    return Requirement(text=f"{words}; {needed} required", verdict="Not met")


def _stable(shard: RelayShard) -> list[Requirement]:
    since = shard.relay.last_restarted
    words = (
        "Last restart unknown"
        if since is None
        else f"Last restarted {formatting.minute(since)} UTC"
    )
    cause = "restarts are not the cause" if shard.history.up_for_stable else "every restart counts"
    return [Requirement(text=f"{words}; {cause}", verdict="Unknown"), *_uptime(shard)]


def _uptime(shard: RelayShard) -> list[Requirement]:
    """Return the uptime of a month as an approximation of what the authorities weigh."""
    rows = shard.history.uptime
    month = rows[0].running if rows and rows[0].period == "1 month" else None
    words = "unknown" if month is None else f"{month} (approximation)"
    return [Requirement(text=f"Uptime in 1 month: {words}", verdict="Unknown")]


def _directory(_: RelayShard) -> list[Requirement]:
    words = "Directory service is off: low memory, an accounting limit, or switched off"
    return [Requirement(text=words, verdict="Not met")]


def _prerequisites(shard: RelayShard) -> list[Requirement]:
    """Return which of the flags that others build on the relay holds, and which it lacks."""
    there = [flag for flag in PREREQUISITES if flag in shard.relay.flags]
    missing = [flag for flag in PREREQUISITES if flag not in shard.relay.flags]
    found = [Requirement(text=_joined(there), verdict="Met")] if there else []
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        lacking = Requirement(text=f"{_joined(missing)} {verb} missing", verdict="Not met")
        found.append(lacking)
    return found


def _joined(words: Sequence[str]) -> str:
    """Return words as an enumeration."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _long_enough_known(shard: RelayShard) -> Requirement:
    relay, enough = shard.relay, shard.history.known_for_guard
    first = formatting.seconds(relay.first_seen)
    if relay.running:
        link = ", since" if enough else " from"
        words = (
            f"Known long enough{link} {formatting.date(formatting.time_of(first + GUARD_KNOWN))}"
        )
    else:
        first_seen, last_seen = formatting.date(relay.first_seen), formatting.date(relay.last_seen)
        words = f"First seen {first_seen}, last seen {last_seen}"
    return Requirement(text=words, verdict="Met" if enough else "Not met")


def _hsdir(shard: RelayShard) -> list[Requirement]:
    return [*_prerequisites(shard), *_long_enough_up(shard)]


def _long_enough_up(shard: RelayShard) -> list[Requirement]:
    """Return since when the relay runs, and until when it must to store onion descriptors."""
    relay, enough = shard.relay, shard.history.up_for_hsdir
    started = relay.last_restarted
    if started is None:
        return [Requirement(text="Last restart unknown", verdict="Unknown")]
    words = f"Last restarted {formatting.minute(started)} UTC"
    if relay.running:
        moment = formatting.minute(formatting.time_of(formatting.seconds(started) + HSDIR_UPTIME))
        words += f", up long enough {'since' if enough else 'from'} {moment} UTC"
    else:
        words += f", last seen {formatting.minute(relay.last_seen)} UTC"
    up = Requirement(text=words, verdict="Met" if enough else "Not met")
    reached = Requirement(text="Reachable all that time: published nowhere", verdict="Unknown")
    return [up, reached] if enough else [up]


def _guard(shard: RelayShard) -> list[Requirement]:
    least = shard.position.guard or GUARANTEED.guard
    return [
        *_prerequisites(shard),
        _long_enough_known(shard),
        *_uptime(shard),
        *_bandwidths(shard, least, shard.position.bandwidth_band),
    ]


def _no_exit(shard: RelayShard) -> bool:
    """Tell whether the relay wants to be no exit."""
    summary = shard.relay.exit_policy_summary
    return summary is not None and summary.reject == ALL_PORTS


def _exit(shard: RelayShard) -> list[Requirement]:
    summary = shard.relay.exit_policy_summary
    if summary is None:
        return [Requirement(text="No exit policy in the data", verdict="Unknown")]
    closed = [port for port in EXIT_PORTS if not port_allowed(summary, port)]
    if not closed:
        return [Requirement(text="Ports 80 and 443 are open", verdict="Unknown")]
    return [Requirement(text=f"Port {port} is closed", verdict="Not met") for port in closed]


FLAGS: Final = {
    "Running": FlagEvidence(
        words="Most authorities can reach every address it lists", judge=_running
    ),
    "Valid": FlagEvidence(
        words="Not rejected by the authorities, and a Tor version they accept", judge=_valid
    ),
    "Fast": FlagEvidence(
        words="A measured bandwidth of {fast} (weight {fast_weight}), or more than the slowest"
        " eighth of relays",
        judge=_fast,
    ),
    "Stable": FlagEvidence(
        words="A weighted mean time between failures of {stable_days} days, or of the median",
        judge=_stable,
    ),
    "V2Dir": FlagEvidence(words="Serves directory information", judge=_directory),
    "HSDir": FlagEvidence(
        words="Fast, Stable and V2Dir; up and reachable for {hsdir_hours} hours", judge=_hsdir
    ),
    "Guard": FlagEvidence(
        words="Fast, Stable and V2Dir; known for {guard_days} days; weighted uptime of"
        " {guard_uptime} or the median; a measured bandwidth of {guard} (weight"
        " {guard_weight}), or the fastest quarter",
        judge=_guard,
    ),
    "Exit": FlagEvidence(
        words="Ports 80 and 443 open to at least one /8 block of addresses", judge=_exit
    ),
    "BadExit": FlagEvidence(
        words="The authorities consider exiting here unsafe", only_when_held=True
    ),
    "MiddleOnly": FlagEvidence(
        words="The authorities allow only the middle position", only_when_held=True
    ),
    "StaleDesc": FlagEvidence(
        words="No descriptor published for more than {stale_hours} hours", only_when_held=True
    ),
    "Authority": FlagEvidence(words="A directory authority", only_when_held=True),
}
"""By flag, in the order of the table.

Sources: `allium.analysis.relay.flag_rules`, and for Exit the dir-spec, "Assigning flags in a vote".
"""
