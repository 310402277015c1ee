"""What the directory authorities voted in one hour, and the consensus that they came to.

What a document says of relays is kept in columns, one row a relay: nine votes of ten thousand
relays take four megabytes, where a struct for each opinion would take a hundred.
"""

import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

from allium.model.relay import Fingerprint, Flag, Time

Identity: TypeAlias = str
"""Forty upper-case hexadecimal digits: the key with which an authority votes, not its relay's."""

VoteState: TypeAlias = Literal["read", "missing", "damaged"]
"""What came of a vote that the consensus counted; a vote that was read earlier is `read`, too."""

FINGERPRINT_BYTES: Final = 20
ENTRIES: Final = "entries"
"""In what is left out: those that name no relay."""
ODD_PERCENT: Final = 1
REACHED_IPV6: Final = 1
"""In `Opinions.marks`: the authority reached an IPv6 address of the relay."""
AUTHORITYS_OWN: Final = 2
"""In `Opinions.marks`: measured, as a relay of an authority is: it makes flags, but no weight."""
UNMEASURED: Final = 1
"""In `ConsensusRelays.marks`."""


class Authority(Struct, frozen=True):
    """A voter: its nickname, the key it votes with, and the fingerprint of its relay."""

    nickname: str
    identity: Identity
    relay: Fingerprint | None = None


AUTHORITIES: Final = (
    Authority(
        "bastet",
        "27102BC123E7AF1D4741AE047E160C91ADC76B21",
        "24E2F139121D4394C54B5BCC368B3B411857C413",
    ),
    Authority(
        "dannenberg",
        "0232AF901C31A04EE9848595AF9BB7620D4C5B2E",
        "7BE683E65D48141321C5ED92F075C55364AC7123",
    ),
    Authority(
        "dizum",
        "E8A9C45EDE6D711294FADF8E7951F4DE6CA56B58",
        "7EA6EAD6FD83083C538F44038BBFA077587DD755",
    ),
    Authority(
        "faravahar",
        "70849B868D606BAECFB6128C5E3D782029AA394F",
        "E3E42D35F801C9D5AB23584E0025D56FE2B33396",
    ),
    Authority(
        "gabelmoo",
        "ED03BB616EB2F60BEC80151114BB25CEF515B226",
        "F2044413DAC2E02E3D6BCF4735A19BCA1DE97281",
    ),
    Authority(
        "longclaw",
        "23D15D965BC35114467363C165C4F724B64B4F66",
        "74A910646BCEEFBCD2E874FC1DC997430F968145",
    ),
    Authority(
        "maatuska",
        "49015F787433103580E3B66A1707A00E60F2D15B",
        "BD6A829255CB08E66FBE7D3748363586E46B3810",
    ),
    Authority(
        "moria1",
        "F533C81CEF0BC0267857C99B2F471ADF249FA232",
        "1A25C6358DB91342AA51720A5038B72742732498",
    ),
    Authority(
        "tor26",
        "2F3DF9CA0E5D36F2685A2DA67184EB8DCB8CBA8C",
        "FAA4BCA4A6AC0FB4CA2F8AD5A11D9E122BA894F6",
    ),
)
"""Those that Tor 0.4.9 has built in (auth_dirs.inc), by nickname; the bridge authority votes not.

One that does not vote is known by this list alone.
"""


