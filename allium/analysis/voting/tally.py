"""How votes become a consensus; the names are functions of Tor's `dirvote.c`."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from allium.analysis.relay.flag_rules import SCANNERS, WITHHELD
from allium.model.relay import Flag

MIDDLE_ONLY_METHOD: Final = 32
"""MIN_METHOD_FOR_MIDDLEONLY: the consensus takes flags from a relay that is MiddleOnly."""
MOST_UNMEASURED: Final = 20
"""kB/s. DEFAULT_MAX_UNMEASURED_BW_KB: the most that a claim counts where others are measured."""
MAX_UNMEASURED_PARAM: Final = "maxunmeasuredbw"
_BAD_EXIT: Final = "BadExit"
VOTES_FOR_PARAM: Final = 3
"""MIN_VOTES_FOR_PARAM."""


class Weight(Struct, frozen=True):
    """The weight of a relay in kB/s, and whether it is a claim because too few measured."""

    value: int
    unmeasured: bool


def needed(voting: int) -> int:
    """Return how many votes are more than half."""
    return voting // 2 + 1


def low_median(values: Sequence[int]) -> int:
    """Return the middle one of values, of an even number the lower one (median_uint32())."""
    return sorted(values)[(len(values) - 1) // 2]


def method(known: Collection[Sequence[int]]) -> int:
    """Return the highest method that more than two thirds of the votes know.

    See compute_consensus_method().
    """
    counts = Counter(one for methods in known for one in set(methods))
    return max((one for one, n in counts.items() if n > 2 * len(known) // 3), default=1)


def knowing(known: Iterable[Sequence[int]], one: int) -> int:
    """Return how many votes know a method."""
    return sum(one in methods for methods in known)


def needed_for_method(votes: int) -> int:
    """Return how many votes are more than two thirds."""
    return 2 * votes // 3 + 1


def votes_on_flags(known: Iterable[Collection[Flag]]) -> Counter[Flag]:
    """Return how many votes vote on each flag, given those that each knows."""
    return Counter(flag for flags in known for flag in flags)


def chosen_flags(
    listed: Sequence[Collection[Flag]],
    voting: Mapping[Flag, int],
    authorities: int,
    used_method: int,
) -> frozenset[Flag] | None:
    """Return the flags of a relay in the consensus; `None` when it is not in it.

    `listed` are its flags in each vote that lists it; `voting` is how many votes of all that count
    vote on a flag (`votes_on_flags`). See networkstatus_compute_consensus().
    """
    if len(listed) < needed(authorities):
        return None
    counts = Counter(flag for flags in listed for flag in flags)
    flags = {flag for flag, n in counts.items() if n >= needed(voting[flag])}
    if not {"Running", "Valid"} <= flags:
        return None
    if "MiddleOnly" in flags and used_method >= MIDDLE_ONLY_METHOD:
        flags -= WITHHELD
        if voting.get(_BAD_EXIT):
            flags.add("BadExit")
    return frozenset(flags)


def weight(
    measured: Sequence[int],
    claimed: Sequence[int],
    scanners: int,
    most_unmeasured: int = MOST_UNMEASURED,
) -> Weight | None:
    """Return the weight of a relay; `None` when no vote says a bandwidth.

    `scanners` is the number of votes that measure any relay.
    """
    if len(measured) >= SCANNERS:
        return Weight(low_median(measured), unmeasured=False)
    if not claimed:
        return None
    value = low_median(claimed)
    return Weight(min(value, most_unmeasured) if scanners >= SCANNERS else value, unmeasured=True)


def param(values: Sequence[int], authorities: int) -> int | None:
    """Return what a parameter of these votes comes to; `None` when too few voted for it.

    See dirvote_compute_params().
    """
    enough = min(VOTES_FOR_PARAM, needed(authorities))
    return low_median(values) if len(values) >= enough else None


def versions(recommended: Collection[Collection[str]]) -> frozenset[str]:
    """Return the versions that more than half of those recommend that recommend any.

    See compute_consensus_versions_list().
    """
    counts = Counter(one for found in recommended for one in found)
    return frozenset(one for one, n in counts.items() if n >= needed(len(recommended)))
