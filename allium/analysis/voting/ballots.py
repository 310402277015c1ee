"""One vote, made ready to be joined with relays: its opinions as they are judged and printed."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis.relay.flag_rules import DAY, GUARD_KNOWN, GUARD_UPTIME, STABLE_MTBF
from allium.analysis.voting import rounding
from allium.analysis.voting.rounding import (
    NARROWEST_BAND,
    PERCENT,
    Reached,
    days,
    one_digit,
    uptime,
)
from allium.analysis.voting.vote_rules import Condition, Judge, Rules
from allium.model.relay import Flag
from allium.model.votes import AUTHORITYS_OWN, REACHED_IPV6, Opinions, Vote, numbers, rows

SHOWN: Final[tuple[Flag, ...]] = ("Running", "Fast", "Stable", "Guard", "HSDir", "Exit", "V2Dir")
"""The flags of which pages tell who gives them."""

RowState: TypeAlias = Literal["listed", "not listed", "not counted", "missing", "damaged"]
Given: TypeAlias = Literal["yes", "no", "not voted on"]
Judged: TypeAlias = int
"""An opinion as far as it decides about flags: its set of flags, and what its numbers lack."""
_FOUND_BITS: Final = 16
_Printed: TypeAlias = tuple[int, int | None, str | None, str | None, str | None, int]
"""Set of flags, measurement, the three bands, and whether an IPv6 address was reached."""


class OpinionRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one authority says of one relay, as pages print it.

    `given` are the flags `SHOWN`. `measured` is in kB/s with one digit that counts; the bands of
    weighted uptime, weighted time known and mean time between failures are words. `None`: not
    stated.
    """

    authority: str
    state: RowState
    given: tuple[Given, ...] = ()
    ipv4: Reached | None = None
    ipv6: Reached | None = None
    measured: int | None = None
    wfu: str | None = None
    known: str | None = None
    mtbf: str | None = None


class VoteColumns:
    """The opinions of a vote, unpacked; `places` has the row of each relay that it lists."""

    def __init__(self, said: Opinions) -> None:
        self.places = rows(said.relays)
        self.flag_sets, self.flags = said.flag_sets, numbers(said.flags, 2)
        self.marks = said.marks
        self._claimed, self._measured = numbers(said.claimed), numbers(said.measured)
        self.measures = any(self.measured(row) is not None for row in range(len(said)))
        self.tests_ipv6 = any(mark & REACHED_IPV6 for mark in said.marks)

    def flags_at(self, row: int) -> frozenset[Flag]:
        """Return the flags that the vote gives."""
        return self.flag_sets[self.flags[row]]

    def claimed(self, row: int) -> int | None:
        """Return what the descriptor claims, in kB/s."""
        return self._claimed[row] - 1 if self._claimed[row] else None

    def measured(self, row: int) -> int | None:
        """Return a measurement that counts for the weight, in kB/s."""
        own = self.marks[row] & AUTHORITYS_OWN
        return None if own or not self._measured[row] else self._measured[row] - 1


class Ballot(VoteColumns):
    """A vote, judged by the rules of its authority, whose nickname is `name`."""

    def __init__(self, name: str, vote: Vote) -> None:
        super().__init__(vote.opinions)
        said, head = vote.opinions, vote.head
        self.name, self.head = name, head
        rules = Rules.of(head.thresholds)
        self._judge = Judge(rules.own_hsdir)
        found = rules.all_found(said)
        pairs = zip(self.flags, found, strict=True)
        self.judged = array("I", (flags << _FOUND_BITS | lacks for flags, lacks in pairs))
        self._reasons: dict[tuple[Flag, Judged], Condition] = {}
        kinds: dict[_Printed, int] = {}
        printed = _printed(said, self.flags, rules)
        self._kinds = array("I", (kinds.setdefault(kind, len(kinds)) for kind in printed))
        self._rows = [
            [self._row(kind, announced=announced) for kind in kinds] for announced in (False, True)
        ]

    def votes_on(self, flag: Flag) -> bool:
        """Tell whether the authority gives a flag to any relay that deserves it."""
        return flag in self.head.known_flags

    def reason(self, flag: Flag, judged: Judged) -> Condition:
        """Return why a relay that is listed without a flag has not got it."""
        key = flag, judged
        if key not in self._reasons:
            flags = self.flag_sets[judged >> _FOUND_BITS]
            found = judged & ((1 << _FOUND_BITS) - 1)
            self._reasons[key] = self._judge.reason(flag, flags, found)
        return self._reasons[key]

    def flags_of(self, judged: Judged) -> frozenset[Flag]:
        """Return the flags of an opinion."""
        return self.flag_sets[judged >> _FOUND_BITS]

    def row(self, row: int, *, announced: bool) -> OpinionRow:
        """Return an opinion as pages print it, on a relay that has announced an IPv6 address."""
        return self._rows[announced][self._kinds[row]]

    def _row(self, kind: _Printed, *, announced: bool) -> OpinionRow:
        flags, measured, wfu, known, mtbf, reached = kind
        held, votes_on = self.flag_sets[flags], self.head.known_flags
        ipv6 = rounding.reached_ipv6(
            announced=announced, tests=self.tests_ipv6, reached=bool(reached)
        )
        return OpinionRow(
            authority=self.name,
            state="listed",
            given=tuple(
                "yes" if flag in held else "no" if flag in votes_on else "not voted on"
                for flag in SHOWN
            ),
            ipv4=rounding.reached_ipv4(held, votes_on, ipv6),
            ipv6=ipv6,
            measured=measured,
            wfu=wfu,
            known=known,
            mtbf=mtbf,
        )


def _printed(said: Opinions, flags: Sequence[int], rules: Rules) -> Iterator[_Printed]:
    """Yield what pages print of each opinion; see `OpinionRow`.

    Where a vote states no bound, that which Tor guarantees stands for it.
    """
    seen = numbers(said.measured)
    digits = {number: one_digit(number - 1) if number else None for number in set(seen)}
    wfu, known, mtbf = (
        rules.wfu or GUARD_UPTIME * PERCENT,
        rules.known or GUARD_KNOWN,
        rules.mtbf or STABLE_MTBF,
    )
    return zip(
        flags,
        [digits[number] for number in seen],
        _bands(numbers(said.wfu), wfu, NARROWEST_BAND, uptime),
        _bands(numbers(said.known), known, DAY, days),
        _bands(numbers(said.mtbf), mtbf, DAY, days),
        [mark & REACHED_IPV6 for mark in said.marks],
        strict=True,
    )


def _bands(
    column: Sequence[int], bound: int, step: int, show: Callable[[int, int], str]
) -> list[str | None]:
    """Return what is shown of each number, which is one more than the value; 0 is not stated.

    Below the bound nothing else is shown before the next step.
    """
    enough = show(bound, bound)
    below = [show(value, bound) for value in range(0, bound, step)]
    return [
        None if not number else enough if number > bound else below[(number - 1) // step]
        for number in column
    ]
