"""Reduced histories by the bytes they were reduced from: only a record that changed is decoded.

The memory is a file of the cache. It counts for nothing when the code that wrote it was another
one, or when its bytes are not those that were written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import Generic, TypeAlias, TypeVar

from msgspec import Raw, Struct

from allium.model.relay import Fingerprint
from allium.store import StoreError, codec, files

T = TypeVar("T")
Table = TypeVar("Table")
Unread: TypeAlias = dict[Fingerprint, tuple[str, Raw]]
Item: TypeAlias = tuple[Fingerprint, Raw]
Applying: TypeAlias = Callable[[Callable[[Item], bytes], Sequence[Item]], Iterable[bytes]]
_UNREAD: type[Unread] = dict[Fingerprint, tuple[str, Raw]]
_DIGITS = 32


class Memory(Struct, Generic[T], frozen=True):
    """The file at `path`, a `table` of each relay's digest of a record and what it was reduced to.

    `code` is a digest of the code that reduces records.
    """

    path: str
    code: str
    table: type[dict[Fingerprint, tuple[str, T]]]

    def renew(
        self,
        records: Mapping[Fingerprint, Raw],
        reduce: Callable[[Raw], T],
        each: Applying = map,
    ) -> None:
        """Keep what `reduce` makes of each record; it is asked for those that changed.

        `each` applies a function to the records, one after the other or several at once.
        """
        before = self._load(_UNREAD) or {}
        found = each(partial(_renewed, before, reduce), list(records.items()))
        self._store(dict(zip(records, map(Raw, found), strict=True)))

    def recalled(self) -> dict[Fingerprint, T] | None:
        """Return what the records were reduced to last; `None` when that is not known."""
        known = self._load(self.table)
        return None if known is None else {name: value for name, (_, value) in known.items()}

    def _load(self, table: type[Table]) -> Table | None:
        try:
            contents = files.read(self.path)
        except OSError:
            return None
        seal, body = contents[:_DIGITS], contents[_DIGITS:]
        if seal != self._seal(body):
            return None
        try:
            return codec.decode(body, table, self.path)
        except StoreError:
            return None

    def _store(self, now: dict[Fingerprint, Raw]) -> None:
        body = codec.encode(now)
        files.write_if_changed(self.path, self._seal(body) + body)

    def _seal(self, body: bytes) -> bytes:
        code = self.code.encode()[:64]
        return blake2b(body, digest_size=_DIGITS // 2, key=code).hexdigest().encode()


def _renewed(before: Unread, reduce: Callable[[Raw], T], item: Item) -> bytes:
    """Return a relay's entry in the table as JSON, without reading it where it stays."""
    fingerprint, record = item
    digest = blake2b(record, digest_size=_DIGITS // 2).hexdigest()
    known, value = before.get(fingerprint, ("", Raw()))
    return codec.encode((digest, value if known == digest else reduce(record)))
