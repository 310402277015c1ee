"""A request and the reply to it, as two processes pass them on."""

from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from allium.sources.limits import RequestLimits, Validators

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
