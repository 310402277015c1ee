"""The entries of relays in a vote or a consensus, reduced to columns.

A vote has five megabytes and more, of which 43 bytes a relay are used. An entry is looked through
for the few lines that count, whatever their order and whatever stands between them.
"""

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections import Counter
from collections.abc import Iterable, Sequence
from struct import pack
from typing import Final, TypeAlias, TypeVar

from allium.model.relay import Flag
from allium.model.votes import (
    AUTHORITYS_OWN,
    ENTRIES,
    FINGERPRINT_BYTES,
    REACHED_IPV6,
    UNMEASURED,
    ConsensusRelays,
    Opinions,
)
from allium.sources.collector.lines import pairs

T = TypeVar("T")

MILLION: Final = 1_000_000
_LARGEST: Final = (1 << 32) - 2
"""What a column can hold; a longer time is cut to it (136 years)."""
_ARGUMENTS: Final = 8
"""Of an `r` line: nickname, identity, digest, day, time, address, ORPort, DirPort."""
_IDENTITY_CHARACTERS: Final = 27
_RATE: Final = re.compile(rb"[0-9]{1,10}")
_SECONDS: Final = re.compile(rb"[0-9]{1,12}")
_FRACTION: Final = re.compile(rb"([01])(?:\.([0-9]{1,12}))?")
_LINE: Final = rb"[^\n]{0,9999}+"
USUAL: Final = re.compile(
    rb"\nr [^ \n]{1,99}+ ([A-Za-z0-9+/]{27})(?: [^ \n]{1,99}+){6,9}+\n"
    rb"(a \[" + _LINE + rb"\n)?+"
    rb"s( " + _LINE + rb")?+\n"
    rb"(?:(?:v|pr) " + _LINE + rb"\n)*+"
    rb"w Bandwidth=([0-9]{1,9})(?: Measured(ButAuthority)?+=([0-9]{1,9}))?+\n"
    rb"(?:(?:p|id|m) " + _LINE + rb"\n)*+"
    rb"stats wfu=(0\.[0-9]{6}|1\.000000) tk=([0-9]{1,9}) mtbf=([0-3]?[0-9]{1,9})"
    rb"(?:\nm " + _LINE + rb")*+(?=\nr |\Z)"
)
"""An entry as Tor 0.4.6 and later write it, to find all entries of a vote in one step.

That takes half of the time of looking through the lines of each.
"""

Row: TypeAlias = tuple[bytes | None, int, int, int, int, int, int]
"""The flags of an entry, its five numbers, one more than the value each, and its marks."""


class FlagSets:
    """Numbers the sets of flags in which relays are listed: a few dozen stand for all."""

    def __init__(self, known: tuple[Flag, ...]) -> None:
        self._known = {flag.encode(): flag for flag in known}
        self._by_line: dict[bytes | None, int] = {}
        self._by_set: dict[frozenset[Flag], int] = {}

    def number(self, line: bytes | None) -> int:
        """Return the number of the set on an `s` line; flags that are not known do not count."""
        number = self._by_line.get(line)
        if number is None:
            names = (line or b"").split()
            found = frozenset(self._known[name] for name in names if name in self._known)
            number = self._by_set.setdefault(found, len(self._by_set))
            self._by_line[line] = number
        return number

    @property
    def all(self) -> tuple[frozenset[Flag], ...]:
        """The sets by number."""
        return tuple(self._by_set)


def opinions(entries: Iterable[bytes], known: tuple[Flag, ...], left_out: Counter[str]) -> Opinions:
    """Return the opinions of a vote; `left_out` counts what could not be used."""
    found: dict[bytes, Row] = {}
    for chunk in entries:
        name = fingerprint(_identity(chunk))
        if _is_new(name, found, left_out):
            found[name] = _row(chunk, left_out)
    lines, *columns, marks = zip(*found.values(), strict=True) if found else [()] * 7
    return _opinions(list(found), known, lines, columns, marks)


def usual_opinions(
    entries: Sequence[tuple[bytes, ...]], known: tuple[Flag, ...]
) -> Opinions | None:
    """Return the opinions of a vote, given what `USUAL` finds in each of its entries.

    `None` when one of them is not the only one of a relay.
    """
    if not entries:
        return None
    identities, ipv6, lines, claimed, own, measured, wfu, times, mtbf = zip(*entries, strict=True)
    names = [fingerprint(identity) for identity in identities]
    if b"" in names or len(set(names)) < len(names):
        return None
    parts = [share.replace(b".", b"") for share in wfu]
    columns = [
        [int(word) + 1 if word else 0 for word in column]
        for column in (claimed, measured, parts, times, mtbf)
    ]
    marks = [
        (REACHED_IPV6 if reached else 0) | (AUTHORITYS_OWN if its else 0)
        for reached, its in zip(ipv6, own, strict=True)
    ]
    return _opinions(names, known, lines, columns, marks)


