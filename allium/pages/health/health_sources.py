"""The health page's sections on source documents, their age, and notices."""

from typing import Final

from allium import formatting
from allium.analysis import alerts
from allium.analysis.alerts import Notice
from allium.model.snapshot import Outcome, Snapshot, Source
from allium.pages.alert_texts import findings
from allium.pages.parts.page_base import Badge, FindingText, Verdict, View, When, minute
from allium.pages.relay.finding_texts import COLOURS

TITLES: Final = {
    "details": "Relay details (Onionoo)",
    "uptime": "Uptime histories (Onionoo)",
    "bandwidth": "Bandwidth histories (Onionoo)",
    "weights": "Weight histories (Onionoo)",
    "aroi": "AROI validator",
    "votes": "Votes of the directory authorities",
}
OUTCOMES: Final[dict[Outcome, Badge]] = {
    "fresh": Badge(text="Up to date", colour="good"),
    "last_good": Badge(text="Last good copy", colour="warn"),
    "missing": Badge(text="Missing", colour="crit"),
}
LACKS: Final = {
    "uptime": "Uptime, and leaderboards of it",
    "bandwidth": "Traffic, data transferred, overload reports, and leaderboards of these",
    "weights": "Consensus weight over time on the pages of relays",
    "aroi": "Verified domains, and pages at the domains of operators",
    "votes": "What each authority says of a relay",
}
"""What pages do not have when a document is missing."""


class SourceRow(View, frozen=True):
    """One source document."""

    name: str
    time: When | None
    state: Badge
    records: str
    lacks: str


class Sources(View, frozen=True):
    """All source documents, and records that could not be used, by reason."""

    published: When | None
    rows: tuple[SourceRow, ...]
    skipped: tuple[str, ...]


class Notices(View, frozen=True):
    """What is noticed, the worst of it, and from where on it is: percents, hours of a document."""

    verdict: Verdict
    findings: tuple[FindingText, ...]
    limits: dict[str, int]


def sources(snapshot: Snapshot) -> Sources:
    """Return where the data comes from."""
    return Sources(
        published=minute(snapshot.published),
        rows=tuple(_row(source) for source in snapshot.sources),
        skipped=tuple(
            f"{formatting.number_of(count, 'relay record')}: {reason.replace('_', ' ')}"
            for reason, count in sorted(snapshot.skipped.items())
        ),
    )


def _row(source: Source) -> SourceRow:
    missing = source.outcome == "missing"
    return SourceRow(
        name=TITLES[source.name],
        time=minute(source.published),
        state=OUTCOMES[source.outcome],
        records=formatting.count(source.records),
        lacks=LACKS.get(source.name, "Everything") if missing else "Nothing",
    )


def noticed(notices: tuple[Notice, ...]) -> Notices:
    """Return what is noticed."""
    texts = findings(notices)
    return Notices(
        verdict=_verdict(texts),
        findings=texts,
        limits={
            "measured": alerts.MEASURED_PERCENT,
            "left": alerts.LEFT_PERCENT,
            "network": alerts.NETWORK_PERCENT,
            "version": alerts.VERSION_PERCENT,
            "skipped": alerts.SKIPPED_PERCENT,
            "hours": alerts.STALE_HOURS,
        },
    )


def _verdict(texts: tuple[FindingText, ...]) -> Verdict:
    """Return the first of the worst notices, and how many others there are."""
    if not texts:
        return Verdict(text="No network-wide problems.", colour="good")
    order = list(COLOURS.values())
    worst = min(texts, key=lambda text: order.index(text.colour))
    others = len(texts) - 1
    more = f" {formatting.number_of(others, 'other problem')}." if others else ""
    return Verdict(text=f"{worst.statement}{more}", colour=worst.colour)
