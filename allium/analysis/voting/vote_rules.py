"""By which rules an authority gives flags, and which of them a relay did not meet in its view.

The vote is the fact, the rule is the explanation: where all that a vote states is enough and the
flag is not given, it has a reason that the vote does not state. The names are functions of Tor's
`voteflags.c`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis.relay.flag_rules import GUARANTEED, STABLE_MTBF
from allium.model.relay import Flag
from allium.model.votes import FlagThresholds, Opinion, Opinions, numbers

Condition: TypeAlias = Literal[
    "measurement",
    "Running",
    "Fast",
    "Stable",
    "V2Dir",
    "mtbf",
    "bandwidth",
    "wfu",
    "known",
    "unknown",
    "listing",
]
CONDITIONS: Final[tuple[Condition, ...]] = (
    "measurement",
    "Running",
    "Fast",
    "Stable",
    "V2Dir",
    "mtbf",
    "bandwidth",
    "wfu",
    "known",
    "unknown",
    "listing",
)
"""In the order in which the first one that is lacking is named."""

WANTED: Final[tuple[Flag, ...]] = ("Running", "Fast", "Stable", "V2Dir", "HSDir", "Guard")
"""The flags that a relay may be without although its operator wants them."""

Verdict: TypeAlias = Literal["met", "lacking", "cannot tell"]

_MEASUREMENT: Final = 1
_FAST: Final = 2
_MTBF: Final = 4
_GUARD: Final = 8
_WFU: Final = 16
_KNOWN: Final = 32
_HSDIR_WFU: Final = 64
_HSDIR_KNOWN: Final = 128
_UNSTATED: Final = 8
"""By so many bits above those that say that something is lacking stand those of what is unknown."""

Found: TypeAlias = int
"""What the numbers of an opinion lack, in bits."""


class Rules(Struct, frozen=True, kw_only=True):
    """The bounds of one vote: kB/s, millionths, seconds; `None`: not stated.

    `fast` and `guard` are for the *credible* bandwidth: what was measured, else nothing where the
    authority has measured enough relays to ignore claims, else the claim
    (dirserv_get_credible_bandwidth_kb()).
    """

    ignores_claims: bool | None
    fast: int | None
    guard: int | None
    mtbf: int | None
    wfu: int | None
    known: int | None
    hsdir_wfu: int | None
    hsdir_known: int | None

    @property
    def own_hsdir(self) -> bool:
        """Whether the authority has a rule of its own for HSDir, in place of an uptime."""
        return self.hsdir_wfu is not None or self.hsdir_known is not None

    @classmethod
    def of(cls, stated: FlagThresholds | None) -> "Rules":
        """Return the rules of a vote with these thresholds."""
        stated = stated or FlagThresholds()
        quarter = _least(stated.guard_bandwidth_with_exits, stated.guard_bandwidth_without_exits)
        return cls(
            ignores_claims=stated.ignores_claims,
            fast=stated.fast,
            guard=None if quarter is None else min(GUARANTEED.guard.weight, quarter),
            mtbf=_least(STABLE_MTBF, stated.stable_mtbf) if stated.enough_mtbf else None,
            wfu=stated.guard_wfu,
            known=stated.guard_known,
            hsdir_wfu=stated.hsdir_wfu,
            hsdir_known=stated.hsdir_known,
        )

    def credible(self, one: Opinion) -> int | None:
        """Return the bandwidth by which the authority judges a relay, in kB/s."""
        if one.measured is not None:
            return one.measured
        return 0 if self.ignores_claims else one.claimed

    def found(self, one: Opinion) -> Found:
        """Return what the numbers of one opinion lack."""
        columns = (one.claimed, one.measured, one.wfu, one.known, one.mtbf)
        stated = [(0 if value is None else value + 1,) for value in columns]
        return next(self._each(*stated))

    def all_found(self, said: Opinions) -> list[Found]:
        """Return what the numbers of each opinion of the vote lack."""
        columns = (said.claimed, said.measured, said.wfu, said.known, said.mtbf)
        return list(self._each(*map(numbers, columns)))

    def _each(self, *columns: Sequence[int]) -> Iterator[Found]:
        """Yield what the numbers of each row lack; a number is one more than the value.

        So a value is below a bound when its number is not above it, and 0 is not stated.
        """
        fast, guard = _bound(self.fast, _FAST), _bound(self.guard, _GUARD)
        mtbfs = _bound(self.mtbf, _MTBF)
        wfus, hsdir_wfus = _bound(self.wfu, _WFU), _bound(self.hsdir_wfu, _HSDIR_WFU)
        times, hsdir_times = _bound(self.known, _KNOWN), _bound(self.hsdir_known, _HSDIR_KNOWN)
        ignores = self.ignores_claims
        for claimed, measured, wfu, known, mtbf in zip(*columns, strict=True):
            credible = measured or (1 if ignores else claimed)
            yield (
                (_MEASUREMENT if ignores and not measured else 0)
                | fast(credible)
                | guard(credible)
                | mtbfs(mtbf)
                | wfus(wfu)
                | times(known)
                | hsdir_wfus(wfu)
                | hsdir_times(known)
            )


class Judge(Struct, frozen=True):
    """Tells what stands between a relay and a flag, given its flags in the vote and `Found`."""

    own_hsdir: bool

    def verdicts(
        self, flag: Flag, flags: frozenset[Flag], found: Found
    ) -> tuple[tuple[Condition, Verdict], ...]:
        """Return the conditions of one of the flags `WANTED`, in their order, each with a verdict.

        `unknown` stands for what no vote states: the descriptor, an uptime, a list.
        """
        return tuple(self._verdicts(flag, flags, found))

    def lacking(self, flag: Flag, flags: frozenset[Flag], found: Found) -> tuple[Condition, ...]:
        """Return the conditions that are not met."""
        return tuple(
            name for name, verdict in self._verdicts(flag, flags, found) if verdict == "lacking"
        )

    def reason(self, flag: Flag, flags: frozenset[Flag], found: Found) -> Condition:
        """Return why a relay that is listed without a flag has not got it: the first condition.

        A relay that is surplus on its address loses all flags, whatever it meets (Sybil,
        clear_status_flags_on_sybil()).
        """
        lacks = () if "Sybil" in flags else self.lacking(flag, flags, found)
        return lacks[0] if lacks else "unknown"

    def _verdicts(
        self, flag: Flag, flags: frozenset[Flag], found: Found
    ) -> Iterator[tuple[Condition, Verdict]]:
        yield from (
            (name, "met" if name in flags else "lacking") for name in _FLAGS_BEFORE.get(flag, ())
        )
        if flag == "Fast" and found & _MEASUREMENT:
            yield "measurement", "lacking"
        else:
            bits = _OWN_HSDIR if flag == "HSDir" and self.own_hsdir else _NUMBERS.get(flag, ())
            yield from ((name, _verdict(found, bit)) for name, bit in bits)
        if flag == "Running":
            yield "Running", "met" if flag in flags else "lacking"
        elif flag == "V2Dir" or (flag == "HSDir" and not self.own_hsdir):
            yield "unknown", "cannot tell"


_FLAGS_BEFORE: Final[dict[Flag, tuple[Condition, ...]]] = {
    "HSDir": ("Running", "Fast", "Stable", "V2Dir"),
    "Guard": ("Fast", "Stable", "V2Dir"),
}
"""dirauth_set_routerstatus_from_routerinfo(), dirserv_thinks_router_is_hs_dir()."""
_NUMBERS: Final[dict[Flag, tuple[tuple[Condition, int], ...]]] = {
    "Fast": (("bandwidth", _FAST),),
    "Stable": (("mtbf", _MTBF),),
    "Guard": (("bandwidth", _GUARD), ("wfu", _WFU), ("known", _KNOWN)),
}
_OWN_HSDIR: Final[tuple[tuple[Condition, int], ...]] = (
    ("wfu", _HSDIR_WFU),
    ("known", _HSDIR_KNOWN),
)


def _verdict(found: Found, bit: int) -> Verdict:
    if found & bit << _UNSTATED:
        return "cannot tell"
    return "lacking" if found & bit else "met"


def _bound(bound: int | None, bit: int) -> Callable[[int], Found]:
    """Return what tells, of a number, whether it is below a bound."""
    unstated = bit << _UNSTATED
    if bound is None:
        return lambda _: unstated
    return lambda number: 0 if number > bound else bit if number else unstated


def _least(*bounds: int | None) -> int | None:
    return min((bound for bound in bounds if bound is not None), default=None)
