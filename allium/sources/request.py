"""What a request for a document may take, and what it may be spared by."""

import re
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from allium.model.snapshot import Refusal
from allium.printable import PrintableError


class SourceError(PrintableError):
    """A document cannot be had or is not what it should be; the message names it and the cause."""


class PassingError(SourceError):
    """A failure that another attempt may not meet: a timeout, a full server, a cut body."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AbsentError(SourceError):
    """There is no such document where it should be, which another attempt now will not change."""


class UnusableError(SourceError):
    """A document that came and cannot be used, for the reason `refusal`."""

    def __init__(self, message: str, refusal: Refusal = "unreadable") -> None:
        super().__init__(message)
        self.refusal = refusal


class NoDetailsError(SourceError):
    """There is no usable details document, fresh or old: nothing can be built."""


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


JSON: Final = "application/json"
TEXT: Final = "text/plain"
Method: TypeAlias = Literal["GET", "HEAD"]


class Request(Struct, frozen=True, kw_only=True):
    """What is asked for, with which limits; `known` are the validators of what is there already.

    `accept` is the media type that is asked for.
    """

    url: str
    limits: RequestLimits
    method: Method = "GET"
    known: Validators | None = None
    accept: str = JSON


class Reply(Struct, frozen=True, kw_only=True):
    """What came of a request: a status with validators, or the `problem` that it ended with.

    `absent` says that the server has no such document.
    """

    status: int = 0
    validators: Validators = Validators()
    problem: str | None = None
    absent: bool = False


def encoded(value: Request | Reply) -> bytes:
    """Return a request or a reply as one line."""
    return msgspec.json.encode(value) + b"\n"
