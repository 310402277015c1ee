"""Reduced histories by the bytes they were reduced from: only a record that changed is decoded.

The memory is a file of the cache. It counts for nothing when the code that wrote it was another
one, or when its bytes are not those that were written.
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Generic, TypeVar

from msgspec import Raw, Struct

from allium.model.relay import Fingerprint
from allium.store import StoreError, codec, files

T = TypeVar("T")
_DIGITS = 32


class Memory(Struct, Generic[T], frozen=True):
    """The file at `path`, a `table` of each relay's digest of a record and what it was reduced to.

    `code` is a digest of the code that reduces records.
    """

    path: str
    code: str
    table: type[dict[Fingerprint, tuple[str, T]]]

    def reduced(
        self, records: Mapping[Fingerprint, Raw], reduce: Callable[[Raw], T]
    ) -> dict[Fingerprint, T]:
        """Return what `reduce` makes of each record, from memory where the bytes are the same."""
        before = self._load() or {}
        now: dict[Fingerprint, tuple[str, T]] = {}
        for fingerprint, record in records.items():
            digest = blake2b(record, digest_size=_DIGITS // 2).hexdigest()
            known = before.get(fingerprint)
            if known is None or known[0] != digest:
                known = digest, reduce(record)
            now[fingerprint] = known
        self._store(now)
        return _values(now)

    def recalled(self) -> dict[Fingerprint, T] | None:
        """Return what the records were reduced to last; `None` when that is not known."""
        known = self._load()
        return None if known is None else _values(known)

    def _load(self) -> dict[Fingerprint, tuple[str, T]] | None:
        try:
            contents = files.read(self.path)
        except OSError:
            return None
        seal, body = contents[:_DIGITS], contents[_DIGITS:]
        if seal != self._seal(body):
            return None
        try:
            return codec.decode(body, self.table, self.path)
        except StoreError:
            return None

    def _store(self, now: dict[Fingerprint, tuple[str, T]]) -> None:
        body = codec.encode(now)
        files.write_if_changed(self.path, self._seal(body) + body)

    def _seal(self, body: bytes) -> bytes:
        code = self.code.encode()[:64]
        return blake2b(body, digest_size=_DIGITS // 2, key=code).hexdigest().encode()


def _values(table: Mapping[Fingerprint, tuple[str, T]]) -> dict[Fingerprint, T]:
    return {fingerprint: value for fingerprint, (_, value) in table.items()}