class FlagThresholds(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The bounds by which an authority gave flags: seconds, kB/s, millionths; `None`: not stated.

    `hsdir_wfu` and `hsdir_known` are keys of one authority's own.
    """

    stable_uptime: int | None = None
    stable_mtbf: int | None = None
    fast: int | None = None
    guard_wfu: int | None = None
    guard_known: int | None = None
    guard_bandwidth_with_exits: int | None = None
    guard_bandwidth_without_exits: int | None = None
    enough_mtbf: bool | None = None
    ignores_claims: bool | None = None
    hsdir_wfu: int | None = None
    hsdir_known: int | None = None


class BandwidthFile(Struct, frozen=True, omit_defaults=True):
    """What a vote says of the file of its scanner; not `usable`: one is named, nothing is in it."""

    usable: bool
    software: str | None = None
    version: str | None = None
    made: Time | None = None
    country: str | None = None


class VoteHead(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who voted, with what abilities and wishes.

    `methods` are those of making a consensus that it knows, in ascending order. Versions are `None`
    when it has no opinion on them. Without `bandwidth_file` no scanner is configured.
    """

    nickname: str
    identity: Identity
    valid_after: Time
    host: str | None = None
    address: str | None = None
    dir_port: int | None = None
    or_port: int | None = None
    published: Time | None = None
    methods: tuple[int, ...] = (1,)
    known_flags: tuple[Flag, ...] = ()
    thresholds: FlagThresholds | None = None
    params: dict[str, int] = {}
    client_versions: tuple[str, ...] | None = None
    server_versions: tuple[str, ...] | None = None
    bandwidth_file: BandwidthFile | None = None
    certificate_ends: Time | None = None


class Opinion(Struct, frozen=True, kw_only=True):
    """What one authority said of one relay; `None`: not stated.

    `claimed` (by the descriptor) and `measured` are kB/s, `wfu` (weighted fractional uptime) is in
    millionths, `known` (weighted time) and `mtbf` (mean time between failures) are in seconds.
    """

    flags: frozenset[Flag] = frozenset()
    claimed: int | None = None
    measured: int | None = None
    authoritys_own: bool = False
    wfu: int | None = None
    known: int | None = None
    mtbf: int | None = None
    reached_ipv6: bool = False


class Opinions(Struct, frozen=True, kw_only=True):
    """The opinions of a vote in columns, each relay once.

    `relays` are fingerprints of 20 bytes; `flags` are places in `flag_sets`, 16 bits each; the
    numbers have 32 bits, the lower ones first, and are one more than the value: 0 is not stated.
    """

    relays: bytes
    flag_sets: tuple[frozenset[Flag], ...]
    flags: bytes
    claimed: bytes
    measured: bytes
    wfu: bytes
    known: bytes
    mtbf: bytes
    marks: bytes

    def __len__(self) -> int:
        """Return how many relays the vote lists."""
        return len(self.marks)

    def at(self, row: int) -> Opinion:
        """Return one opinion; for many read the columns."""
        columns = (self.claimed, self.measured, self.wfu, self.known, self.mtbf)
        (number,) = numbers(self.flags[2 * row : 2 * row + 2], 2)
        cells = [numbers(column[4 * row : 4 * row + 4])[0] for column in columns]
        claimed, measured, wfu, known, mtbf = (cell - 1 if cell else None for cell in cells)
        return Opinion(
            flags=self.flag_sets[number],
            claimed=claimed,
            measured=measured,
            authoritys_own=bool(self.marks[row] & AUTHORITYS_OWN),
            wfu=wfu,
            known=known,
            mtbf=mtbf,
            reached_ipv6=bool(self.marks[row] & REACHED_IPV6),
        )


class Vote(Struct, frozen=True):
    """One vote; `left_out` counts entries and values that could not be used, by reason."""

    head: VoteHead
    opinions: Opinions
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def is_odd(self) -> bool:
        """Whether so many entries could not be used that something is wrong with the vote."""
        lost = self.left_out.get(ENTRIES, 0)
        return 100 * lost > ODD_PERCENT * (len(self.opinions) + lost)


class Voter(Struct, frozen=True, kw_only=True):
    """One whose vote the consensus counted; `digest` names the vote's file."""

    nickname: str
    identity: Identity
    digest: str
    address: str | None = None
    or_port: int | None = None


class ConsensusRelays(Struct, frozen=True, kw_only=True):
    """The relays of a consensus in columns; see `Opinions`."""

    relays: bytes
    flag_sets: tuple[frozenset[Flag], ...]
    flags: bytes
    weight: bytes
    marks: bytes

    def __len__(self) -> int:
        """Return how many relays the consensus lists."""
        return len(self.marks)


class Consensus(Struct, frozen=True, kw_only=True):
    """What the authorities came to; `bandwidth_weights` are parts of `bwweightscale`.

    `signers` are the identities of those whose signature is present; none was verified.
    """

    method: int
    valid_after: Time
    fresh_until: Time
    valid_until: Time
    voters: tuple[Voter, ...]
    signers: tuple[Identity, ...]
    relays: ConsensusRelays
    known_flags: tuple[Flag, ...] = ()
    params: dict[str, int] = {}
    client_versions: tuple[str, ...] | None = None
    server_versions: tuple[str, ...] | None = None
    protocols: dict[str, str] = {}
    bandwidth_weights: dict[str, int] = {}
    left_out: dict[str, int] = field(default_factory=dict)


class VoteSet(Struct, frozen=True, kw_only=True):
    """The votes that one consensus counted, as far as they could be read.

    `states` are those of all its voters, `votes` those that are `read`, both by identity.
    """

    consensus: Consensus
    votes: dict[Identity, Vote]
    states: dict[Identity, VoteState]

    @property
    def complete(self) -> bool:
        """Whether every vote that the consensus counted was read."""
        return len(self.votes) == len(self.consensus.voters)


def numbers(column: bytes, size: int = 4) -> Sequence[int]:
    """Return the numbers of a column, each of `size` bytes (2 or 4)."""
    # Nine votes have half a million numbers: tuples of them would take nine times the memory.
    values = array("I" if size == 4 else "H", column)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def fingerprints(column: bytes) -> Iterator[bytes]:
    """Yield the fingerprints of a column, 20 bytes each."""
    starts = range(0, len(column), FINGERPRINT_BYTES)
    return (column[start : start + FINGERPRINT_BYTES] for start in starts)


def rows(column: bytes) -> dict[bytes, int]:
    """Return the row of each fingerprint of a column."""
    return {name: row for row, name in enumerate(fingerprints(column))}


def known_authorities(voters: Sequence[Voter]) -> tuple[Authority, ...]:
    """Return the authorities that are built in and any other voter, by nickname."""
    built_in = {voter.identity for voter in AUTHORITIES}
    others = (
        Authority(voter.nickname, voter.identity)
        for voter in voters
        if voter.identity not in built_in
    )
    return tuple(
        sorted((*AUTHORITIES, *others), key=lambda voter: (voter.nickname, voter.identity))
    )
