"""What the authorities say of each relay, joined and rounded to what pages print.

Ten thousand relays and nine votes are ninety thousand opinions, of which few differ in what decides
about flags: what follows from a combination is worked out once.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from allium.analysis.relay.flag_rules import DAY, known_for
from allium.analysis.relay.lifecycle import LATE_DAYS
from allium.analysis.voting.ballots import Ballot, Judged, OpinionRow, RowState
from allium.analysis.voting.distance import Distance, grouped
from allium.analysis.voting.rounding import one_digit
from allium.analysis.voting.tally import (
    MAX_UNMEASURED_PARAM,
    MOST_UNMEASURED,
    needed,
    votes_on_flags,
    weight,
)
from allium.analysis.voting.vote_findings import FlagVotes, VoteEvidence, VoteFinding, findings
from allium.analysis.voting.vote_rules import WANTED, Condition
from allium.model.relay import Fingerprint, Flag, Relay, Time, in_print_order
from allium.model.votes import REACHED_IPV6, VoteSet, known_authorities, rows

NOT_PRINTED: Final = frozenset({"StaleDesc"})
"""Its votes change with the hour of each descriptor; the finding about it stays."""


class WeightVotes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the weight of a relay came about: `measured_by` of `scanners` authorities.

    `value` is in kB/s with one digit that counts, `of` names whose measurement it is. `value` is
    `None` when no vote has a bandwidth.
    """

    measured_by: int
    scanners: int
    value: int | None = None
    unmeasured: bool = False
    of: tuple[str, ...] = ()


class RelayVotes(Struct, frozen=True, kw_only=True):
    """What the votes say of one relay, as pages print it.

    `listed` of `read` votes have it, of `authorities` there are, and more than half of these would
    have to. `complete`: no vote that was counted is unread. `ipv6` are how many reached an
    announced address, of those that test. `distances` are those of flags that the relay may want
    and has not.
    """

    listed: int
    read: int
    authorities: int
    complete: bool
    in_consensus: bool
    rows: tuple[OpinionRow, ...]
    flags: tuple[FlagVotes, ...]
    distances: tuple[Distance, ...]
    weight: WeightVotes
    ipv6: tuple[int, int] | None
    findings: tuple[VoteFinding, ...]

    @property
    def needed(self) -> int:
        """How many authorities have to list a relay so that the consensus considers it."""
        return needed(self.authorities)


class VotedRelay(Struct, frozen=True, kw_only=True):
    """All of a relay's details that decides what is said of votes on it.

    With the digest of the votes it tells whether anything can have changed, before they are read.
    `late`: scanners had enough time by now.
    """

    fingerprint: Fingerprint
    running: bool
    held: frozenset[Flag]
    announces_ipv6: bool
    late: bool

    @classmethod
    def of(cls, relay: Relay, now: Time) -> "VotedRelay":
        """Return what counts of a relay of details of this time; one that is away holds no flag."""
        return cls(
            fingerprint=relay.fingerprint,
            running=relay.running,
            held=frozenset(relay.flags) if relay.running else frozenset(),
            announces_ipv6=any(address.startswith("[") for address in relay.or_addresses),
            late=known_for(relay, now) > LATE_DAYS * DAY,
        )


_Combination: TypeAlias = tuple[Judged | None, ...]
"""How each ballot judges a relay; `None` where it is not listed."""


