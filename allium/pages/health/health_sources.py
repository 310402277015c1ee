"""The health page's sections on source documents, their age, and notices."""

from typing import Final

from allium import formatting
from allium.analysis import alerts
from allium.analysis.alerts import Notice
from allium.model.snapshot import Outcome, Snapshot, Source
from allium.pages.alert_texts import findings
from allium.pages.parts.page_base import FindingText, View, When, minute

TITLES: Final = {
    "details": "Relay details",
    "uptime": "Uptime histories",
    "bandwidth": "Bandwidth histories",
    "aroi": "AROI validator, its run",
    "votes": "Votes of the directory authorities",
}
OUTCOMES: Final[dict[Outcome, str]] = {
    "fresh": "fresh",
    "last_good": "not renewed, the last good one",
    "missing": "missing",
}
LACKS: Final = {
    "uptime": "uptimes, boards of reliability",
    "bandwidth": "throughput, total data, reports of overload, boards of both",
    "aroi": "proofs of domains, pages at the own names of operators",
    "votes": "what each authority says of a relay",
}
"""What pages do not have when a document is missing."""


class SourceRow(View, frozen=True):
    """One source document."""

    name: str
    time: When | None
    outcome: str
    records: str
    lacks: str


class Sources(View, frozen=True):
    """All source documents, and records that could not be used, by reason."""

    published: When | None
    rows: tuple[SourceRow, ...]
    skipped: tuple[str, ...]


class Notices(View, frozen=True):
    """What is noticed, and from where on it is: percents, and hours of a document."""

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
        outcome=OUTCOMES[source.outcome],
        records=formatting.count(source.records),
        lacks=LACKS.get(source.name, "everything") if missing else "nothing",
    )


def noticed(notices: tuple[Notice, ...]) -> Notices:
    """Return what is noticed."""
    return Notices(
        findings=findings(notices),
        limits={
            "measured": alerts.MEASURED_PERCENT,
            "left": alerts.LEFT_PERCENT,
            "network": alerts.NETWORK_PERCENT,
            "version": alerts.VERSION_PERCENT,
            "skipped": alerts.SKIPPED_PERCENT,
            "hours": alerts.STALE_HOURS,
        },
    )
