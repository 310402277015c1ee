"""What a relay's histories say in a few words: when it held flags, what it moved, its limits."""

from functools import lru_cache

from allium import formatting
from allium.analysis.history.throughput import moved_by_period
from allium.analysis.history.uptime import percent
from allium.model.history import PERIODS, Bandwidth, FlagRun, Mean, Means, Uptime
from allium.model.relay import Flag, Relay, in_print_order
from allium.pages.parts import network_figures
from allium.pages.parts.page_base import PERIOD_WORDS, View


class FlagHeld(View, frozen=True):
    """One flag: since when it is held, in what part of each of `PERIODS`, when it was last lost.

    `since` is `None` where the relay does not hold it, or did not when it was last seen; a share
    where too little is known.
    """

    flag: str
    since: str | None
    shares: tuple[str | None, ...]
    lost: str | None


class Transferred(View, frozen=True):
    """What was read and written in one period; `None` where nothing is known."""

    period: str
    read: str | None
    written: str | None


def flags_held(relay: Relay, uptime: Uptime) -> tuple[FlagHeld, ...]:
    """Return when the relay held the flags that are hard to get, as far as it ever had them."""
    runs = uptime.runs
    return tuple(_held(relay, flag, runs[flag], uptime) for flag in in_print_order(runs))


def _held(relay: Relay, flag: Flag, run: FlagRun, uptime: Uptime) -> FlagHeld:
    """Return what is known of one flag: a relay that went down lost with it what it held."""
    since, lost = None, None if run.lost is None else formatting.day_of(run.lost)
    if flag in relay.flags and not relay.running:
        since, lost = "Held when last seen", formatting.date(relay.last_seen)
    elif flag in relay.flags and run.since is not None:
        earlier = " or earlier" if run.from_start else ""
        since = f"{formatting.day_of(run.since)}{earlier}"
    means: Means = uptime.flags.get(flag, {})
    shares = tuple(uptime_share(means.get(period)) for period in PERIODS)
    return FlagHeld(flag=flag, since=since, shares=shares, lost=lost)


@lru_cache(maxsize=65536)
def uptime_share(mean: Mean | None) -> str | None:
    """Return an uptime as printed; what many relays did comes to the same sums."""
    value = percent(mean)
    return None if value is None else formatting.percent(value, 1)


def transferred(history: Bandwidth) -> tuple[Transferred, ...]:
    """Return what a relay moved in each period of which anything is known."""
    read, written = moved_by_period(history.read), moved_by_period(history.write)
    return tuple(
        Transferred(
            period=PERIOD_WORDS[period],
            read=_volume(read.get(period)),
            written=_volume(written.get(period)),
        )
        for period in PERIODS
        if period in read or period in written
    )


def _volume(size: int | None) -> str | None:
    return None if size is None else network_figures.volume(size)


def limit_facts(history: Bandwidth) -> dict[str, str]:
    """Return what the relay reported of its limits, by the name of the fact."""
    found = {}
    if (limits := history.rate_limits) is not None:
        read = formatting.number_of(limits.read, "time")
        written = formatting.number_of(limits.written, "time")
        found["Rate limit reached"] = (
            f"{read} reading, {written} writing (reported {_minute(limits.timestamp)} UTC)"
        )
    if history.file_descriptors is not None:
        found["File descriptors ran out"] = f"Reported {_minute(history.file_descriptors)} UTC"
    return found


def _minute(milliseconds: int) -> str:
    return formatting.minute(formatting.time_of(milliseconds // 1000))
