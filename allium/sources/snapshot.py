"""The documents of the cache, joined into one snapshot."""

from collections.abc import Container, Iterable, Mapping
from typing import TypeVar

from allium.model.history import Bandwidth, Uptime
from allium.model.relay import Fingerprint
from allium.model.snapshot import Snapshot
from allium.sources import documents, histories
from allium.sources.cache import SourceCache
from allium.sources.errors import NoDetailsError
from allium.sources.histories import Reducer
from allium.sources.memory import Memory

T = TypeVar("T", Uptime, Bandwidth)


def load(cache: SourceCache, names: Iterable[str], max_offline_days: int, code: str) -> Snapshot:
    """Return the snapshot of the documents `names`.

    `code` is a digest of the code that reads them: what another code reduced is not used again.
    Raises `NoDetailsError` without details, `SourceError` when a document cannot be read.
    """
    body = cache.read("details")
    if body is None:
        raise NoDetailsError("details: there is no usable document")
    wanted = set(names)
    found = documents.details(body, max_offline_days)
    relays = {relay.fingerprint for relay in found.relays}
    uptime = bandwidth = None
    if "uptime" in wanted:
        uptime = _history(cache, histories.UPTIME, relays, code)
    if "bandwidth" in wanted:
        bandwidth = _history(cache, histories.BANDWIDTH, relays, code)
    results = cache.read("aroi") if "aroi" in wanted else None
    return Snapshot(
        published=found.published,
        relays=found.relays,
        uptime=uptime,
        bandwidth=bandwidth,
        validations=documents.validations(results) if results is not None else None,
        sources=tuple(cache.source(name) for name in documents.NAMES if name in wanted),
        skipped=found.skipped,
        field_errors={
            **found.field_errors,
            **_errors("uptime", uptime),
            **_errors("bandwidth", bandwidth),
        },
    )


def _history(
    cache: SourceCache, reducer: Reducer[T], relays: Container[Fingerprint], code: str
) -> dict[Fingerprint, T] | None:
    """Return what each relay's record of a history document comes to; `None` without document."""
    body = cache.read(reducer.name)
    if body is None:
        return None
    memory = Memory(cache.reduced(reducer.name), code, reducer.table)
    return memory.reduced(documents.slices(reducer.name, body, relays), reducer.reduce)


def _errors(name: str, found: Mapping[Fingerprint, Uptime | Bandwidth] | None) -> dict[str, int]:
    errors = sum(one.errors for one in (found or {}).values())
    return {f"{name}.histories": errors} if errors else {}
