"""The documents: their envelopes, and which records of them are used."""

import contextlib
import mmap
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
from msgspec import Raw, Struct

from allium import formatting
from allium.model.history import Bandwidth, Uptime, Weights
from allium.model.relay import Fingerprint, Relay, Time
from allium.model.snapshot import Validation
from allium.sources.onionoo import history_record
from allium.sources.onionoo.details_record import REQUIRED, Reader, Skip, is_day
from allium.sources.onionoo.repair import has_surrogate, mended
from allium.sources.request import UnusableError

Body: TypeAlias = bytes | mmap.mmap

T = TypeVar("T")

NAMES: Final = ("details", "uptime", "bandwidth", "weights", "aroi")
OLDEST_MAJOR: Final = 8
FUTURE_SECONDS: Final = 2 * 3600
TRIED: Final = 100
"""Histories that are reduced to see whether a document of them is good."""

_NAME = re.compile(r"[0-9A-Fa-f]{40}")
_FINGERPRINT = re.compile(rb'"fingerprint"\s*:\s*"([0-9A-Fa-f]{40})"')
_OF_EVERY_RELAY: Final = (*REQUIRED, "nickname", "or_addresses")
"""What Onionoo's protocol calls required, as far as pages print it."""
_OF_SOME_RELAY: Final = ("flags", "consensus_weight")
"""What each relay of a consensus has: no document of a whole network is without."""
_COUNTED: Final = (
    "as",
    "contact",
    "country",
    "effective_family",
    "family_ids",
    "measured",
    "observed_bandwidth",
    "platform",
    "recommended_version",
    "unverified_host_names",
    "verified_host_names",
    "version",
)
"""What pages count or add up; a document may be without, and then nothing is known of it."""


class Envelope(Struct):
    """What stands around the records of an Onionoo document."""

    relays_published: Time
    relays: list[Raw]
    version: str | None = None
    relays_skipped: int = 0
    relays_truncated: int = 0


class Metadata(Struct):
    """What the AROI validator says of its run."""

    timestamp: str


class Results(Struct):
    """The AROI validator's document."""

    metadata: Metadata
    results: list[Raw]


class _Result(Struct):
    """One result as it is written; a wrong type in its first two fields leaves it out."""

    fingerprint: str
    valid: bool
    domain: Any = None
    proof_type: Any = None
    error: Any = None
    error_category: Any = None


class DocumentSummary(Struct, frozen=True):
    """When a document is from, how many records it has, and of how many relays one can be used."""

    published: Time
    records: int
    usable: int = 0


class Details(Struct, frozen=True):
    """The relays by fingerprint, and how many records and fields were left out, by reason.

    `absent` are the fields of which pages make numbers and which no record has.
    """

    published: Time
    relays: tuple[Relay, ...]
    records: int
    skipped: dict[str, int]
    field_errors: dict[str, int]
    absent: frozenset[str]


def summary(name: str, body: Body) -> DocumentSummary:
    """Return what a document holds.

    Raises `UnusableError` when it is no complete document of that name, or when more than half of
    its records, or all of its results, cannot be used.
    """
    if name == "aroi":
        results = _results(body)
        published = _published(results.metadata.timestamp)
        records, usable = len(results.results), len(_validations(results))
    else:
        envelope = _envelope(name, body)
        published, records = envelope.relays_published, len(envelope.relays)
        usable = _relays(envelope) if name == "details" else _histories(name, envelope.relays)
    _check_usable(name, usable, records)
    return DocumentSummary(published, records, usable)


def details(body: Body, max_offline_days: int) -> Details:
    """Return the usable relays of a details document.

    Relays unseen for more than `max_offline_days` are left out, unless it is 0.
    Raises `UnusableError` when the document, or more than half of its records, cannot be used.
    """
    envelope = _envelope("details", body)
    published = envelope.relays_published
    reader = _reader(envelope)
    skipped: Counter[str] = Counter()
    relays = _unique(_readable(envelope.relays, reader, skipped), skipped)
    _check_fields(envelope.relays)
    _check_usable("details", len(relays), len(envelope.relays))
    if max_offline_days:
        oldest = _later(published, -max_offline_days * 86_400)
        relays = [relay for relay in relays if relay.running or relay.last_seen >= oldest]
    counts = dict(sorted(skipped.items())), dict(sorted((+reader.fields).items()))
    absent = frozenset(_absent(_COUNTED, envelope.relays))
    return Details(published, tuple(relays), len(envelope.relays), *counts, absent)


def _check_usable(name: str, usable: int, records: int) -> None:
    if not usable or usable * 2 < records:
        words = (
            f"{records - usable} of {records} records are unusable" if records else "it is empty"
        )
        raise UnusableError(f"{name}: {words}", "unusable")


def _check_fields(records: list[Raw]) -> None:
    """Raise `UnusableError` when no record has a field that a network cannot be without."""
    missing = _absent((*_OF_EVERY_RELAY, *_OF_SOME_RELAY), records)
    if missing:
        fields, count = ", ".join(f"`{name}`" for name in missing), len(records)
        words = f"no {fields} in {count} of {formatting.number_of(count, 'record')}"
        hint = "was the document fetched with `fields=`?"
        raise UnusableError(f"details: {words}: {hint}", "unusable")


