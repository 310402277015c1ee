"""The history of a relay as its page prints it: uptime, throughput, lifecycle, findings."""

from collections.abc import Collection, Sequence

from msgspec import field
from msgspec.structs import replace

from allium import formatting
from allium.analysis.history.closed_buckets import days_end
from allium.analysis.history.throughput import FINE, RECENT, relay_volume, throughputs
from allium.analysis.history.uptime import same, shown_flag
from allium.analysis.history_stats import HistoryStats
from allium.analysis.relay.findings import displayed
from allium.analysis.relay.flag_rules import (
    GUARD_KNOWN,
    HSDIR_UPTIME,
    STABLE_UPTIME,
    known_for,
    up_for,
)
from allium.analysis.relay.lifecycle import Lifecycle
from allium.model.history import PERIODS, Bandwidth, ByPeriod, Uptime
from allium.model.relay import Flag, Relay, Time
from allium.pages.parts import network_figures
from allium.pages.parts.history_charts import (
    NO_FIGURES,
    HistoryFigures,
    traffic_figures,
    uptime_figures,
)
from allium.pages.parts.page_base import PERIOD_WORDS, View
from allium.pages.relay.relay_past import (
    FlagHeld,
    Transferred,
    flags_held,
    limit_facts,
    transferred,
    uptime_share,
)


class RelayUptimeRow(View, frozen=True):
    """One period: the relay's uptime, and that of the flag that is shown beside it."""

    period: str
    running: str | None
    flag: str | None


class RelayHistory(View, frozen=True):
    """What is known of a relay's history.

    `codes` are all findings, `findings` those to display; `flag` is the flag of the rows of
    `uptime`, `same` tells that its uptime is that of the relay; `reports` are the minutes in which
    the relay reported to be overloaded, by kind. `first_seen_in_details` is there when the relay's
    `first_seen` is from its uptime history. Whether the relay ran, and is known, for as long as
    flags take is true of flags that it holds. `limits` are what it reported of its limits, by name.
    """

    lifecycle: Lifecycle | None
    up_for_hsdir: bool
    up_for_stable: bool
    known_for_guard: bool
    codes: tuple[str, ...]
    findings: tuple[str, ...]
    uptime: tuple[RelayUptimeRow, ...] = ()
    flag: Flag | None = None
    same: bool = False
    traffic: HistoryFigures = NO_FIGURES
    running: HistoryFigures = NO_FIGURES
    flags_held: tuple[FlagHeld, ...] = ()
    transferred: tuple[Transferred, ...] = ()
    limits: dict[str, str] = field(default_factory=dict)
    usual_bandwidth: int | None = None
    volume: str | None = None
    volume_period: str | None = None
    reports: dict[str, str] = field(default_factory=dict)
    first_seen_in_details: Time | None = None


def history(relay: Relay, stats: HistoryStats) -> RelayHistory:
    """Return what is known without a relay's own histories; `with_records` adds these."""
    name = relay.fingerprint
    up_seconds = up_for(relay, stats.published) or 0
    known_seconds = known_for(relay, stats.published)
    codes = stats.diagnoses[name]
    return RelayHistory(
        lifecycle=stats.lifecycles[name],
        up_for_hsdir="HSDir" in relay.flags or up_seconds >= HSDIR_UPTIME,
        up_for_stable="Stable" in relay.flags or up_seconds >= STABLE_UPTIME,
        known_for_guard="Guard" in relay.flags or known_seconds >= GUARD_KNOWN,
        codes=codes,
        findings=displayed(codes),
        first_seen_in_details=stats.snapshot.first_seen_in_details.get(name),
    )


def with_records(
    history: RelayHistory,
    relay: Relay,
    uptime: Uptime | None,
    bandwidth: Bandwidth | None,
    units: formatting.Units,
) -> RelayHistory:
    """Return what is known of a relay's past with its histories, those that there are."""
    found = replace(history, reports=_reports(relay, bandwidth, history.codes))
    directions = () if bandwidth is None else bandwidth.directions
    if uptime is not None:
        found = _ran(found, relay, uptime, directions)
    if bandwidth is None:
        return found
    volume = relay_volume(bandwidth)
    return replace(
        found,
        traffic=traffic_figures(directions, units),
        transferred=transferred(bandwidth),
        limits=limit_facts(bandwidth),
        usual_bandwidth=_usual(bandwidth),
        volume=None if volume is None else network_figures.volume(volume.size),
        volume_period=None if volume is None else PERIOD_WORDS[volume.period],
    )


def _usual(bandwidth: Bandwidth) -> int | None:
    """Return the average of six months in bytes/s with two digits: it shall move seldom."""
    throughput = throughputs(bandwidth).get(RECENT)
    if throughput is None:
        return None
    average = formatting.half_up(throughput, FINE)
    step = int(10 ** max(len(str(average)) - 2, 0))
    return formatting.half_up(average, step) * step


def _reports(relay: Relay, history: Bandwidth | None, codes: Collection[str]) -> dict[str, str]:
    """Return the minute of each report of an overload that still counts."""
    moments = {"overload_general": relay.overload_general_timestamp}
    moments["overload_past"] = relay.overload_general_timestamp
    if history is not None:
        moments["overload_fd"] = history.file_descriptors
        moments["overload_rate"] = history.rate_limited
    return {
        code: formatting.time_of(moment // 1000)
        for code, moment in moments.items()
        if moment is not None and code in codes
    }


def _ran(
    relay_history: RelayHistory, relay: Relay, uptime: Uptime, traffic: Sequence[ByPeriod]
) -> RelayHistory:
    """Add the relay's uptime."""
    buckets = uptime.buckets
    running, flag = uptime.running, shown_flag(relay.flags, uptime)
    held = uptime.flags[flag] if flag is not None else {}
    return replace(
        relay_history,
        uptime=tuple(
            RelayUptimeRow(
                period=PERIOD_WORDS[period],
                running=uptime_share(running.get(period)),
                flag=uptime_share(held.get(period)),
            )
            for period in PERIODS
            if period in running or period in held
        ),
        flag=flag,
        same=running == held or same(running, held),
        flags_held=flags_held(relay, uptime),
        running=uptime_figures(buckets, days_end(traffic, buckets)),
    )
