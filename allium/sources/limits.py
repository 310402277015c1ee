"""What a request for a document may take, and what it may be spared by."""

from msgspec import Struct


class Limits(Struct, frozen=True):
    """The most that one document may take: seconds in all, bytes when unpacked."""

    seconds: float
    size: int


class Validators(Struct, frozen=True):
    """What a server said to recognise a document by."""

    last_modified: str | None = None
    etag: str | None = None
