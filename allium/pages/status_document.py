"""`status.json`: what the site was built from, in raw numbers, for programs."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis import alerts as noticing
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network import Member
from allium.analysis.relay.platform import series
from allium.analysis.risk.removals import removals
from allium.model.relay import Flag
from allium.model.snapshot import Snapshot, Source
from allium.pages import alert_texts
from allium.pages.network_history import OF_SERIES

DAY: Final = 86_400
FLAGS: Final[tuple[Flag, ...]] = ("Fast", "Stable", "HSDir")
"""Flags of which the running holders are counted, beside the roles that Guard and Exit give."""
SERIES: Final = 4
"""So many series of Tor are counted, those of most relays; a choice of this site."""
_NUMBERED: Final = re.compile(r"\d{1,4}(\.\d{1,4}){2}")


class SourceStatus(Struct, frozen=True, omit_defaults=True):
    """One source document: its own time, how it was had, how many records, which bytes.

    Of the votes `parts` says what came of each.
    """

    time: str | None
    outcome: str
    records: int
    digest: str
    parts: dict[str, str] = {}


class StatusData(Struct, frozen=True):
    """The time of the data and where it comes from."""

    relays_published: str
    sources: dict[str, SourceStatus]


class StatusNotice(Struct, frozen=True):
    """Something that a reader of the site should know about its data."""

    id: str
    severity: str
    text: str


class StatusDocument(Struct, frozen=True, kw_only=True):
    """Equal inputs give an equal status: there is no time, host or version of the build in it."""

    schema: int = 1
    data: StatusData
    counts: dict[str, int]
    totals: dict[str, int]
    pages: dict[str, int]
    notices: tuple[StatusNotice, ...]


def build(
    snapshot: Snapshot,
    stats: HistoryStats,
    notices: tuple[noticing.Notice, ...],
    pages: dict[str, int],
) -> StatusDocument:
    """Return the status of a site; `pages` counts its pages by kind."""
    network = stats.network
    return StatusDocument(
        data=StatusData(
            formatting.machine_time(snapshot.published),
            {source.name: _source(source) for source in snapshot.sources},
        ),
        counts={
            "relays": network.totals.relays,
            "running": network.totals.running,
            "operators": sum(item.contact is not None for item in network.operators.values()),
            "families": len(network.families),
            "as": len({item.asn for item in snapshot.relays} - {None}),
            "countries": len({item.country for item in snapshot.relays} - {None}),
            "versions": len({item.version for item in snapshot.relays} - {None}),
        },
        totals={
            "consensus_weight": network.totals.weight,
            "observed_bandwidth": network.totals.bandwidth,
            **_sizes(stats),
        },
        pages=pages,
        notices=tuple(
            StatusNotice(item.code, item.severity.lower(), alert_texts.sentence(item))
            for item in notices
        ),
    )


def _sizes(stats: HistoryStats) -> dict[str, int]:
    """Return running relays by role, flag and state, and weight of the largest AS and country.

    `joined` and `left` are the relays that did so in the day before.
    """
    network = stats.network
    running = [member for member in network.members if member.relay.running]
    parts = network.totals.parts
    networks = removals(running, lambda one: one.relay.asn)
    countries = removals(running, lambda one: one.relay.country)
    yesterday = formatting.time_of(formatting.seconds(network.published) - DAY)
    return {
        "guards": parts["guard"].relays,
        "middles": parts["middle"].relays,
        "exits": parts["exit"].relays,
        "guard_bandwidth": parts["guard"].bandwidth,
        "exit_bandwidth": parts["exit"].bandwidth,
        **_flags(running),
        **_series(running),
        "joined": sum(one.relay.first_seen >= yesterday for one in running),
        "left": sum(
            not one.relay.running and one.relay.last_seen >= yesterday for one in network.members
        ),
        "ipv6": sum("[" in "".join(one.relay.or_addresses) for one in running),
        "recommended": sum(one.relay.recommended_version is True for one in running),
        "verified": sum(one.status == "validated" for one in running),
        "largest_network_weight": networks[0].sums.weight if networks else 0,
        "largest_country_weight": countries[0].sums.weight if countries else 0,
    }


def _flags(running: Sequence[Member]) -> dict[str, int]:
    return {flag.lower(): sum(flag in one.relay.flags for one in running) for flag in FLAGS}


def _series(running: Iterable[Member]) -> dict[str, int]:
    """Return the running relays of each series of Tor that has a number, of most relays first."""
    names = (series(one.relay.version) for one in running if one.relay.version is not None)
    counts = Counter(name for name in names if _NUMBERED.fullmatch(name))
    ordered = sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    return {f"{OF_SERIES}{name}": count for name, count in ordered[:SERIES]}


def _source(source: Source) -> SourceStatus:
    time = None if source.published is None else formatting.machine_time(source.published)
    return SourceStatus(time, source.outcome, source.records, source.digest, source.parts)
