"""One document over HTTP: conditional, bounded in time and size, patient with passing failures."""

import random
import time
import zlib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from allium import __version__
from allium.sources.errors import PassingError, SourceError
from allium.sources.limits import Limits, Validators

WAITS: Final = (2.0, 4.0, 8.0)
REDIRECTS: Final = 3
CONNECT_SECONDS: Final = 15.0
READ_SECONDS: Final = 30.0
CHUNK: Final = 1 << 16
RETRIED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
HEADERS: Final = {
    "Accept": "application/json",
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


def download(
    url: str, into: Path, known: Validators | None, limits: Limits, clock: Clock
) -> Validators | None:
    """Write the document at `url`, unpacked, to the file `into`; `None` when it is still `known`.

    Raises `SourceError` after a permanent failure, or when attempts or time have run out.
    """
    deadline = Deadline(clock, limits.seconds)
    waits: Iterator[float] = iter(WAITS)
    while True:
        try:
            return _attempt(url, into, known, limits.size, deadline)
        except PassingError as error:
            pause = _pause(error, next(waits, None), clock)
            if pause is None or pause >= deadline.left():
                raise SourceError(f"{url}: {error}") from error
            clock.sleep(pause)


def _pause(error: PassingError, wait: float | None, clock: Clock) -> float | None:
    if wait is None:
        return None
    return error.retry_after if error.retry_after is not None else wait + clock.jitter()


def _attempt(
    url: str, into: Path, known: Validators | None, cap: int, deadline: Deadline
) -> Validators | None:
    try:
        with _opened(url, known, deadline) as answer:
            if answer.status_code == 304:
                if known is None:
                    raise SourceError(f"{url}: 304 Not Modified, but nothing was known")
                return None
            _check_status(url, answer)
            _store(url, answer, into, cap, deadline)
            return Validators(answer.headers.get("Last-Modified"), answer.headers.get("ETag"))
    except requests.exceptions.SSLError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise SourceError(f"{url}: the server's certificate is not valid: {error}") from error
        raise PassingError(f"TLS failed: {error}") from error
    except (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError) as error:
        raise PassingError(_cause(error)) from error
    except requests.RequestException as error:
        raise SourceError(f"{url}: {error}") from error


def _opened(url: str, known: Validators | None, deadline: Deadline) -> requests.Response:
    """Return the answer behind at most three redirects, its body not yet read."""
    headers = dict(HEADERS)
    if known is not None and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    if known is not None and known.etag:
        headers["If-None-Match"] = known.etag
    session = requests.Session()
    session.trust_env = False  # nobody's netrc; no proxy that the settings do not name
    for _ in range(REDIRECTS + 1):
        left = deadline.checked()
        answer = session.get(
            url,
            headers=headers,
            stream=True,
            allow_redirects=False,
            timeout=(min(CONNECT_SECONDS, left), min(READ_SECONDS, left)),
        )
        if not answer.is_redirect:
            return answer
        answer.close()
        url = _redirected(url, answer.headers["Location"])
    raise SourceError(f"{url}: more than {REDIRECTS} redirects")


def _redirected(url: str, location: str) -> str:
    """Return where a redirect leads.

    Raises `SourceError` unless it stays with HTTP, and never from HTTPS to plain HTTP.
    """
    allowed = {"https"} if urlsplit(url).scheme == "https" else {"http", "https"}
    try:
        target = urljoin(url, location)
        scheme = urlsplit(target).scheme
    except ValueError:
        target, scheme = location, ""
    if scheme not in allowed:
        raise SourceError(f"{url}: refused to follow a redirect to {target[:200]!r}")
    return target


def _check_status(url: str, answer: requests.Response) -> None:
    words = str(answer.status_code)
    if answer.status_code in RETRIED:
        raise PassingError(words, _retry_after(answer.headers.get("Retry-After")))
    if answer.status_code != 200:
        raise SourceError(f"{url}: {words}")
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip"}:
        raise SourceError(f"{url}: unexpected Content-Encoding {coding[:40]!r}")


def _retry_after(header: str | None) -> float | None:
    """Return the seconds that a server asks to wait; a date counts from the server's now."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(0.0, moment - time.time())


def _store(url: str, answer: requests.Response, into: Path, cap: int, deadline: Deadline) -> None:
    packed = answer.headers.get("Content-Encoding", "").strip().lower() == "gzip"
    chunks = _chunks(answer, deadline)
    size = 0
    with into.open("wb") as stream:
        for piece in _unpacked(chunks) if packed else chunks:
            size += len(piece)
            if size > cap:
                raise SourceError(f"{url}: larger than {cap:,} bytes")
            stream.write(piece)


def _chunks(answer: requests.Response, deadline: Deadline) -> Iterator[bytes]:
    """Yield the body as it arrives; a server that drips is cut off at the deadline."""
    while chunk := answer.raw.read1(CHUNK, decode_content=False):
        deadline.checked()
        yield chunk


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