class Join:
    """The votes of a set, ready to be asked about relays."""

    def __init__(self, votes: VoteSet) -> None:
        self._votes = votes
        self._authorities = known_authorities(votes.consensus.voters)
        self._ballots = [
            Ballot(one.nickname, votes.votes[one.identity])
            for one in self._authorities
            if one.identity in votes.votes
        ]
        self._voting = votes_on_flags(one.head.known_flags for one in self._ballots)
        self._order = in_print_order({*self._voting, *WANTED} - NOT_PRINTED)
        self._scanners = sum(one.measures for one in self._ballots)
        self._most_unmeasured = votes.consensus.params.get(MAX_UNMEASURED_PARAM, MOST_UNMEASURED)
        self._agreed = rows(votes.consensus.relays.relays)
        self._absent = self._absent_rows()
        self._judged: dict[
            tuple[frozenset[Flag], _Combination], tuple[tuple[FlagVotes, ...], tuple[Distance, ...]]
        ] = {}

    def votes_on(self, relay: VotedRelay) -> RelayVotes:
        """Return what the votes say of a relay."""
        name = bytes.fromhex(relay.fingerprint)
        places = [one.places.get(name) for one in self._ballots]
        listing = [
            (one, place)
            for one, place in zip(self._ballots, places, strict=True)
            if place is not None
        ]
        ipv6 = self._reached_ipv6(listing) if relay.announces_ipv6 and listing else None
        flags, distances = self._judgement(relay.held, places)
        measured = [(one.name, one.measured(place)) for one, place in listing]
        values = {name: value for name, value in measured if value is not None}
        found = VoteEvidence(
            running=relay.running,
            late=relay.late,
            listed=len(listing),
            authorities=len(self._authorities),
            all_read=len(self._ballots) == len(self._authorities),
            votes={one.flag: one for one in flags},
            held=relay.held,
            ipv6=ipv6,
            measured=tuple(values.values()),
            distances=distances,
        )
        return RelayVotes(
            listed=len(listing),
            read=len(self._ballots),
            authorities=len(self._authorities),
            complete=self._votes.complete,
            in_consensus=name in self._agreed,
            rows=self._rows(places, announced=relay.announces_ipv6),
            flags=flags,
            distances=distances,
            weight=self._weight(listing, values),
            ipv6=ipv6,
            findings=findings(found),
        )

    def coverage(self) -> Counter[int]:
        """Return how many relays of the consensus so many authorities measure."""
        found = dict.fromkeys(self._agreed, 0)
        for one in self._ballots:
            for name, place in one.places.items():
                if name in found and one.measured(place) is not None:
                    found[name] += 1
        return Counter(found.values())

    def _reached_ipv6(self, listing: Sequence[tuple[Ballot, int]]) -> tuple[int, int]:
        testing = [one.marks[place] & REACHED_IPV6 for one, place in listing if one.tests_ipv6]
        return sum(testing), len(testing)

    def _rows(self, places: Sequence[int | None], *, announced: bool) -> tuple[OpinionRow, ...]:
        found = dict(self._absent)
        for one, place in zip(self._ballots, places, strict=True):
            if place is not None:
                found[one.name] = one.row(place, announced=announced)
        return tuple(found.values())

    def _absent_rows(self) -> dict[str, OpinionRow]:
        """Return what is said of a relay that no vote lists, by authority."""
        states: dict[str, RowState] = {"read": "not listed", "damaged": "damaged"}
        found: dict[str, OpinionRow] = {}
        for one in self._authorities:
            state = self._votes.states.get(one.identity)
            shown: RowState = "not counted" if state is None else states.get(state, "missing")
            found[one.nickname] = OpinionRow(authority=one.nickname, state=shown)
        return found

    def _weight(self, listing: Sequence[tuple[Ballot, int]], values: dict[str, int]) -> WeightVotes:
        said = (one.claimed(place) for one, place in listing)
        claimed = [value for value in said if value is not None]
        found = weight([*values.values()], claimed, self._scanners, self._most_unmeasured)
        if found is None:
            return WeightVotes(measured_by=len(values), scanners=self._scanners)
        middle = () if found.unmeasured else (n for n, one in values.items() if one == found.value)
        return WeightVotes(
            measured_by=len(values),
            scanners=self._scanners,
            value=one_digit(found.value),
            unmeasured=found.unmeasured,
            of=tuple(middle),
        )

    def _judgement(
        self, held: frozenset[Flag], places: Sequence[int | None]
    ) -> tuple[tuple[FlagVotes, ...], tuple[Distance, ...]]:
        judged = tuple(
            None if place is None else one.judged[place]
            for one, place in zip(self._ballots, places, strict=True)
        )
        key = held, judged
        if key not in self._judged:
            self._judged[key] = (
                self._flags(judged),
                tuple(
                    self._distance(flag, judged)
                    for flag in WANTED
                    if flag not in held and any(one is not None for one in judged)
                ),
            )
        return self._judged[key]

    def _flags(self, judged: _Combination) -> tuple[FlagVotes, ...]:
        given = Counter[Flag]()
        for one, found in zip(self._ballots, judged, strict=True):
            if found is not None:
                given.update(one.flags_of(found))
        return tuple(
            FlagVotes(flag, given[flag], self._voting[flag], needed(self._voting[flag]))
            for flag in self._order
            if flag in given or flag in WANTED
        )

    def _distance(self, flag: Flag, judged: _Combination) -> Distance:
        given, reasons = 0, list[tuple[str, Condition]]()
        for one, found in zip(self._ballots, judged, strict=True):
            if not one.votes_on(flag):
                continue
            if found is None:
                reasons.append((one.name, "listing"))
            elif flag in one.flags_of(found):
                given += 1
            else:
                reasons.append((one.name, one.reason(flag, found)))
        voting = self._voting[flag]
        return Distance(flag, given, voting, needed(voting), grouped(reasons))