def _opinions(
    names: list[bytes],
    known: tuple[Flag, ...],
    lines: Sequence[bytes | None],
    columns: Sequence[Sequence[int]],
    marks: Sequence[int],
) -> Opinions:
    sets = FlagSets(known)
    claimed, measured, wfu, times, mtbf = map(_packed, columns)
    return Opinions(
        relays=b"".join(names),
        flags=pack(f"<{len(names)}H", *map(sets.number, lines)),
        flag_sets=sets.all,
        claimed=claimed,
        measured=measured,
        wfu=wfu,
        known=times,
        mtbf=mtbf,
        marks=bytes(marks),
    )


def consensus_relays(
    entries: Iterable[bytes], known: tuple[Flag, ...], left_out: Counter[str]
) -> ConsensusRelays:
    """Return the relays of a consensus; see `opinions`."""
    found: dict[bytes, tuple[bytes | None, int, int]] = {}
    for chunk in entries:
        name = fingerprint(_identity(chunk))
        if _is_new(name, found, left_out):
            said = pairs(_line(chunk, b"\nw ") or b"")
            weight = _rate(said.get(b"Bandwidth"), left_out)
            mark = UNMEASURED * (said.get(b"Unmeasured") == b"1")
            found[name] = _line(chunk, b"\ns "), weight, mark
    sets = FlagSets(known)
    lines, weights, marks = zip(*found.values(), strict=True) if found else [()] * 3
    return ConsensusRelays(
        relays=b"".join(found),
        flags=pack(f"<{len(found)}H", *map(sets.number, lines)),
        flag_sets=sets.all,
        weight=_packed(weights),
        marks=bytes(marks),
    )


def _packed(column: Sequence[int]) -> bytes:
    return pack(f"<{len(column)}I", *column)


def _is_new(name: bytes, found: dict[bytes, T], left_out: Counter[str]) -> bool:
    """Tell whether an entry counts: that of a relay, and the first one of it."""
    if not name:
        left_out[ENTRIES] += 1
    elif name in found:
        left_out["second_entries"] += 1
    else:
        return True
    return False


def _identity(chunk: bytes) -> bytes:
    """Return the identity on an `r` line; empty when the line lacks arguments."""
    found = chunk.partition(b"\n")[0].split(b" ")
    return found[1] if len(found) >= _ARGUMENTS else b""


def fingerprint(identity: bytes) -> bytes:
    """Return an identity as 20 bytes; empty when it is none.

    It is written in base64 without padding.
    """
    if len(identity) != _IDENTITY_CHARACTERS:
        return b""
    try:
        found = a2b_base64(identity + b"=", strict_mode=True)
    except NotBase64:
        return b""
    return found if len(found) == FINGERPRINT_BYTES else b""


def _row(chunk: bytes, left_out: Counter[str]) -> Row:
    bandwidths = pairs(_line(chunk, b"\nw ") or b"")
    own = b"Measured" not in bandwidths and b"MeasuredButAuthority" in bandwidths
    seen = bandwidths.get(b"MeasuredButAuthority" if own else b"Measured")
    stats = pairs(_line(chunk, b"\nstats ") or b"")
    return (
        _line(chunk, b"\ns "),
        _rate(bandwidths.get(b"Bandwidth"), left_out),
        _rate(seen, left_out),
        _share(stats.get(b"wfu"), left_out),
        _seconds(stats.get(b"tk"), left_out),
        _seconds(stats.get(b"mtbf"), left_out),
        REACHED_IPV6 * (b"\na [" in chunk) | AUTHORITYS_OWN * own,
    )


def _line(chunk: bytes, keyword: bytes) -> bytes | None:
    """Return the arguments of the first line with a keyword, given between line feed and space."""
    at = chunk.find(keyword)
    if at < 0:
        return None
    end = chunk.find(b"\n", at + 1)
    return chunk[at + len(keyword) : end if end > 0 else len(chunk)]


def _rate(word: bytes | None, left_out: Counter[str]) -> int:
    if word is None:
        return 0
    if _RATE.fullmatch(word) and int(word) <= _LARGEST:
        return int(word) + 1
    left_out["numbers"] += 1
    return 0


def _seconds(word: bytes | None, left_out: Counter[str]) -> int:
    if word is None:
        return 0
    if _SECONDS.fullmatch(word):
        return min(int(word), _LARGEST) + 1
    left_out["numbers"] += 1
    return 0


def _share(word: bytes | None, left_out: Counter[str]) -> int:
    if word is None:
        return 0
    found = millionths(word)
    if found is not None:
        return found + 1
    left_out["numbers"] += 1
    return 0


def millionths(word: bytes) -> int | None:
    """Return a fraction from 0 to 1 in whole millionths, cut; `None` when it is none."""
    matched = _FRACTION.fullmatch(word)
    if matched is None:
        return None
    found = int(matched[1]) * MILLION + int((matched[2] or b"").ljust(6, b"0")[:6])
    return found if found <= MILLION else None
