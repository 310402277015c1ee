"""Files of the cache that are read back and believed: JSON with a digest of its own bytes.

One flipped digit in a table of digests gives a valid digest of something else. So such a file is
believed as a whole or not at all, and its reader makes it again.
"""

from hashlib import blake2b
from typing import Final, TypeVar

from allium.store import StoreError, codec, files

T = TypeVar("T")
_SEAL: Final = b'{"seal":"'
_VALUE: Final = b'","value":'
_END: Final = b"}\n"
_BYTES: Final = 16
_HEAD: Final = len(_SEAL) + 2 * _BYTES + len(_VALUE)


def contents(value: object) -> bytes:
    """Return the bytes of a sealed file."""
    body = codec.encode(value).rstrip(b"\n")
    return b"".join((_head(body), body, _END))


def store(path: str, value: object) -> bool:
    """Make `path` a sealed file of the value; an equal file is left alone. True when written."""
    return files.write_if_changed(path, contents(value))


def load(path: str, kind: type[T]) -> T:
    """Return what a sealed file holds.

    Raises `FileNotFoundError` when there is none, `StoreError` when it cannot be read or is not as
    it was written.
    """
    try:
        raw = files.read(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    body = raw[_HEAD : -len(_END)]
    if raw[:_HEAD] != _head(body) or not raw.endswith(_END):
        raise StoreError(f"{path} is damaged")
    return codec.decode(body, kind, path)


def load_or(path: str, kind: type[T], absent: T) -> T:
    """Return what a sealed file holds; `absent` when there is no such file.

    Raises `StoreError` when it is there but not as it was written.
    """
    try:
        return load(path, kind)
    except FileNotFoundError:
        return absent


def _head(body: bytes) -> bytes:
    return _SEAL + blake2b(body, digest_size=_BYTES).hexdigest().encode() + _VALUE
