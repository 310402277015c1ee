"""The cache of source documents: the last good one of each, and what is known of it."""

import mmap
import sys
import time
from hashlib import file_digest
from pathlib import Path
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from allium import formatting
from allium.model.snapshot import Outcome, Refusal, Source
from allium.sources.onionoo import documents
from allium.sources.onionoo.documents import FUTURE_SECONDS, DocumentSummary
from allium.sources.origins import Brought, Origin, OriginMark, Sample, Server
from allium.sources.request import SourceError, UnusableError
from allium.store import StoreError, codec, files, sealed, stat_cache
from allium.store.file_entry import FileEntry

Status: TypeAlias = Literal["fresh", "not_modified", "fallback", "missing"]
_OUTCOMES: dict[Status, Outcome] = {
    "fresh": "fresh",
    "not_modified": "fresh",
    "fallback": "last_good",
    "missing": "missing",
}


class SourceRecord(Struct, frozen=True, kw_only=True):
    """What is known of a cached body: where it is from, the file as it was, what is in it."""

    identity: str
    mark: OriginMark
    body: FileEntry
    summary: DocumentSummary

    def source(self, name: str, outcome: Outcome) -> Source:
        """Return what the build is told of the document."""
        return Source(
            name=name,
            outcome=outcome,
            published=self.summary.published,
            records=self.summary.records,
            digest=self.body.digest,
        )


class Fetched(Struct, frozen=True, kw_only=True):
    """How one document was obtained; `problem` says why it is not fresh.

    `refusal` is the reason when a newer one came and cannot be used.
    """

    status: Status
    record: SourceRecord | None = None
    problem: str | None = None
    refusal: Refusal | None = None


class SourceCache(Struct, frozen=True):
    """The folder `cache/sources`."""

    folder: Path

    def body(self, name: str) -> Path:
        """Return where the unpacked document lies."""
        return self.folder / f"{name}.json"

    def outcome(self, name: str) -> Path:
        """Return where the outcome of the last fetch lies, an input of the build."""
        return self.folder / f"{name}.outcome.json"

    def reduced(self, name: str) -> str:
        """Return where the document's records lie, reduced to what is used of them."""
        return str(self.folder / f"{name}.reduced.json")

    def obtain(self, name: str, origin: Origin, *, offline: bool) -> Fetched:
        """Bring a document up to date, or fall back to the last good one of the same origin.

        Never raises for a document that cannot be had: the result says so.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        known = self._known(name, origin.identity(name))
        asks = not offline or isinstance(origin, Sample)  # the sample makes no request
        fetched = self._brought(name, origin, known) if asks else _fallback(known, "offline")
        self._note(name, fetched)
        return fetched

    def settled(self, name: str, origin: Origin) -> bool:
        """Tell whether the cached document is the origin's present one, without asking anybody."""
        source, record = self.source(name), self._record(name)
        if source == Source(name=name, outcome="missing"):
            optional = name != "details" and self.outcome(name).exists()
            return optional and origin.is_absent(name)
        return (
            record is not None
            and source == record.source(name, "fresh")
            and record.identity == origin.identity(name)
            and origin.settled(name, record.mark)
            and record.body.holds(str(self.body(name)))
        )

    def read(self, name: str) -> mmap.mmap | None:
        """Return the cached document, mapped into memory; `None` when the last fetch had none."""
        if self.source(name).outcome == "missing":
            return None
        with self.body(name).open("rb") as stream:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)

    def source(self, name: str) -> Source:
        """Return the outcome of the last fetch."""
        try:
            return codec.load(str(self.outcome(name)), Source)
        except StoreError:
            return Source(name=name, outcome="missing")

    def _brought(self, name: str, origin: Origin, known: SourceRecord | None) -> Fetched:
        beside = Path(files.temporary(str(self.body(name))))
        try:
            return self._unless_unusable(name, origin, known, beside)
        finally:
            beside.unlink(missing_ok=True)  # a full disk would stay full of it

    def _unless_unusable(
        self, name: str, origin: Origin, known: SourceRecord | None, beside: Path
    ) -> Fetched:
        try:
            brought = origin.bring(name, beside, known.mark if known else None)
        except SourceError as error:
            return _fallback(known, str(error))
        if brought is None:
            return Fetched(status="not_modified", record=known)
        try:
            summary = _judged(name, beside, origin, known)
        except UnusableError as error:
            return _fallback(known, f"{origin.identity(name)}: {error}", error.refusal)
        record, same = self._kept(name, beside, origin.identity(name), brought, summary)
        read_again = same and not isinstance(origin, Server)
        return Fetched(status="not_modified" if read_again else "fresh", record=record)

    def _kept(
        self, name: str, beside: Path, identity: str, brought: Brought, summary: DocumentSummary
    ) -> tuple[SourceRecord, bool]:
        """Put a good body in its place, then its record; tell whether it was there already."""
        body = self.body(name)
        same = body.exists() and _is_equal(body, beside, brought.digest)
        if not same:
            beside.replace(body)
        record = SourceRecord(
            identity=identity,
            mark=brought.mark,
            body=FileEntry.of(brought.digest, stat_cache.of(body.stat())),
            summary=summary,
        )
        sealed.store(self._record_file(name), record)
        return record, same

    def _known(self, name: str, identity: str) -> SourceRecord | None:
        """Return the record of a cached body of this origin; a damaged body is removed."""
        record = self._record(name, says_so=True)
        if record is None or record.identity != identity:
            return None
        body = str(self.body(name))
        if record.body.fits(body):
            return record
        renewed = record.body.renewed(body)
        if renewed is None:
            self.body(name).unlink(missing_ok=True)
            Path(self._record_file(name)).unlink(missing_ok=True)
            return None
        record = replace(record, body=renewed)
        sealed.store(self._record_file(name), record)
        return record

    def _record(self, name: str, *, says_so: bool = False) -> SourceRecord | None:
        """Return what is known of the cached body; a damaged record is none, and may be named."""
        try:
            return sealed.load(self._record_file(name), SourceRecord)
        except FileNotFoundError:
            return None
        except StoreError as error:
            if says_so:
                sys.stderr.write(f"warning: {error}; {name} is fetched again\n")
            return None

    def _record_file(self, name: str) -> str:
        return str(self.folder / f"{name}.record.json")

    def _note(self, name: str, fetched: Fetched) -> None:
        outcome, record = _OUTCOMES[fetched.status], fetched.record
        source = record.source(name, outcome) if record else Source(name=name, outcome=outcome)
        source = replace(source, refusal=fetched.refusal)
        files.write_if_changed(str(self.outcome(name)), codec.encode(source))


