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
from allium.sources.memory import Applying, Memory

T = TypeVar("T", Uptime, Bandwidth)


def load(cache: SourceCache, names: Iterable[str], max_offline_days: int, code: str) -> Snapshot:
    """Return the snapshot of the documents `names`.

    `code` is a digest of the code that reduces histories; what is not yet reduced by it is now.
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


def reduce(cache: SourceCache, name: str, code: str, each: Applying = map) -> None:
    """Keep for `load` what the records of the history document `name` come to, if there is one.

    `each` applies a function to all of them. Raises `SourceError` when the document cannot be read.
    """
    reducer = histories.REDUCERS[name]
    body = cache.read(name)
    records = {} if body is None else documents.slices(name, body)
    _memory(cache, reducer, code).renew(records, reducer.reduce, each)


def _memory(cache: SourceCache, reducer: Reducer[T], code: str) -> Memory[T]:
    return Memory(cache.reduced(reducer.name), code, reducer.table)


def _history(
    cache: SourceCache, reducer: Reducer[T], relays: Container[Fingerprint], code: str
) -> dict[Fingerprint, T] | None:
    """Return what each relay's record of a history document comes to; `None` without document."""
    if cache.source(reducer.name).outcome == "missing":
        return None
    memory = _memory(cache, reducer, code)
    known = memory.recalled()
    if known is None:
        reduce(cache, reducer.name, code)
        known = memory.recalled() or {}
    return {name: value for name, value in known.items() if name in relays}


def _errors(name: str, found: Mapping[Fingerprint, Uptime | Bandwidth] | None) -> dict[str, int]:
    errors = sum(one.errors for one in (found or {}).values())
    return {f"{name}.histories": errors} if errors else {}
