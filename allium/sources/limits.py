"""What a request for a document may take, and what it may be spared by."""

import re
from typing import Final

from msgspec import Struct

LONGEST: Final = 512
"""Of a header's value that is kept or followed; real validators have at most a hundred."""
_SENDABLE = re.compile(r"[!-~]([ -~]*[!-~])?")


class RequestLimits(Struct, frozen=True):
    """The most that one document may take: seconds in all, bytes as sent and as unpacked."""

    seconds: float
    size: int


class Validators(Struct, frozen=True):
    """What a server said to recognise a document by."""

    last_modified: str | None = None
    etag: str | None = None

    def sendable(self) -> "Validators":
        """Return those that a header can carry back: a server that cannot have one gets none."""
        return Validators(sendable(self.last_modified), sendable(self.etag))


def sendable(header: str | None) -> str | None:
    """Return a header's value when it is printable ASCII of a sensible length, else `None`."""
    if header is None or len(header) > LONGEST or _SENDABLE.fullmatch(header) is None:
        return None
    return header