def _fallback(known: SourceRecord | None, problem: str, refusal: Refusal | None = None) -> Fetched:
    status: Status = "fallback" if known else "missing"
    return Fetched(status=status, record=known, problem=problem, refusal=refusal)


def _judged(name: str, file: Path, origin: Origin, known: SourceRecord | None) -> DocumentSummary:
    """Return what a document in a file holds.

    Raises `UnusableError` when it must not replace the last good one. Whoever fills a folder may
    put an older or a smaller document there; the sample network has hours of its own.
    """
    summary, now = documents.summary(name, _mapped(file)), int(time.time())
    if not isinstance(origin, Sample):
        check_present(summary, now)
    if isinstance(origin, Server) and known is not None:
        check_succeeds(known.summary, summary, now)
    return summary


def _is_equal(body: Path, other: Path, digest: str) -> bool:
    """Tell whether a file has the contents of another one, whose digest is known."""
    return body.stat().st_size == other.stat().st_size and _digest(body) == digest


def _mapped(file: Path) -> documents.Body:
    """Return a file's contents without reading them all into memory."""
    with file.open("rb") as stream:
        if not file.stat().st_size:
            return b""
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


WRONG_CLOCK: Final = formatting.seconds("2026-01-01 00:00:00")
"""A clock before this is wrong and judges nothing: this code is younger."""
FEW: Final = 100
"""Records below which a document may shrink: only small networks have so few."""
SHRUNK_SECONDS: Final = 48 * 3600
"""For so long the last good document is better than one that lost more than half of its records."""


def check_present(brought: DocumentSummary, now: int) -> None:
    """Raise `UnusableError` for a document of the future; `now` is in seconds since 1970."""
    if WRONG_CLOCK <= now < formatting.seconds(brought.published) - FUTURE_SECONDS:
        clock = f"by the clock of this machine it is {formatting.time_of(now)}"
        raise UnusableError(f"a document of {brought.published} UTC; {clock}", "impossible_time")


def check_succeeds(known: DocumentSummary, brought: DocumentSummary, now: int) -> None:
    """Raise `UnusableError` when a server sent less than it did before: older, or half of it.

    A known document of the future counts for nothing: somebody's clock was wrong.
    """
    apart = formatting.seconds(brought.published) - formatting.seconds(known.published)
    if apart < 0 and formatting.seconds(known.published) <= now:
        words = f"a document of {brought.published} UTC, older than the one before"
        raise UnusableError(words, "impossible_time")
    if known.usable >= FEW and brought.usable * 2 < known.usable and 0 <= apart < SHRUNK_SECONDS:
        words = f"{brought.usable} usable records, where the one before had {known.usable}"
        later = f"a document {SHRUNK_SECONDS // 3600} hours younger than that one will be taken"
        raise UnusableError(f"{words}; {later}", "shrunk")
