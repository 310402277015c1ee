"""Votes and consensuses as the authorities would publish them: a test names what matters to it."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha1
from pathlib import Path

from allium.model.votes import AUTHORITIES, VoteSet, VoteState
from allium.sources.collector import vote_reading

HOUR = "2026-02-15 16:00:00"
FLAGS = "Authority Exit Fast Guard HSDir Running Stable StaleDesc Sybil V2Dir Valid"
THRESHOLDS = (
    "stable-uptime=457920 stable-mtbf=4440960 fast-speed=102000 guard-wfu=98.000%"
    " guard-tk=691200 guard-bw-inc-exits=27000000 guard-bw-exc-exits=26000000 enough-mtbf=1"
    " ignoring-advertised-bws=1"
)
IDENTITIES = {one.nickname: one.identity for one in AUTHORITIES}
FOLDER = "recent/relay-descriptors"


def later(hour: str, hours: int) -> str:
    return f"{hour[:11]}{int(hour[11:13]) + hours:02}{hour[13:]}"


def stamp(hour: str) -> str:
    return hour.replace(" ", "-").replace(":", "-")


def base64(number: int) -> str:
    """Return the identity of the relay with this number as documents have it."""
    return b64encode(number.to_bytes(20, "big")).decode().rstrip("=")


def entry(
    number: int,
    flags: str = "Fast Running Stable V2Dir Valid",
    w: str = "Bandwidth=10000 Measured=5000",
    stats: str = "wfu=0.990000 tk=900000 mtbf=900000",
    *more: str,
    ipv6: bool = False,
) -> str:
    """Return one opinion, its lines in Tor's order; `more` stand between `w` and `stats`."""
    lines = [
        f"r relay{number} {base64(number)} {'A' * 27} 2026-02-15 09:00:00 192.0.2.1 9001 0",
        *([f"a [2001:db8::{number % 9999 + 1}]:9001"] if ipv6 else []),
        f"s {flags}",
        "v Tor 0.4.8.21",
        f"w {w}",
        "p reject 1-65535",
        *more,
        f"id ed25519 {'B' * 43}",
        f"stats {stats}",
        f"m 32,33 sha256={'C' * 43}",
    ]
    return "\n".join(lines) + "\n"


def vote(
    name: str,
    entries: Iterable[str] = (),
    *more: str,
    hour: str = HOUR,
    known: str = FLAGS,
    thresholds: str | None = THRESHOLDS,
    methods: str = "32 33 34 35",
) -> bytes:
    """Return a vote; `more` are further lines of its head."""
    identity = IDENTITIES.get(name, "A" * 40)
    head = [
        "@type network-status-vote-3 1.0",
        "network-status-version 3",
        "vote-status vote",
        f"consensus-methods {methods}",
        f"published {hour}",
        f"valid-after {hour}",
        f"fresh-until {later(hour, 1)}",
        f"valid-until {later(hour, 3)}",
        f"known-flags {known}",
        *([f"flag-thresholds {thresholds}"] if thresholds else []),
        *more,
        f"dir-source {name} {identity} 192.0.2.1 192.0.2.1 80 443",
        "contact somebody",
    ]
    foot = ["directory-footer", f"directory-signature {identity} {'D' * 40}", "-----END-----"]
    return "".join(("\n".join(head) + "\n", *entries, "\n".join(foot) + "\n")).encode()


def digest(body: bytes) -> str:
    start = body.index(b"network-status-version")
    counted = body[start : body.index(b"directory-signature ") + 20]
    return sha1(counted, usedforsecurity=False).hexdigest().upper()


def consensus(
    votes: dict[str, bytes],
    relays: Sequence[tuple[int, str, str]] = ((1, "Fast Running Valid", "Bandwidth=5000"),),
    *more: str,
    hour: str = HOUR,
    unsigned: Sequence[str] = (),
) -> bytes:
    """Return a consensus that names these votes; relays are number, flags and `w`."""
    head = [
        "@type network-status-consensus-3 1.0",
        "network-status-version 3",
        "vote-status consensus",
        "consensus-method 33",
        f"valid-after {hour}",
        f"fresh-until {later(hour, 1)}",
        f"valid-until {later(hour, 3)}",
        f"known-flags {FLAGS}",
        *more,
    ]
    for name, body in votes.items():
        head += [
            f"dir-source {name} {IDENTITIES.get(name, 'A' * 40)} 192.0.2.1 192.0.2.1 80 443",
            "contact somebody",
            f"vote-digest {digest(body)}",
        ]
    for number, flags, w in relays:
        head += [
            f"r relay{number} {base64(number)} {'A' * 27} 2026-02-15 09:00:00 192.0.2.1 9001 0",
            f"s {flags}",
            f"w {w}",
        ]
    head += ["directory-footer", "bandwidth-weights Wbd=0 Wgg=5917"]
    head += [
        f"directory-signature {IDENTITIES.get(name, 'A' * 40)} {'D' * 40}"
        for name in votes
        if name not in unsigned
    ]
    return ("\n".join(head) + "\n").encode()


def vote_file(name: str, body: bytes, hour: str = HOUR) -> str:
    """Return where a vote lies below the tree."""
    return f"votes/{stamp(hour)}-vote-{IDENTITIES.get(name, 'A' * 40)}-{digest(body)}"


def consensus_file(hour: str = HOUR) -> str:
    return f"consensuses/{stamp(hour)}-consensus"


def lay_out(
    folder: Path, votes: dict[str, bytes], hour: str = HOUR, agreed: bytes | None = None
) -> Path:
    """Put a set of votes and their consensus into a folder as CollecTor has them."""
    tree = folder / FOLDER
    for place in ("votes", "consensuses"):
        (tree / place).mkdir(parents=True, exist_ok=True)
    for name, body in votes.items():
        (tree / vote_file(name, body, hour)).write_bytes(body)
    (tree / consensus_file(hour)).write_bytes(agreed or consensus(votes, hour=hour))
    return tree


def vote_set(
    said: dict[str, bytes],
    relays: Sequence[tuple[int, str, str]] = ((1, "Fast Running Valid", "Bandwidth=5000"),),
    *more: str,
    states: dict[str, VoteState] | None = None,
    unsigned: Sequence[str] = (),
) -> VoteSet:
    """Return what is read of votes and their consensus; those with another state are not."""
    agreed = consensus(said, relays, *more, unsigned=unsigned)
    others = states or {}
    read = {name: body for name, body in said.items() if name not in others}
    return VoteSet(
        consensus=vote_reading.consensus.read(agreed, hour=HOUR),
        votes={
            IDENTITIES.get(name, "A" * 40): vote_reading.vote.read(
                body, identity=IDENTITIES.get(name, "A" * 40), digest=digest(body), hour=HOUR
            )
            for name, body in read.items()
        },
        states={IDENTITIES.get(name, "A" * 40): others.get(name, "read") for name in said},
    )
