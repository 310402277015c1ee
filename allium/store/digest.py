"""Content digests."""

from hashlib import blake2b


def digest(*parts: bytes) -> str:
    """Return 32 hexadecimal digits that differ when any part differs."""
    total = blake2b(digest_size=16)
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()