def _absent(fields: Iterable[str], records: list[Raw]) -> tuple[str, ...]:
    """Return the fields that no record has."""
    patterns = {name: re.compile(rb'"%b"\s*:' % name.encode()) for name in fields}
    return tuple(
        name
        for name, pattern in patterns.items()
        if not any(pattern.search(memoryview(record)) for record in records)
    )


def _relays(envelope: Envelope) -> int:
    """Return of how many relays `details` would return a record.

    Raises `UnusableError` when all lack what the pages need.
    """
    _check_fields(envelope.relays)
    reader = _reader(envelope)
    names = set()
    for record in envelope.relays:
        with contextlib.suppress(Skip):
            names.add(reader.identify(record))
    return len(names)


def _histories(name: str, records: Sequence[Raw]) -> int:
    """Return of how many relays there is a history, as far as a sample of them tells.

    To reduce them all takes seconds, and `split` does it.
    """
    reduce = history_record.REDUCERS[name].reduce
    tried = [reduce(record) for record in records[:: -(-len(records) // TRIED)]]
    usable = sum(not _is_lost(one) for one in tried)
    return len(_named(records)) * usable // len(tried)


def _is_lost(history: Uptime | Bandwidth | Weights) -> bool:
    """Tell whether a record said something of which nothing could be understood."""
    return history == type(history)(errors=history.errors) and history.errors > 0


def _named(records: Iterable[Raw]) -> dict[Fingerprint, Raw]:
    """Return undecoded records by the relay that they are of; of two the last one."""
    matches = ((_FINGERPRINT.search(memoryview(record)), record) for record in records)
    return {match[1].decode().upper(): record for match, record in matches if match}


def _reader(envelope: Envelope) -> Reader:
    return Reader(_later(envelope.relays_published, FUTURE_SECONDS))


def slices(name: str, body: Body) -> dict[Fingerprint, Raw]:
    """Return the undecoded record of each relay in a history document.

    Raises `UnusableError` when it is no complete document.
    """
    return _named(_envelope(name, body).relays)


def validations(body: Body) -> dict[Fingerprint, Validation]:
    """Return the validator's result of each relay; of duplicates the last one wins.

    Raises `UnusableError` when it is no complete document.
    """
    return _validations(_results(body))


def _validations(results: Results) -> dict[Fingerprint, Validation]:
    validations: dict[Fingerprint, Validation] = {}
    for record in results.results:
        try:
            result = msgspec.json.decode(mended(bytes(record)), type=_Result)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if _NAME.fullmatch(result.fingerprint) is None:
            continue
        validations[result.fingerprint.upper()] = Validation(
            result.valid,
            _text(result.domain),
            _text(result.proof_type),
            _text(result.error) or "",
            _text(result.error_category),
        )
    return validations


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _readable(records: Iterable[Raw], reader: Reader, skipped: Counter[str]) -> list[Relay]:
    relays = []
    for record in records:
        try:
            relays.append(reader.relay(record))
        except Skip as reason:
            skipped[str(reason)] += 1
    return relays


def _unique(relays: Iterable[Relay], skipped: Counter[str]) -> list[Relay]:
    """Return one record a relay, the one last seen (of equals the first), by fingerprint."""
    kept: dict[Fingerprint, Relay] = {}
    for relay in relays:
        other = kept.setdefault(relay.fingerprint, relay)
        if other is not relay:
            skipped["duplicate"] += 1
            if relay.last_seen > other.last_seen:
                kept[relay.fingerprint] = relay
    return [kept[fingerprint] for fingerprint in sorted(kept)]


def _envelope(name: str, body: Body) -> Envelope:
    envelope = _decoded(name, body, Envelope)
    major = (envelope.version or str(OLDEST_MAJOR)).partition(".")[0]
    if not major.isdecimal() or int(major[:9]) < OLDEST_MAJOR:
        words = f"protocol version {major[:20]!r} is older than {OLDEST_MAJOR}"
        raise UnusableError(f"{name}: {words}", "unreadable")
    if envelope.relays_skipped or envelope.relays_truncated:
        raise UnusableError(f"{name}: only a part of the relays was sent", "unreadable")
    if not envelope.relays:
        raise UnusableError(f"{name}: it is empty", "unusable")
    if not is_day(envelope.relays_published):
        words = f"{envelope.relays_published!r} is not a time"
        raise UnusableError(f"{name}: {words}", "impossible_time")
    return envelope


def _results(body: Body) -> Results:
    return _decoded("aroi", body, Results)


def _decoded(name: str, body: Body, kind: type[T]) -> T:
    """Return a document; one that is mended by replacing broken characters is used."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if not has_surrogate(body):
            raise _unreadable(name, error) from error
    try:
        return msgspec.json.decode(mended(bytes(body)), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> UnusableError:
    return UnusableError(f"{name}: not the expected JSON: {error}", "unreadable")


def _published(timestamp: str) -> Time:
    """Return an ISO 8601 time in UTC as the other documents write times."""
    try:
        return msgspec.convert(formatting.from_iso(timestamp), Time)
    except msgspec.ValidationError as error:
        words = f"{timestamp[:40]!r} is not a time from 2000 to 2199"
        raise UnusableError(f"aroi: {words}", "impossible_time") from error


def _later(moment: Time, seconds: int) -> Time:
    return formatting.time_of(formatting.seconds(moment) + seconds)
