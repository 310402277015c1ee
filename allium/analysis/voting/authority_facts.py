"""What there is to say of each authority: its vote, its abilities, and where it differs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import median_low
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from allium import formatting
from allium.analysis.relay.flag_rules import DAY
from allium.analysis.voting.ballots import VoteColumns
from allium.model.relay import Fingerprint, Flag, Relay, Time, in_print_order
from allium.model.snapshot import Snapshot
from allium.model.votes import (
    REACHED_IPV6,
    Authority,
    FlagThresholds,
    Vote,
    VoteHead,
    VoteSet,
    VoteState,
    fingerprints,
    known_authorities,
    numbers,
)

CERTIFICATE_DAYS: Final = 30
"""A choice of this site: before that an authority has time to make a new certificate."""
ODD_PERCENT: Final = 20
"""A choice of this site: two authorities that reject less list a quarter more than the others."""

Alert: TypeAlias = Literal[
    "not_counted",
    "not_signed",
    "method_unknown",
    "file_unusable",
    "running_not_voted_on",
    "certificate_ends",
    "list_length",
]


class FlagCounts(Struct, frozen=True):
    """One flag in a vote: to how many relays it is given, and where the consensus differs.

    `others` of `relays`, which are those of the consensus, have the flag in one of both only.
    """

    flag: Flag
    given: int
    others: int
    relays: int


class OwnParam(Struct, frozen=True):
    """A parameter for which an authority voted otherwise than it came: `None` is not at all."""

    name: str
    voted: int | None
    agreed: int | None


class AuthorityCounts(Struct, frozen=True, kw_only=True):
    """What is counted in a vote; `known` are the relays of the details among those it lists."""

    listed: int
    known: int
    measured: int
    ipv6: int
    flags: tuple[FlagCounts, ...]


class AuthorityFacts(Struct, frozen=True, kw_only=True):
    """What there is to say of an authority.

    `state` is `None` when the consensus did not count a vote of it. `relay` is the fingerprint of
    its relay. `odd_thresholds` are the names of those that the majority has otherwise,
    `lacking_flags` those that others vote on. `versions` are differences: those that only it
    recommends, and those that it does not; `None` without an opinion.
    """

    nickname: str
    identity: str
    relay: Fingerprint | None
    state: VoteState | None
    signed: bool
    head: VoteHead | None = None
    knows_method: bool = True
    lacking_flags: tuple[Flag, ...] = ()
    odd_thresholds: tuple[str, ...] = ()
    counted: AuthorityCounts | None = None
    params: tuple[OwnParam, ...] = ()
    versions: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    alerts: tuple[Alert, ...] = ()


def authority_facts(snapshot: Snapshot, votes: VoteSet) -> tuple[AuthorityFacts, ...]:
    """Return what there is to say of each authority, by nickname."""
    survey = _Survey(snapshot, votes)
    return tuple(survey.facts(one) for one in known_authorities(votes.consensus.voters))


class _Survey:
    """What all votes have in common, so that one can be told from them."""

    def __init__(self, snapshot: Snapshot, votes: VoteSet) -> None:
        self._votes, self._now = votes, formatting.seconds(snapshot.published)
        self._relays = {bytes.fromhex(one.fingerprint) for one in snapshot.relays}
        self._addresses = _addresses(snapshot.relays)
        heads = [vote.head for vote in votes.votes.values()]
        self._flags = {flag for head in heads for flag in head.known_flags}
        self._usual = _usual([head.thresholds for head in heads if head.thresholds])
        lengths = [len(vote.opinions) for vote in votes.votes.values()]
        self._length = median_low(lengths) if lengths else 0
        agreed = votes.consensus.relays
        self._agreed = dict(
            zip(
                fingerprints(agreed.relays),
                (agreed.flag_sets[number] for number in numbers(agreed.flags, 2)),
                strict=True,
            )
        )

    def facts(self, one: Authority) -> AuthorityFacts:
        """Return what there is to say of an authority."""
        state = self._votes.states.get(one.identity)
        known = AuthorityFacts(
            nickname=one.nickname,
            identity=one.identity,
            relay=one.relay or self._relay_of(one),
            state=state,
            signed=one.identity in self._votes.consensus.signers,
        )
        vote = self._votes.votes.get(one.identity)
        read = known if vote is None else self._with_vote(known, vote)
        return msgspec.structs.replace(read, alerts=tuple(self._alerts(read)))

    def _with_vote(self, known: AuthorityFacts, vote: Vote) -> AuthorityFacts:
        head, agreed = vote.head, self._votes.consensus
        return msgspec.structs.replace(
            known,
            head=head,
            knows_method=agreed.method in head.methods,
            lacking_flags=tuple(in_print_order(self._flags - {*head.known_flags})),
            odd_thresholds=tuple(
                name
                for name, value in _stated(head.thresholds).items()
                if self._usual.get(name, value) != value
            ),
            counted=self._counted(vote),
            params=tuple(_params(head.params, agreed.params)),
            versions=_versions(head.server_versions, agreed.server_versions or ()),
        )

    def _counted(self, vote: Vote) -> AuthorityCounts:
        said, head = VoteColumns(vote.opinions), vote.head
        given, others = Counter[Flag](), Counter[Flag]()
        for name, row in said.places.items():
            flags = said.flags_at(row)
            given.update(flags)
            if name in self._agreed:
                others.update(flags ^ self._agreed[name])
        for name in self._agreed.keys() - said.places.keys():
            others.update(self._agreed[name])
        return AuthorityCounts(
            listed=len(vote.opinions),
            known=len(self._relays & said.places.keys()),
            measured=sum(said.measured(row) is not None for row in said.places.values()),
            ipv6=sum(mark & REACHED_IPV6 for mark in vote.opinions.marks),
            flags=tuple(
                FlagCounts(flag, given[flag], others[flag], len(self._agreed))
                for flag in in_print_order(head.known_flags)
            ),
        )

    def _relay_of(self, one: Authority) -> Fingerprint | None:
        """Return the relay of an authority that is not built in, by its address."""
        voter = next(v for v in self._votes.consensus.voters if v.identity == one.identity)
        return self._addresses.get(f"{voter.address}:{voter.or_port}")

    def _alerts(self, one: AuthorityFacts) -> Iterable[Alert]:
        if one.state is None:
            yield "not_counted"
        elif not one.signed:
            yield "not_signed"
        if one.head is None or one.counted is None:
            return
        if not one.knows_method:
            yield "method_unknown"
        if one.head.bandwidth_file is not None and not one.head.bandwidth_file.usable:
            yield "file_unusable"
        if "Running" in one.lacking_flags:
            yield "running_not_voted_on"
        if self._ends_soon(one.head.certificate_ends):
            yield "certificate_ends"
        if 100 * abs(one.counted.listed - self._length) > ODD_PERCENT * self._length:
            yield "list_length"

    def _ends_soon(self, end: Time | None) -> bool:
        return end is not None and formatting.seconds(end) < self._now + CERTIFICATE_DAYS * DAY


def _addresses(relays: Iterable[Relay]) -> dict[str, Fingerprint]:
    """Return the relays of authorities by their first address."""
    return {
        one.or_addresses[0]: one.fingerprint
        for one in relays
        if "Authority" in one.flags and one.or_addresses
    }


def _stated(thresholds: FlagThresholds | None) -> dict[str, int]:
    """Return the thresholds that a vote states, by name."""
    found = msgspec.structs.asdict(thresholds) if thresholds else {}
    return {name: value for name, value in found.items() if value is not None}


def _usual(stated: Iterable[FlagThresholds]) -> Mapping[str, int]:
    """Return the value of each threshold that more than half of those have that state it."""
    values: dict[str, Counter[int]] = {}
    for one in stated:
        for name, value in _stated(one).items():
            values.setdefault(name, Counter())[value] += 1
    found = {name: counts.most_common(1)[0] for name, counts in values.items()}
    return {name: value for name, (value, n) in found.items() if 2 * n > values[name].total()}


def _params(voted: dict[str, int], agreed: dict[str, int]) -> Iterable[OwnParam]:
    for name in sorted(voted.keys() | agreed.keys()):
        ours, theirs = voted.get(name), agreed.get(name)
        if ours != theirs:
            yield OwnParam(name, ours, theirs)


def _versions(
    ours: tuple[str, ...] | None, agreed: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    if ours is None:
        return None
    return (
        tuple(one for one in ours if one not in agreed),
        tuple(one for one in agreed if one not in ours),
    )
