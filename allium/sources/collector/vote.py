"""A vote of a directory authority, read from its document."""

import re
from hashlib import sha1, sha256
from typing import Final

from allium import formatting
from allium.model.relay import Time
from allium.model.votes import BandwidthFile, FlagThresholds, Vote, VoteHead
from allium.sources.collector import lines
from allium.sources.collector.entries import MILLION, USUAL, millionths, opinions, usual_opinions
from allium.sources.collector.lines import Body, Document, pairs
from allium.sources.request import UnusableError

_START: Final = b"network-status-version "
_END: Final = b"\ndirectory-signature "
_SHA256_DIGITS: Final = 64
_WHOLE: Final = re.compile(rb"[0-9]{1,12}")
_PERCENT: Final = re.compile(rb"([0-9]{1,3})(?:\.([0-9]{1,6}))?%")
_SOFTWARE: Final = re.compile(rb"[A-Za-z0-9._+-]{1,32}")
_COUNTRY: Final = re.compile(rb"[A-Z]{2}")
_BYTES_OF_KILOBYTE: Final = 1000
"""Tor multiplies its bounds in kB/s by this in a vote (dirserv_get_flag_thresholds_line)."""


def read(body: Body, *, identity: str, digest: str, hour: Time) -> Vote:
    """Return the vote of an authority for an hour.

    Raises `UnusableError` unless the document is complete, and the one that was counted: its digest
    is the one that the consensus names.
    """
    if digest_of(body, digits=len(digest)) != digest:
        raise UnusableError("its digest is not the one that the consensus names")
    document = Document(body)
    document.check_kind("vote")
    head = _head(document)
    if head.valid_after != hour:
        raise UnusableError(f"of {head.valid_after} UTC, not of {hour}")
    if head.identity != identity:
        raise UnusableError(f"of {head.identity}, not of {identity}")
    usual = usual_opinions(document.all_like(USUAL) or (), head.known_flags)
    found = usual or opinions(document.entries(), head.known_flags, document.left_out)
    return Vote(head, found, dict(sorted(document.left_out.items())))


def digest_of(body: Body, *, digits: int = 40) -> str:
    """Return the digest that names a vote: SHA-1, or SHA-256 when it has 64 digits.

    It is of the bytes from the first line to the space after the first `directory-signature`
    (CollecTor: VotePersistence). Empty for a document without these.
    """
    start = 0 if body[: len(_START)] == _START else body.find(b"\n" + _START) + 1
    end = body.find(_END)
    if end < 0 or body[start : start + len(_START)] != _START:
        return ""
    made = sha256 if digits == _SHA256_DIGITS else sha1
    return made(memoryview(body)[start : end + len(_END)]).hexdigest().upper()


def _head(document: Document) -> VoteHead:
    source = document.required("dir-source", _source)
    return VoteHead(
        nickname=lines.nickname(source[0]) or "unnamed",
        identity=source[1].decode(),
        host=lines.host(source[2]),
        address=lines.address(source[3]),
        dir_port=lines.port(source[4]),
        or_port=lines.port(source[5]),
        valid_after=document.required("valid-after", lines.time),
        published=document.read("published", lines.time),
        methods=document.read("consensus-methods", lines.methods) or (1,),
        known_flags=document.flags(),
        thresholds=document.read("flag-thresholds", thresholds),
        params=document.numbers(document.line("params")),
        client_versions=document.versions("client-versions"),
        server_versions=document.versions("server-versions"),
        bandwidth_file=document.read("bandwidth-file-headers", bandwidth_file),
        certificate_ends=document.read("dir-key-expires", lines.time),
    )


def _source(line: bytes) -> list[bytes] | None:
    """Return nickname, identity, host, address, DirPort and ORPort (the ports in this order)."""
    found = line.split()
    return found if len(found) >= 6 and lines.identity(found[1]) else None


def thresholds(line: bytes) -> FlagThresholds:
    """Return the bounds of a line `flag-thresholds`; they have mixed units there."""
    found = pairs(line)
    return FlagThresholds(
        stable_uptime=_whole(found.get(b"stable-uptime")),
        stable_mtbf=_whole(found.get(b"stable-mtbf")),
        fast=_kilobytes(found.get(b"fast-speed")),
        guard_wfu=_share(found.get(b"guard-wfu")),
        guard_known=_whole(found.get(b"guard-tk")),
        guard_bandwidth_with_exits=_kilobytes(found.get(b"guard-bw-inc-exits")),
        guard_bandwidth_without_exits=_kilobytes(found.get(b"guard-bw-exc-exits")),
        enough_mtbf=_truth(found.get(b"enough-mtbf")),
        ignores_claims=_truth(found.get(b"ignoring-advertised-bws")),
        hsdir_wfu=_share(found.get(b"hsdir-wfu")),
        hsdir_known=_whole(found.get(b"hsdir-tk")),
    )


def _whole(word: bytes | None) -> int | None:
    return int(word) if word is not None and _WHOLE.fullmatch(word) else None


def _kilobytes(word: bytes | None) -> int | None:
    found = _whole(word)
    return None if found is None else found // _BYTES_OF_KILOBYTE


def _truth(word: bytes | None) -> bool | None:
    return {b"0": False, b"1": True}.get(word or b"")


def _share(word: bytes | None) -> int | None:
    """Return a share in millionths, given as `98.000%` or as a fraction."""
    if word is None:
        return None
    matched = _PERCENT.fullmatch(word)
    if matched is None:
        return millionths(word)
    found = (int(matched[1]) * MILLION + int((matched[2] or b"").ljust(6, b"0"))) // 100
    return found if found <= MILLION else None


def bandwidth_file(line: bytes) -> BandwidthFile:
    """Return what a line `bandwidth-file-headers` tells; an empty one: the file cannot be used.

    Tor writes the line with nothing behind it when the file is missing or too old.
    """
    found = pairs(line)
    if not found:
        return BandwidthFile(usable=False)
    country = found.get(b"scanner_country", b"")
    return BandwidthFile(
        usable=True,
        software=_software(found.get(b"software")),
        version=_software(found.get(b"software_version")),
        made=_made(found),
        country=country.decode() if _COUNTRY.fullmatch(country) else None,
    )


def _software(word: bytes | None) -> str | None:
    return word.decode() if word is not None and _SOFTWARE.fullmatch(word) else None


def _made(found: dict[bytes, bytes]) -> Time | None:
    """Return when a file was made; older formats tell the time of its latest result only."""
    created = lines.time(found.get(b"file_created", b"").replace(b"T", b" "))
    stamp = _whole(found.get(b"timestamp"))
    if created is not None or stamp is None:
        return created
    return lines.time(formatting.time_of(min(stamp, 1 << 32)).encode())
