"""The documents of the cache, joined into one snapshot."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from msgspec.structs import replace

from allium import formatting
from allium.model.history import Bandwidth, Uptime, Weights
from allium.model.relay import Fingerprint, Relay, Time
from allium.model.snapshot import Snapshot
from allium.sources import collector
from allium.sources.onionoo import documents, history_record
from allium.sources.onionoo.history_cache import Memory
from allium.sources.onionoo.history_record import Reducer
from allium.sources.request import NoDetailsError
from allium.sources.source_cache import SourceCache
from allium.store import files

T = TypeVar("T", Uptime, Bandwidth, Weights)
_NAMES: Final = (*documents.NAMES, collector.NAME)


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
        sources=tuple(cache.source(name) for name in _NAMES if name in wanted),
        skipped=found.skipped,
        field_errors=found.field_errors,
        absent=found.absent,
    )


def with_uptime(loaded: Snapshot, cache: SourceCache, code: str) -> Snapshot:
    """Return a snapshot with the uptime of its relays, and since when they are known by it.

    `code` is a digest of the code that reduces histories; what is not yet reduced by it is now.
    Raises `SourceError` when a document cannot be read.
    """
    found, records = _history(loaded, cache, history_record.UPTIME, code)
    relays, later = [], {}
    for relay in loaded.relays:
        earlier = _seen_earlier(relay, (found or {}).get(relay.fingerprint))
        if earlier is not None:
            later[relay.fingerprint] = relay.first_seen
        relays.append(relay if earlier is None else replace(relay, first_seen=earlier))
    return replace(
        loaded,
        relays=tuple(relays),
        uptime=found,
        uptime_records=records,
        first_seen_in_details=later,
        field_errors=loaded.field_errors | _errors("uptime", found),
    )


def _seen_earlier(relay: Relay, history: Uptime | None) -> Time | None:
    """Return when a relay was first seen if it ran in an interval that was over by `first_seen`.

    The first interval of nearly every relay begins before the relay does, and says nothing.
    """
    if history is None or history.began is None:
        return None
    start, end = history.began
    return formatting.time_of(start) if end <= formatting.seconds(relay.first_seen) else None


def with_bandwidth(loaded: Snapshot, cache: SourceCache, code: str) -> Snapshot:
    """Return a snapshot with what its relays carried; see `with_uptime`."""
    found, records = _history(loaded, cache, history_record.BANDWIDTH, code)
    errors = loaded.field_errors | _errors("bandwidth", found)
    return replace(loaded, bandwidth=found, bandwidth_records=records, field_errors=errors)


def with_weights(loaded: Snapshot, cache: SourceCache, code: str) -> Snapshot:
    """Return a snapshot with the weights that its relays had; see `with_uptime`."""
    found, records = _history(loaded, cache, history_record.WEIGHTS, code)
    errors = loaded.field_errors | _errors("weights", found)
    return replace(loaded, weights=found, weights_records=records, field_errors=errors)


def reduce(cache: SourceCache, name: str, code: str, each: files.Each = map) -> None:
    """Keep in the cache what a history document comes to, unless it is there already.

    `each` applies a function to all records. Raises `SourceError` when the document cannot be read.
    """
    reducer = history_record.REDUCERS[name]
    memory, document = _memory(cache, reducer, code), cache.source(name).digest
    body = None if memory.is_of(document) else cache.read(name)
    if body is not None:
        records = documents.slices(name, body)
        memory.renew(document, records, reducer.reduce, each, reducer.part)


def _memory(cache: SourceCache, reducer: Reducer[T], code: str) -> Memory[T]:
    return Memory(cache.reduced(reducer.name), code, reducer.table)


def _history(
    loaded: Snapshot, cache: SourceCache, reducer: Reducer[T], code: str
) -> tuple[dict[Fingerprint, T] | None, dict[Fingerprint, str]]:
    """Return what each relay's record of a history document comes to, and the record's digest.

    The first is `None` without document.
    """
    outcomes = {source.name: source.outcome for source in loaded.sources}
    if outcomes.get(reducer.name, "missing") == "missing":
        return None, {}
    relays = {relay.fingerprint for relay in loaded.relays}
    memory, document = _memory(cache, reducer, code), cache.source(reducer.name).digest
    known = memory.recalled(document)
    if known is None:
        reduce(cache, reducer.name, code)
        known = memory.recalled(document) or {}
    own = {name: one for name, one in known.items() if name in relays}
    values = {name: value for name, (_, value) in own.items()}
    return values, {name: digest for name, (digest, _) in own.items()}


def _errors(
    name: str, found: Mapping[Fingerprint, Uptime | Bandwidth | Weights] | None
) -> dict[str, int]:
    errors = sum(one.errors for one in (found or {}).values())
    return {f"{name}.histories": errors} if errors else {}
