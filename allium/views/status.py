"""`status.json`: what the site was built from, in raw numbers, for programs."""

from msgspec import Struct

from allium import text
from allium.analysis.network import Network
from allium.model.snapshot import Snapshot, Source


class SourceStatus(Struct, frozen=True):
    """One source document: its own time, how it was had, how many records, which bytes."""

    time: str | None
    outcome: str
    records: int
    digest: str


class Data(Struct, frozen=True):
    """The time of the data and where it comes from."""

    relays_published: str
    sources: dict[str, SourceStatus]


class Notice(Struct, frozen=True):
    """Something that a reader of the site should know about its data."""

    id: str
    severity: str
    text: str


class Status(Struct, frozen=True, kw_only=True):
    """Equal inputs give an equal status: there is no time, host or version of the build in it."""

    schema: int = 1
    data: Data
    counts: dict[str, int]
    totals: dict[str, int]
    pages: dict[str, int]
    notices: tuple[Notice, ...]


def build(snapshot: Snapshot, network: Network, pages: dict[str, int]) -> Status:
    """Return the status of a site; `pages` counts its pages by kind."""
    return Status(
        data=Data(
            text.machine_time(snapshot.published),
            {source.name: _source(source) for source in snapshot.sources},
        ),
        counts={
            "relays": network.totals.relays,
            "running": network.totals.running,
            "operators": sum(one.contact is not None for one in network.operators.values()),
            "families": len(network.families),
        },
        totals={
            "consensus_weight": network.totals.weight,
            "observed_bandwidth": network.totals.bandwidth,
        },
        pages=pages,
        notices=tuple(_notices(snapshot)),
    )


def _source(source: Source) -> SourceStatus:
    time = None if source.published is None else text.machine_time(source.published)
    return SourceStatus(time, source.outcome, source.records, source.digest)


def _notices(snapshot: Snapshot) -> list[Notice]:
    found = [
        Notice(f"source_{source.outcome}", "warning", _sentence(source))
        for source in snapshot.sources
        if source.outcome != "fresh"
    ]
    skipped, records = sum(snapshot.skipped.values()), _records(snapshot)
    if skipped * 100 > records:
        words = f"{text.count(skipped)} of {text.count(records)} relay records could not be used."
        found.append(Notice("records_skipped", "warning", words))
    return found


def _records(snapshot: Snapshot) -> int:
    return sum(source.records for source in snapshot.sources if source.name == "details")


def _sentence(source: Source) -> str:
    if source.published is None:
        return f"The {source.name} document could not be had; what depends on it is left out."
    moment = text.minute(source.published)
    return f"The {source.name} document could not be renewed; the one of {moment} UTC is used."
