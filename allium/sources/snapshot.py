"""The documents of the cache, joined into one snapshot."""

from collections.abc import Container, Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from allium.model.history import Bandwidth, Uptime
from allium.model.relay import Fingerprint
from allium.model.snapshot import Snapshot
from allium.sources import documents, histories
from allium.sources.cache import SourceCache
from allium.sources.errors import NoDetailsError
from allium.sources.histories import Reducer
from allium.sources.memory import Memory
from allium.store import files

T = TypeVar("T", Uptime, Bandwidth)


def load(cache: SourceCache, names: Iterable[str], max_offline_days: int) -> Snapshot:
    """Return the snapshot of the documents `names`, without what relays did before.

    Raises `NoDetailsError` without details, `SourceError` when a document cannot be read.
    """
    body = cache.read("details")
    if body is None:
        raise NoDetailsError("details: there is no usable document")
    wanted = set(names)
    found = documents.details(body, max_offline_days)
    results = cache.read("aroi") if "aroi" in wanted else None
    return Snapshot(
        published=found.published,
        relays=found.relays,
        validations=documents.validations(results) if results is not None else None,
        sources=tuple(cache.source(name) for name in documents.NAMES if name in wanted),
        skipped=found.skipped,
        field_errors=found.field_errors,
    )


def with_histories(loaded: Snapshot, cache: SourceCache, code: str) -> Snapshot:
    """Return a snapshot with what the histories of its relays came to.

    `code` is a digest of the code that reduces them; what is not yet reduced by it is now. Raises
    `SourceError` when a document cannot be read.
    """
    relays = {relay.fingerprint for relay in loaded.relays}
    known = {source.name for source in loaded.sources if source.outcome != "missing"}
    uptime = bandwidth = None
    if "uptime" in known:
        uptime = _history(cache, histories.UPTIME, relays, code)
    if "bandwidth" in known:
        bandwidth = _history(cache, histories.BANDWIDTH, relays, code)
    errors = _errors("uptime", uptime) | _errors("bandwidth", bandwidth)
    return replace(
        loaded, uptime=uptime, bandwidth=bandwidth, field_errors=loaded.field_errors | errors
    )


def reduce(cache: SourceCache, name: str, code: str, each: files.Each = map) -> None:
    """Keep for `with_histories` what a history document comes to, unless that is done already.

    `each` applies a function to all records. Raises `SourceError` when the document cannot be read.
    """
    reducer = histories.REDUCERS[name]
    memory, document = _memory(cache, reducer, code), cache.source(name).digest
    body = None if memory.is_of(document) else cache.read(name)
    if body is not None:
        memory.renew(document, documents.slices(name, body), reducer.reduce, each)


def _memory(cache: SourceCache, reducer: Reducer[T], code: str) -> Memory[T]:
    return Memory(cache.reduced(reducer.name), code, reducer.table)


def _history(
    cache: SourceCache, reducer: Reducer[T], relays: Container[Fingerprint], code: str
) -> dict[Fingerprint, T]:
    """Return what each relay's record of a history document comes to."""
    memory, document = _memory(cache, reducer, code), cache.source(reducer.name).digest
    known = memory.recalled(document)
    if known is None:
        reduce(cache, reducer.name, code)
        known = memory.recalled(document) or {}
    return {name: value for name, value in known.items() if name in relays}


def _errors(name: str, found: Mapping[Fingerprint, Uptime | Bandwidth] | None) -> dict[str, int]:
    errors = sum(one.errors for one in (found or {}).values())
    return {f"{name}.histories": errors} if errors else {}
