"""The one function that makes requests: conditional, bounded in bytes, patient with failures.

It is called where it can be ended: see `client`, which every other module asks.
"""

import random
import time
import traceback
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.utils import parsedate_to_datetime
from typing import BinaryIO, Final
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from allium import __version__
from allium.sources.request import (
    AbsentError,
    PassingError,
    Reply,
    Request,
    SourceError,
    Validators,
    sendable,
)

WAITS: Final = (2.0, 4.0, 8.0)
REDIRECTS: Final = 3
CONNECT_SECONDS: Final = 15.0
READ_SECONDS: Final = 30.0
CHUNK: Final = 1 << 16
NOT_MODIFIED: Final = 304
ABSENT: Final = frozenset({404, 410})
RETRIED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
AUTHORITIES: bool | str = True
"""Who vouches for servers: those that the library trusts, whatever the environment says."""
HEADERS: Final = {
    "Accept-Encoding": "gzip",
    "User-Agent": f"allium/{__version__}",
}


class Clock:
    """The time, as a test may replace it."""

    def now(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def jitter(self) -> float:
        """Return up to a second by which clients that failed together part."""
        return random.random()  # noqa: S311  no secret depends on it


class Deadline:
    """The moment at which all attempts at one document end."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.now() + seconds

    def left(self) -> float:
        """Return the seconds that are left, perhaps negative."""
        return self._end - self._clock.now()

    def checked(self) -> float:
        """Return the seconds that are left.

        Raises `PassingError` when there are none.
        """
        left = self.left()
        if left <= 0:
            raise PassingError("no time left")
        return left


def answer(request: Request, body: BinaryIO, clock: Clock) -> Reply:
    """Write the document that is asked for, unpacked, to the file `body`.

    The status is 304 when it is still the known one. The deadline is looked at between reads only.
    Raises `SourceError` after a permanent failure, or when attempts or time have run out, and for
    whatever else the libraries make of what a server sends.
    """
    deadline = Deadline(clock, request.limits.seconds)
    waits = iter(WAITS if request.method == "GET" else ())
    while True:
        try:
            return _attempt(request, body, deadline)
        except PassingError as error:
            pause = _pause(error, next(waits, None), clock)
            if pause is None or pause >= deadline.left():
                raise SourceError(str(error)) from error
            clock.sleep(pause)


def _pause(error: PassingError, wait: float | None, clock: Clock) -> float | None:
    if wait is None:
        return None
    return error.retry_after if error.retry_after is not None else wait + clock.jitter()


def _attempt(request: Request, body: BinaryIO, deadline: Deadline) -> Reply:
    try:
        with _opened(request, deadline) as response:
            return _reply(request, response, body, deadline)
    except SourceError:
        raise
    except requests.exceptions.SSLError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise SourceError(f"the server's certificate is not valid: {error}") from error
        raise PassingError(f"TLS failed: {error}") from error
    except (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError) as error:
        raise PassingError(_cause(error)) from error
    except requests.RequestException as error:
        raise SourceError(str(error)) from error
    except Exception as error:
        raise SourceError(f"{_cause(error)} ({_place(error)})") from error


def _reply(
    request: Request, response: requests.Response, body: BinaryIO, deadline: Deadline
) -> Reply:
    status = response.status_code
    if status == NOT_MODIFIED:
        if request.known is None:
            raise SourceError("304 Not Modified, but nothing was known")
        return Reply(status=status)
    _check_status(response)
    if request.method == "GET":
        _store(response, body, request.limits.size, deadline)
    validators = Validators(response.headers.get("Last-Modified"), response.headers.get("ETag"))
    return Reply(status=status, validators=validators.sendable())


@contextmanager
def _opened(request: Request, deadline: Deadline) -> Iterator[requests.Response]:
    """Yield the answer behind at most three redirects, its body not yet read.

    The adapter knows no cookies, no netrc, no proxy of the environment, and follows no redirect: a
    session would read the whole body of one.
    """
    url = request.url
    with closing(HTTPAdapter()) as adapter:
        for _ in range(REDIRECTS + 1):
            asked = requests.Request(request.method, url, headers=_headers(request)).prepare()
            left = deadline.checked()
            patience = (min(CONNECT_SECONDS, left), min(READ_SECONDS, left))
            response = adapter.send(asked, stream=True, timeout=patience, verify=AUTHORITIES)
            with closing(response):
                if not response.is_redirect:
                    yield response
                    return
                url = _redirected(url, response.headers["Location"])
    raise SourceError(f"more than {REDIRECTS} redirects")


def _headers(request: Request) -> dict[str, str]:
    validators = (request.known or Validators()).sendable()
    conditions = {"If-Modified-Since": validators.last_modified, "If-None-Match": validators.etag}
    asked = {name: value for name, value in conditions.items() if value is not None}
    return HEADERS | {"Accept": request.accept} | asked


def _redirected(url: str, location: str) -> str:
    """Return where a redirect leads.

    Raises `SourceError` unless it stays with HTTP, and never from HTTPS to plain HTTP.
    """
    allowed = {"https"} if urlsplit(url).scheme == "https" else {"http", "https"}
    try:
        target = urljoin(url, sendable(location) or "")
        parts = urlsplit(target)
        is_allowed = (
            sendable(location) is not None and parts.scheme in allowed and bool(parts.hostname)
        )
    except ValueError:
        is_allowed = False
    if not is_allowed:
        raise SourceError(f"refused to follow a redirect to {location[:200]!r}")
    return target


def _check_status(response: requests.Response) -> None:
    words = str(response.status_code)
    if response.status_code in RETRIED:
        raise PassingError(words, _retry_after(response.headers.get("Retry-After")))
    if response.status_code in ABSENT:
        raise AbsentError(words)
    if response.status_code != 200:
        raise SourceError(words)
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip"}:
        raise SourceError(f"unexpected Content-Encoding {coding[:40]!r}")


def _retry_after(header: str | None) -> float | None:
    """Return the seconds that a server asks to wait; a date counts from the server's now."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return max(0.0, moment - time.time())


def _store(response: requests.Response, body: BinaryIO, cap: int, deadline: Deadline) -> None:
    packed = response.headers.get("Content-Encoding", "").strip().lower() == "gzip"
    chunks = _capped(_chunks(response, deadline), cap)
    pieces = _capped(_unpacked(chunks), cap) if packed else chunks
    body.seek(0)
    body.truncate()
    for piece in pieces:
        _write(body, piece)


def _write(body: BinaryIO, piece: bytes) -> None:
    try:
        body.write(piece)
        body.flush()
    except OSError as error:
        raise SourceError(f"it cannot be kept: {error.strerror}") from error


def _chunks(response: requests.Response, deadline: Deadline) -> Iterator[bytes]:
    """Yield the body as it arrives; a server that drips is cut off at the deadline."""
    while chunk := response.raw.read1(CHUNK, decode_content=False):
        deadline.checked()
        yield chunk


def _capped(pieces: Iterator[bytes], cap: int) -> Iterator[bytes]:
    """Yield what there is; raises `SourceError` before it passes so many bytes."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > cap:
            raise SourceError(f"larger than {cap:,} bytes")
        yield piece


def _unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a gzip stream unpacked, never more than a chunk at a time."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for chunk in chunks:
            waiting = chunk
            while waiting:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(wbits=31)
                yield unpacker.decompress(waiting, CHUNK)
                waiting = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error as error:
        raise PassingError(f"the gzip stream is damaged: {error}") from error
    if not unpacker.eof:
        raise PassingError("the gzip stream ends too early")


def _cause(error: Exception) -> str:
    """Return the last cause of a failure, which is the one that tells something."""
    cause: BaseException = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__ or cause
    return f"{type(cause).__name__}: {cause}"


def _place(error: Exception) -> str:
    """Return the line of this program at which a failure that nobody expected came out."""
    frames = traceback.extract_tb(error.__traceback__)
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == __file__), None)
    return f"{__file__}, line {line}"
