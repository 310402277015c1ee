"""A consensus of the directory authorities, read from its document."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from allium.model.relay import Time
from allium.model.votes import AUTHORITIES, Consensus, Voter
from allium.sources.collector import lines
from allium.sources.collector.entries import consensus_relays
from allium.sources.collector.lines import Body, Document, words
from allium.sources.request import UnusableError

MOST_VOTERS: Final = 32
MOST_SIGNATURES: Final = 64
_DIGEST: Final = re.compile(rb"[0-9A-F]{40}|[0-9A-F]{64}")
_PROTOCOLS: Final = (
    "recommended-client-protocols",
    "recommended-relay-protocols",
    "required-client-protocols",
    "required-relay-protocols",
)
_PROTOCOL_LIST: Final = re.compile(rb"[A-Za-z0-9=, -]{0,1000}")


def read(body: Body, *, hour: Time) -> Consensus:
    """Return the consensus of an hour.

    Raises `UnusableError` when the document is no complete consensus of that hour.
    """
    document = Document(body)
    document.check_kind("consensus")
    valid_after = document.required("valid-after", lines.time)
    if valid_after != hour:
        raise UnusableError(f"of {valid_after} UTC, not of {hour}")
    known = document.flags()
    return Consensus(
        method=max(document.read("consensus-method", lines.methods) or (1,)),
        valid_after=valid_after,
        fresh_until=document.required("fresh-until", lines.time),
        valid_until=document.required("valid-until", lines.time),
        voters=_voters(document),
        signers=_signers(document),
        relays=consensus_relays(document.entries(), known, document.left_out),
        known_flags=known,
        params=document.numbers(document.line("params")),
        client_versions=document.versions("client-versions"),
        server_versions=document.versions("server-versions"),
        protocols=_protocols(document),
        bandwidth_weights=_weights(document),
        left_out=dict(sorted(document.left_out.items())),
    )


def _voters(document: Document) -> tuple[Voter, ...]:
    """Return those whose votes were counted, each once; a legacy key has no vote of its own."""
    found: dict[str, Voter] = {}
    source: list[bytes] = []
    sources = 0
    for keyword, rest in words(document.head):
        if keyword == b"dir-source":
            source, sources = rest.split(), sources + 1
        elif keyword == b"vote-digest":
            voter = _voter(source, rest)
            if voter is None:
                document.left_out["voters"] += 1
            else:
                found.setdefault(voter.identity, voter)
    if sources > MOST_VOTERS:
        raise UnusableError(f"more than {MOST_VOTERS} voters")
    if not found:
        raise UnusableError("it names no vote")
    return tuple(_named_apart(found[name] for name in sorted(found)))


def _named_apart(voters: Iterable[Voter]) -> Iterator[Voter]:
    """Yield voters with a name of its own each; a number follows that which another one has.

    Anybody may call himself as an authority is called, but for the identity that Tor knows.
    """
    names = {one.identity: one.nickname for one in AUTHORITIES}
    taken = Counter(names.values())
    for voter in voters:
        name = names.get(voter.identity)
        if name is None:
            taken[voter.nickname] += 1
            number = taken[voter.nickname]
            name = voter.nickname if number == 1 else f"{voter.nickname}-{number}"
        yield replace(voter, nickname=name)


def _voter(source: list[bytes], digest: bytes) -> Voter | None:
    identity = lines.identity(source[1]) if len(source) >= 6 else None
    if identity is None or _DIGEST.fullmatch(digest) is None:
        return None
    return Voter(
        nickname=lines.nickname(source[0]) or "unnamed",
        identity=identity,
        digest=digest.decode(),
        address=lines.address(source[3]),
        or_port=lines.port(source[5]),
    )


def _signers(document: Document) -> tuple[str, ...]:
    """Return who signed; the word of an algorithm may stand before the identity."""
    found = [rest.split() for keyword, rest in words(document.footer) if keyword == _SIGNATURE]
    if len(found) > MOST_SIGNATURES:
        raise UnusableError(f"more than {MOST_SIGNATURES} signatures")
    return tuple(sorted(set(_identities(found))))


_SIGNATURE: Final = b"directory-signature"


def _identities(signatures: list[list[bytes]]) -> Iterator[str]:
    for signature in signatures:
        identity = lines.identity(signature[-2]) if len(signature) >= 2 else None
        if identity is not None:
            yield identity


def _protocols(document: Document) -> dict[str, str]:
    found = {name: document.line(name) for name in _PROTOCOLS}
    return {
        name: line.decode()
        for name, line in found.items()
        if line is not None and _PROTOCOL_LIST.fullmatch(line)
    }


def _weights(document: Document) -> dict[str, int]:
    found = (rest for keyword, rest in words(document.footer) if keyword == b"bandwidth-weights")
    return document.numbers(next(found, None))
