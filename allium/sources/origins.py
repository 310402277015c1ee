"""Where a document comes from: the sample network, a server, or a folder."""

import gzip
import lzma
import zlib
from collections.abc import Iterable, Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Final, TypeAlias, cast

from msgspec import Struct

from allium import formatting
from allium.printable import redacted
from allium.sources import client, sample
from allium.sources.request import RequestLimits, SourceError, Validators
from allium.store import stat_cache
from allium.store.file_entry import FileEntry

MIB: Final = 1 << 20
LIMITS: Final = {
    "details": RequestLimits(300, 512 * MIB),
    "uptime": RequestLimits(600, 2048 * MIB),
    "bandwidth": RequestLimits(600, 2048 * MIB),
    "weights": RequestLimits(600, 2048 * MIB),
    "aroi": RequestLimits(120, 64 * MIB),
}
ONIONOO: Final = {
    "details": "https://onionoo.torproject.org/details?type=relay",
    "uptime": "https://onionoo.torproject.org/uptime?type=relay",
    "bandwidth": "https://onionoo.torproject.org/bandwidth?type=relay",
    "weights": "https://onionoo.torproject.org/weights?type=relay",
    "aroi": "https://aroivalidator.1aeo.com/latest.json",
}
PATHS: Final = {
    "details": "/details?type=relay",
    "uptime": "/uptime?type=relay",
    "bandwidth": "/bandwidth?type=relay",
    "weights": "/weights?type=relay",
    "aroi": "/latest.json",
}
STEMS: Final = {
    "details": "details",
    "uptime": "uptime",
    "bandwidth": "bandwidth",
    "weights": "weights",
    "aroi": "latest",
}
PACKED: Final = (".xz", ".gz")
_ENDINGS: Final = (".json", *(f".json{ending}" for ending in PACKED))
_CHUNK: Final = 1 << 20


class OriginMark(Struct, frozen=True):
    """What tells one state of an origin from the next: a server's words, or a file as it was.

    `state` is the name of that file, or the hour of the sample.
    """

    last_modified: str | None = None
    etag: str | None = None
    state: str | None = None
    file: FileEntry | None = None


class Brought(Struct, frozen=True):
    """A document that was written: what tells it from the next one, and its SHA-256, unpacked."""

    mark: OriginMark
    digest: str


class Sample(Struct, frozen=True):
    """The embedded network at one hour."""

    relays: int
    hour: int
    seed: int

    def identity(self, name: str) -> str:
        """Return what stays the same from one state of the document to the next."""
        return f"sample network {self.seed} of {formatting.number_of(self.relays, 'relay')}: {name}"

    def settled(self, name: str, mark: OriginMark) -> bool:
        """Tell whether the document is known to be unchanged without asking anybody."""
        return mark == self._mark() and not self.is_absent(name)

    def is_absent(self, name: str) -> bool:
        """Tell whether there is certainly no such document, without asking anybody."""
        return name not in STEMS

    def bring(self, name: str, into: Path, known: OriginMark | None) -> Brought | None:  # noqa: ARG002  it is at hand
        """Write the document to `into`; `None` when a server says that it is still `known`.

        Raises `SourceError`.
        """
        chunks = sample.document(name, relays=self.relays, hour=self.hour, seed=self.seed)
        return Brought(self._mark(), _write(chunks, into))

    def _mark(self) -> OriginMark:
        return OriginMark(state=f"hour {self.hour}")


class Server(Struct, frozen=True):
    """The live services, a mirror at `base`, or a server that has the document at `address`."""

    base: str | None = None
    address: str | None = None

    def identity(self, name: str) -> str:
        """Return the document's URL without a password: records and messages show it."""
        return redacted(self._address(name))

    def _address(self, name: str) -> str:
        if self.address is not None:
            return self.address
        if self.base is None:
            return ONIONOO[name]
        return self.base.rstrip("/") + PATHS[name]

    def settled(self, name: str, mark: OriginMark) -> bool:  # noqa: ARG002  a server is always asked
        """Return false: only the server knows."""
        return False

    def is_absent(self, name: str) -> bool:  # noqa: ARG002  a server is always asked
        """Return false: only the server knows."""
        return False

    def bring(self, name: str, into: Path, known: OriginMark | None) -> Brought | None:
        """Ask the server for what is new; see `Sample.bring`."""
        validators = Validators(known.last_modified, known.etag) if known else None
        answer = client.download(self._address(name), into, validators, LIMITS[name])
        if answer is None:
            return None
        return Brought(OriginMark(answer.last_modified, answer.etag), _digest(into))


class Folder(Struct, frozen=True):
    """A folder of documents, packed or not."""

    path: str

    def identity(self, name: str) -> str:
        """Return where the document should lie."""
        return f"{self.path}/{STEMS[name]}.json"

    def settled(self, name: str, mark: OriginMark) -> bool:
        """Tell whether the file is the one that was read: it looks so, or its digest says so."""
        path = self._find(name)
        if path is None or mark.file is None or mark.state != path.name:
            return False
        return mark.file.holds(str(path))

    def is_absent(self, name: str) -> bool:
        """Tell whether the folder has no such file."""
        return self._find(name) is None

    def bring(self, name: str, into: Path, known: OriginMark | None) -> Brought | None:  # noqa: ARG002  it is read anew
        """Unpack the file; see `Sample.bring`."""
        path = self._find(name)
        seen = None if path is None else stat_cache.look(str(path))
        if path is None or seen is None:
            raise SourceError(f"{self.identity(name)}(.xz, .gz): there is no such file")
        packed, unpacked = unpack(path, into, LIMITS[name].size)
        return Brought(OriginMark(state=path.name, file=FileEntry.of(packed, seen)), unpacked)

    def _find(self, name: str) -> Path | None:
        files = (Path(self.path, STEMS[name] + ending) for ending in _ENDINGS)
        try:
            return next((file for file in files if file.is_file()), None)
        except OSError:
            return None


Origin: TypeAlias = Sample | Server | Folder


def unpack(file: Path, into: Path, cap: int) -> tuple[str, str]:
    """Write what a file holds, unpacked, to `into`; return the SHA-256 of the file and of that.

    Raises `SourceError` when it cannot be read or holds more than `cap` bytes.
    """
    unpacked = _write(_capped(file, cap), into)
    return (_digest(file) if file.suffix in PACKED else unpacked), unpacked


def _write(chunks: Iterable[bytes], into: Path) -> str:
    """Write a document to `into`; return its SHA-256."""
    digest = sha256()
    with into.open("wb") as target:
        for chunk in chunks:
            target.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"{file}: {error}") from error


def _capped(file: Path, cap: int) -> Iterator[bytes]:
    """Yield what a file holds, unpacked; raise `SourceError` when that is more than `cap` bytes."""
    size = 0
    for chunk in _pieces(file):
        size += len(chunk)
        if size > cap:
            raise SourceError(f"{file}: larger than {cap:,} bytes")
        yield chunk


def _pieces(file: Path) -> Iterator[bytes]:
    try:
        with _opened(file) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise SourceError(f"{file}: {error}") from error


def _opened(file: Path) -> IO[bytes]:
    if file.suffix == ".xz":
        return cast("IO[bytes]", lzma.open(file))
    return cast("IO[bytes]", gzip.open(file)) if file.suffix == ".gz" else file.open("rb")
