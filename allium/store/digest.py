"""Content digests."""

from collections.abc import Iterable
from hashlib import blake2b


def digest(*parts: bytes) -> str:
    """Return 32 hexadecimal digits that differ when any part differs."""
    total = blake2b(digest_size=16)
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()


def digest_files(paths: Iterable[tuple[str, bytes]]) -> str:
    """Return the digest of named contents; neither names nor borders can be confused."""
    return digest(*(part for name, contents in paths for part in (name.encode(), contents)))
