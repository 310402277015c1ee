"""The documents of the cache, joined into one snapshot."""

from collections.abc import Iterable
from typing import Final

from allium.model.snapshot import Snapshot
from allium.sources import documents
from allium.sources.cache import SourceCache
from allium.sources.errors import NoDetailsError

HISTORIES: Final = ("uptime", "bandwidth")


def load(cache: SourceCache, names: Iterable[str], max_offline_days: int) -> Snapshot:
    """Return the snapshot of the documents `names`.

    Raises `NoDetailsError` without details, `SourceError` when a document cannot be read.
    """
    body = cache.read("details")
    if body is None:
        raise NoDetailsError("details: there is no usable document")
    wanted = set(names)
    found = documents.details(body, max_offline_days)
    fingerprints = {relay.fingerprint for relay in found.relays}
    histories = {
        name: documents.slices(name, history, fingerprints)
        for name in HISTORIES
        if name in wanted and (history := cache.read(name)) is not None
    }
    results = cache.read("aroi") if "aroi" in wanted else None
    return Snapshot(
        published=found.published,
        relays=found.relays,
        uptime=histories.get("uptime"),
        bandwidth=histories.get("bandwidth"),
        validations=documents.validations(results) if results is not None else None,
        sources=tuple(cache.source(name) for name in documents.NAMES if name in wanted),
        skipped=found.skipped,
        field_errors=found.field_errors,
    )
