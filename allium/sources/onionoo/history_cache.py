"""Reduced histories by the bytes they were reduced from: only a record that changed is decoded.

The memory is a file of the cache, which begins with a seal and the digest of the document that it
is of. It counts for nothing when the code that wrote it was another one, or when its bytes are not
those that were written.
"""

from collections.abc import Callable, Mapping
from functools import partial
from hashlib import blake2b, sha256
from typing import Generic, TypeAlias, TypeVar

from msgspec import Raw, Struct

from allium.model.relay import Fingerprint
from allium.store import StoreError, codec, files

T = TypeVar("T")
Table = TypeVar("Table")
Unread: TypeAlias = dict[Fingerprint, Raw]
"""The entries of a table, as they stand there: `["DIGEST",VALUE]`."""
Item: TypeAlias = tuple[Fingerprint, Raw]
_UNREAD: type[Unread] = dict[Fingerprint, Raw]
_DIGITS = 32
_DOCUMENT_DIGITS = 64


def whole(record: Raw) -> Raw:
    """Return all of a record."""
    return record


class Memory(Struct, Generic[T], frozen=True):
    """The file at `path`, a `table` of each relay's digest of a record and what it was reduced to.

    `code` is a digest of the code that reduces records.
    """

    path: str
    code: str
    table: type[dict[Fingerprint, tuple[str, T]]]

    def is_of(self, document: str) -> bool:
        """Tell whether this is what the document with this SHA-256 was reduced to."""
        return self._of(document) is not None

    def renew(
        self,
        document: str,
        records: Mapping[Fingerprint, Raw],
        reduce: Callable[[Raw], T],
        each: files.Each = map,
        part: Callable[[Raw], bytes | Raw] = whole,
    ) -> None:
        """Keep what `reduce` makes of each record; it is asked for those that changed.

        The records are those of the document with this SHA-256. `each` applies a function to them,
        one after the other or several at once. A record changed when its `part` did.
        """
        before = self._table(self._sealed(), _UNREAD) or {}
        results = each(partial(_renewed, before, reduce, part), list(records.items()))
        entries = zip(records, results, strict=True)
        now = {name: before[name] if new is None else Raw(new) for name, new in entries}
        self._store(document, now)

    def recalled(self, document: str) -> dict[Fingerprint, tuple[str, T]] | None:
        """Return what the document with this SHA-256 was reduced to; `None` when not known.

        Beside what each record came to stands its digest.
        """
        return self._table(self._of(document), self.table)

    def _of(self, document: str) -> bytes | None:
        """Return what is sealed when it is of this document."""
        sealed = self._sealed()
        return sealed if sealed is not None and sealed.startswith(document.encode()) else None

    def _table(self, sealed: bytes | None, table: type[Table]) -> Table | None:
        if sealed is None:
            return None
        try:
            return codec.decode(sealed[_DOCUMENT_DIGITS:], table, self.path)
        except StoreError:
            return None

    def _sealed(self) -> bytes | None:
        """Return what is sealed; `None` when the seal is not that of these bytes and this code."""
        try:
            contents = files.read(self.path)
        except OSError:
            return None
        seal, sealed = contents[:_DIGITS], contents[_DIGITS:]
        return sealed if seal == self._seal(sealed) else None

    def _store(self, document: str, now: dict[Fingerprint, Raw]) -> None:
        sealed = document.encode() + codec.encode(now)
        files.write_if_changed(self.path, self._seal(sealed) + sealed)

    def _seal(self, sealed: bytes) -> bytes:
        code = self.code.encode()[:64]
        return blake2b(sealed, digest_size=_DIGITS // 2, key=code).hexdigest().encode()


def _renewed(
    before: Unread, reduce: Callable[[Raw], T], part: Callable[[Raw], bytes | Raw], item: Item
) -> bytes | None:
    """Return a relay's entry in the table as JSON; `None` when it stays as it is."""
    fingerprint, record = item
    digest = sha256(part(record)).hexdigest()[:_DIGITS]
    if bytes(before.get(fingerprint, b"")).startswith(f'["{digest}",'.encode()):
        return None
    return codec.encode((digest, reduce(record)))
