"""What readers should know about the data, and about the network as a whole: a table of rules.

All is judged by the documents alone: how old one is, by the newest of them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.network import Network
from allium.analysis.relay.findings import Severity
from allium.analysis.relay_groups import has_page
from allium.model.relay import Relay
from allium.model.snapshot import Snapshot, Source

HOUR: Final = 3_600
DAY: Final = 24 * HOUR
STALE_HOURS: Final = 3
"""A choice of this site: as long as a consensus is valid (Tor: V3AuthNIntervalsValid, 3 hours)."""
SKIPPED_PERCENT: Final = 1
MEASURED_PERCENT: Final = 90
LEFT_PERCENT: Final = 5
NETWORK_PERCENT: Final = 10
VERSION_PERCENT: Final = 60
"""Choices of this site: none of these was passed on an ordinary day of February 2026."""
HOURLY: Final = frozenset({"details", "uptime", "bandwidth", "weights"})
"""The documents that are made every hour; the validator runs when it runs."""


class NetworkFacts(Struct, frozen=True):
    """A network, and the documents that it comes from."""

    snapshot: Snapshot
    network: Network

    @property
    def running(self) -> Iterator[Relay]:
        """The relays that run."""
        return (relay for relay in self.snapshot.relays if relay.running)


class NoticeMatch(Struct, frozen=True):
    """What a rule is about: its name if it has one, and a part of a whole."""

    name: str = ""
    part: int = 0
    whole: int = 0


class Notice(Struct, frozen=True):
    """A rule that holds, by its code, and for what."""

    code: str
    severity: Severity
    found: NoticeMatch
    source: Source | None = None


class NoticeRule(Struct, frozen=True, kw_only=True):
    """A notice about the network: `found` returns nothing where all is well."""

    code: str
    found: Callable[[NetworkFacts], NoticeMatch | None]
    severity: Severity = "Warning"


class SourceRule(Struct, frozen=True, kw_only=True):
    """A notice about one document; `newest` is the time of the newest one in seconds."""

    code: str
    holds: Callable[[Source, int], bool]
    severity: Severity = "Warning"


def _is_stale(source: Source, newest: int) -> bool:
    return (
        source.name in HOURLY
        and source.published is not None
        and newest - formatting.seconds(source.published) > STALE_HOURS * HOUR
    )


def _skipped(facts: NetworkFacts) -> NoticeMatch | None:
    skipped = sum(facts.snapshot.skipped.values())
    records = sum(source.records for source in facts.snapshot.sources if source.name == "details")
    return _above(NoticeMatch(part=skipped, whole=records), SKIPPED_PERCENT)


def _unmeasured(facts: NetworkFacts) -> NoticeMatch | None:
    totals = facts.network.totals
    is_low = 100 * totals.measured < MEASURED_PERCENT * totals.running
    return (
        NoticeMatch("", totals.measured, totals.running)
        if is_low and totals.measured_known
        else None
    )


def _left(facts: NetworkFacts) -> NoticeMatch | None:
    now = formatting.seconds(facts.snapshot.published)
    gone = sum(
        not relay.running and now - formatting.seconds(relay.last_seen) <= DAY
        for relay in facts.snapshot.relays
    )
    return _above(NoticeMatch(part=gone, whole=facts.network.totals.running), LEFT_PERCENT)


def _largest(
    of: Callable[[Relay], str | None], percent: int
) -> Callable[[NetworkFacts], NoticeMatch | None]:
    """Return what tells which known value has more than so much of the weight."""

    def match(facts: NetworkFacts) -> NoticeMatch | None:
        weights: Counter[str] = Counter()
        for relay in facts.running:
            weights[of(relay) or ""] += relay.consensus_weight or 0
        del weights[""]
        first = min(weights.items(), key=lambda weighted: (-weighted[1], weighted[0]), default=None)
        total = sum(weights.values())
        return None if first is None else _above(NoticeMatch(*first, total), percent)

    return match


def _version(relay: Relay) -> str | None:
    """Return the version of a relay where it is one; the field may hold any text."""
    version = relay.version
    return version if version is not None and has_page(version) else None


def _above(match: NoticeMatch, percent: int) -> NoticeMatch | None:
    return match if 100 * match.part > percent * match.whole else None


SOURCE_RULES: Final = (
    SourceRule(code="source_missing", holds=lambda one, _: one.outcome == "missing"),
    SourceRule(code="source_last_good", holds=lambda one, _: one.outcome == "last_good"),
    SourceRule(code="source_stale", holds=_is_stale),
)
RULES: Final = (
    NoticeRule(code="records_skipped", found=_skipped),
    NoticeRule(code="few_measured", found=_unmeasured),
    NoticeRule(code="many_left", found=_left),
    NoticeRule(code="large_network", found=_largest(lambda relay: relay.asn, NETWORK_PERCENT)),
    NoticeRule(code="large_version", found=_largest(_version, VERSION_PERCENT)),
)
"""In print order, after what is said of each document."""


def notices(facts: NetworkFacts) -> tuple[Notice, ...]:
    """Return all that holds: of each document, then of the network."""
    return (*_of_sources(facts.snapshot.sources), *_of_network(facts))


def _of_sources(sources: Iterable[Source]) -> Iterator[Notice]:
    dated = [one for one in sources if one.published is not None]
    newest = max((formatting.seconds(one.published or "") for one in dated), default=0)
    for source in sources:
        for rule in SOURCE_RULES:
            if rule.holds(source, newest):
                yield Notice(rule.code, rule.severity, NoticeMatch(source.name), source)


def _of_network(facts: NetworkFacts) -> Iterator[Notice]:
    for rule in RULES:
        match = rule.found(facts)
        if match is not None:
            yield Notice(rule.code, rule.severity, match)
