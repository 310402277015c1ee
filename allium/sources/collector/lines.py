"""The lines of directory documents, and the words in them that may be kept.

Nothing in a vote may stop a build: all work is on bytes, and only what matched its pattern becomes
text. dir-spec: a keyword, one space, arguments; the order of lines is not relied on.
"""

import mmap
import re
from collections import Counter
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Final, TypeAlias, TypeVar

from allium.model.relay import Flag, Time
from allium.sources.onionoo.details_record import is_day
from allium.sources.request import UnusableError

T = TypeVar("T")
Body: TypeAlias = bytes | mmap.mmap

MOST_ENTRIES: Final = 100_000
LONGEST_LINE: Final = 1 << 16
MOST_FLAGS: Final = 64
"""Tor: MAX_KNOWN_FLAGS_IN_VOTE."""
MOST_PARAMS: Final = 500
IDENTITY: Final = re.compile(rb"[0-9A-F]{40}")

_NICKNAME: Final = re.compile(rb"[A-Za-z0-9]{1,19}")
_HOST: Final = re.compile(rb"[A-Za-z0-9.:-]{1,253}")
_FLAG: Final = re.compile(rb"[A-Za-z0-9]{1,32}")
_VERSION: Final = re.compile(rb"[0-9A-Za-z.+-]{1,40}")
_PARAM: Final = re.compile(rb"([A-Za-z0-9_-]{1,64})=(-?[0-9]{1,10})")
_PORT: Final = re.compile(rb"[0-9]{1,5}")
_METHOD: Final = re.compile(rb"[0-9]{1,3}")
_TIME: Final = re.compile(
    rb"2[01][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3])(:[0-5][0-9]){2}"
)
_OPTIONAL: Final = re.compile(rb"^opt ", re.MULTILINE)


class Document:
    """A vote or a consensus, cut into its head, the entries of relays, and its footer.

    Raises `UnusableError` for one that has no footer with a signature, so that it may be cut off.
    """

    def __init__(self, body: Body) -> None:
        text = _plain(body)
        footer = text.find(b"\ndirectory-footer\n")
        if footer < 0 or text.find(b"\ndirectory-signature ", footer) < 0:
            raise UnusableError("it ends too early")
        first = text.find(b"\nr ", 0, footer)
        self._text, self._footer = text, footer
        self._start = first if first >= 0 else footer
        self.head = text[: first if first >= 0 else footer].split(b"\n")
        self.footer = text[footer + 1 :].split(b"\n")
        self.left_out: Counter[str] = Counter()
        _check_lengths(self.head)
        _check_lengths(self.footer)
        self._first: dict[bytes, bytes] = {}
        for keyword, rest in words(self.head):
            self._first.setdefault(keyword, rest)

    def entries(self) -> Iterator[bytes]:
        """Yield the entry of each relay, without the `r ` that it begins with."""
        start, count = self._start + len(b"\nr "), 0
        while start < self._footer:
            found = self._text.find(b"\nr ", start, self._footer)
            end = found if found >= 0 else self._footer
            chunk, start, count = self._text[start:end], end + len(b"\nr "), count + 1
            if count > MOST_ENTRIES:
                raise UnusableError(f"more than {MOST_ENTRIES:,} entries")
            if len(chunk) > LONGEST_LINE:
                _check_lengths(chunk.split(b"\n"))
            yield chunk

    def all_like(self, pattern: re.Pattern[bytes]) -> list[tuple[bytes, ...]] | None:
        """Return the groups of a pattern for the entry of each relay, with the line feed before it.

        `None` unless it fits all of them.
        """
        body = self._text[self._start : self._footer]
        count = body.count(b"\nr ")
        found = pattern.findall(body) if count <= MOST_ENTRIES else []
        return found if len(found) == count else None

    def line(self, keyword: str) -> bytes | None:
        """Return the arguments of the first such line of the head; `None` when there is none."""
        return self._first.get(keyword.encode())

    def required(self, keyword: str, meaning: Callable[[bytes], T | None]) -> T:
        """Return what a line of the head means.

        Raises `UnusableError` when there is none, or it means nothing.
        """
        value = self.read(keyword, meaning)
        if value is None:
            raise UnusableError(f"no usable line `{keyword}`")
        return value

    def read(self, keyword: str, meaning: Callable[[bytes], T | None]) -> T | None:
        """Return what a line of the head means; `None` without such a line."""
        found = self.line(keyword)
        return None if found is None else meaning(found)

    def check_kind(self, kind: str) -> None:
        """Raise `UnusableError` unless the document is of version 3 and a `kind` of status."""
        if self.line("network-status-version") not in {b"3", b"3 ns"}:
            raise UnusableError("not a network status of version 3")
        if self.line("vote-status") != kind.encode():
            raise UnusableError(f"not a {kind}")

    def flags(self) -> tuple[Flag, ...]:
        """Return the flags that are known to whoever made the document."""
        found = self.required("known-flags", lambda rest: rest.split(b" "))
        if len(found) > MOST_FLAGS:
            raise UnusableError(f"more than {MOST_FLAGS} known flags")
        return tuple(self._kept(found, _FLAG))

    def versions(self, keyword: str) -> tuple[str, ...] | None:
        """Return the versions that a line recommends; `None` without the line."""
        found = self.line(keyword)
        if found is None:
            return None
        return tuple(self._kept([one for one in found.split(b",") if one], _VERSION))

    def _kept(self, found: list[bytes], pattern: re.Pattern[bytes]) -> Iterator[str]:
        for one in found:
            if pattern.fullmatch(one):
                yield one.decode()
            else:
                self.left_out["words"] += 1

    def numbers(self, line: bytes | None) -> dict[str, int]:
        """Return the whole numbers of 32 bits that a line gives to names."""
        found: dict[str, int] = {}
        pairs = line.split() if line else []
        if len(pairs) > MOST_PARAMS:
            raise UnusableError(f"more than {MOST_PARAMS} parameters")
        for pair in pairs:
            matched = _PARAM.fullmatch(pair)
            if matched and -(1 << 31) <= int(matched[2]) < 1 << 31:
                found.setdefault(matched[1].decode(), int(matched[2]))
            else:
                self.left_out["params"] += 1
        return found


