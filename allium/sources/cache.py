"""The cache of source documents: the last good one of each, and what is known of it."""

import mmap
import time
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from allium.model.snapshot import Outcome, Refusal, Source
from allium.sources import documents, usability
from allium.sources.documents import Summary
from allium.sources.errors import SourceError, UnusableError
from allium.sources.origins import Mark, Origin, Sample, Server
from allium.store import StoreError, codec, files

Status: TypeAlias = Literal["fresh", "not_modified", "fallback", "missing"]
_OUTCOMES: dict[Status, Outcome] = {
    "fresh": "fresh",
    "not_modified": "fresh",
    "fallback": "last_good",
    "missing": "missing",
}


class Record(Struct, frozen=True, kw_only=True):
    """What is known of a cached body; size and time tell whether it is still the one described."""

    identity: str
    mark: Mark
    sha256: str
    size: int
    modified: int
    summary: Summary


class Fetched(Struct, frozen=True, kw_only=True):
    """How one document was obtained; `problem` says why it is not fresh.

    `refusal` is the reason when a newer one came and cannot be used.
    """

    status: Status
    record: Record | None = None
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
        asks = not offline or isinstance(origin, Sample)  # which asks nobody but itself
        fetched = self._brought(name, origin, known) if asks else _fallback(known, "offline")
        self._note(name, fetched)
        return fetched

    def settled(self, name: str, origin: Origin) -> bool:
        """Tell whether the cached document is the origin's present one, without asking anybody."""
        source, record = self.source(name), self._record(name)
        if source.outcome == "missing":
            optional = name != "details" and self.outcome(name).exists()
            return optional and origin.is_absent(name)
        return (
            record is not None
            and (source.outcome, source.digest) == ("fresh", record.sha256)
            and record.identity == origin.identity(name)
            and origin.settled(name, record.mark)
            and _is_untouched(self.body(name), record)
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

    def _brought(self, name: str, origin: Origin, known: Record | None) -> Fetched:
        beside = Path(files.temporary(str(self.body(name))))
        try:
            mark = origin.bring(name, beside, known.mark if known else None)
            if mark is None:
                return Fetched(status="not_modified", record=known)
        except SourceError as error:
            beside.unlink(missing_ok=True)
            return _fallback(known, str(error))
        try:
            summary = _judged(name, beside, origin, known)
        except UnusableError as error:
            beside.unlink(missing_ok=True)
            return _fallback(known, f"{origin.identity(name)}: {error}", error.refusal)
        return Fetched(
            status="fresh", record=self._kept(name, beside, origin.identity(name), mark, summary)
        )

    def _kept(self, name: str, beside: Path, identity: str, mark: Mark, summary: Summary) -> Record:
        """Put a good body in its place, the body first, then its record."""
        digest = _digest(beside)
        body = self.body(name)
        if body.exists() and _is_equal(body, beside, digest):
            beside.unlink()
        else:
            beside.replace(body)
        status = body.stat()
        record = Record(
            identity=identity,
            mark=mark,
            sha256=digest,
            size=status.st_size,
            modified=status.st_mtime_ns,
            summary=summary,
        )
        self._write(self._record_file(name), record)
        return record

    def _known(self, name: str, identity: str) -> Record | None:
        """Return the record of a cached body of this origin; a damaged body is removed."""
        record = self._record(name)
        if record is None or record.identity != identity:
            return None
        body = self.body(name)
        if _is_untouched(body, record):
            return record
        if not body.exists() or _digest(body) != record.sha256:
            body.unlink(missing_ok=True)
            self._record_file(name).unlink(missing_ok=True)
            return None
        record = replace(record, modified=body.stat().st_mtime_ns)
        self._write(self._record_file(name), record)
        return record

    def _record(self, name: str) -> Record | None:
        try:
            return codec.load(str(self._record_file(name)), Record)
        except StoreError:
            return None

    @staticmethod
    def _write(path: Path, value: object) -> None:
        files.write_if_changed(str(path), codec.encode(value))

    def _record_file(self, name: str) -> Path:
        return self.folder / f"{name}.record.json"

    def _note(self, name: str, fetched: Fetched) -> None:
        record = fetched.record
        self._write(
            self.outcome(name),
            Source(
                name=name,
                outcome=_OUTCOMES[fetched.status],
                published=record.summary.published if record else None,
                records=record.summary.records if record else 0,
                digest=record.sha256 if record else "",
                refusal=fetched.refusal,
            ),
        )


def _fallback(known: Record | None, problem: str, refusal: Refusal | None = None) -> Fetched:
    status: Status = "fallback" if known else "missing"
    return Fetched(status=status, record=known, problem=problem, refusal=refusal)


def _judged(name: str, file: Path, origin: Origin, known: Record | None) -> Summary:
    """Return what a document in a file holds.

    Raises `UnusableError` when it must not replace the last good one. Whoever fills a folder may
    put an older or a smaller document there; the sample network has hours of its own.
    """
    summary, now = documents.summary(name, _mapped(file)), int(time.time())
    if not isinstance(origin, Sample):
        usability.check_present(summary, now)
    if isinstance(origin, Server) and known is not None:
        usability.check_succeeds(known.summary, summary, now)
    return summary


def _is_untouched(body: Path, record: Record) -> bool:
    with suppress(OSError):
        status = body.stat()
        return status.st_size == record.size and status.st_mtime_ns == record.modified
    return False


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