def _plain(body: Body) -> Body:
    """Return a document without carriage returns at ends of lines and without `opt `."""
    # One byte is looked for thirty times as quickly as two.
    returns = body.find(b"\r") >= 0 and body.find(b"\r\n") >= 0
    if not returns and body.find(b"\nopt ") < 0:
        return body
    return _OPTIONAL.sub(b"", bytes(body).replace(b"\r\n", b"\n"))


def _check_lengths(lines: list[bytes]) -> None:
    if any(len(line) > LONGEST_LINE for line in lines):
        raise UnusableError(f"a line of more than {LONGEST_LINE:,} bytes")


def words(lines: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keyword and the arguments of each line."""
    for line in lines:
        keyword, _, rest = line.partition(b" ")
        yield keyword, rest


def pairs(line: bytes) -> dict[bytes, bytes]:
    """Return the words `key=value` of a line; of two with one key the first."""
    found: dict[bytes, bytes] = {}
    for word in line.split():
        key, equals, value = word.partition(b"=")
        if equals:
            found.setdefault(key, value)
    return found


def time(word: bytes) -> Time | None:
    """Return a time that the calendar has."""
    if _TIME.fullmatch(word) is None:
        return None
    found = word.decode()
    return found if is_day(found) else None


def identity(word: bytes) -> str | None:
    """Return forty upper-case hexadecimal digits."""
    return _matched(word, IDENTITY)


def nickname(word: bytes) -> str | None:
    """Return the name of a relay or an authority."""
    return _matched(word, _NICKNAME)


def host(word: bytes) -> str | None:
    """Return the name or address of a host."""
    return _matched(word, _HOST)


def address(word: bytes) -> str | None:
    """Return an IP address in its usual spelling."""
    try:
        return str(ip_address(word.decode("ascii", "replace")))
    except ValueError:
        return None


def port(word: bytes) -> int | None:
    """Return the number of a port; `None` for 0, which is none."""
    return (int(word) or None) if _PORT.fullmatch(word) and int(word) < 1 << 16 else None


def methods(line: bytes) -> tuple[int, ...] | None:
    """Return the methods of making a consensus in ascending order; `None` without any."""
    found = {int(word) for word in line.split() if _METHOD.fullmatch(word)}
    return tuple(sorted(found)) or None


def _matched(word: bytes, pattern: re.Pattern[bytes]) -> str | None:
    return word.decode() if pattern.fullmatch(word) else None
