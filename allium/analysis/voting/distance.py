"""How far a relay is from a flag: who gives it, how many are needed, and what the others miss."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from allium.analysis.voting.vote_rules import CONDITIONS, Condition
from allium.model.relay import Flag

_RANKS: Final = {name: rank for rank, name in enumerate(CONDITIONS)}


class Lacking(Struct, frozen=True):
    """A condition and the authorities for which it is the first one that a relay lacks.

    Without authorities: some.
    """

    condition: Condition
    authorities: tuple[str, ...] = ()


class Distance(Struct, frozen=True):
    """Of `voting` authorities `given` give a flag and `needed` would have to.

    `lacking` has the others, by how many they are, then in the order of conditions.
    """

    flag: Flag
    given: int
    voting: int
    needed: int
    lacking: tuple[Lacking, ...] = ()

    @property
    def explained(self) -> bool:
        """Whether votes state why most of those that do not give the flag do not."""
        return not self.lacking or self.lacking[0].condition != "unknown"


def grouped(reasons: Iterable[tuple[str, Condition]]) -> tuple[Lacking, ...]:
    """Return the authorities by what a relay lacks there first."""
    found: dict[Condition, list[str]] = {}
    for authority, condition in reasons:
        found.setdefault(condition, []).append(authority)
    groups = (Lacking(condition, tuple(sorted(names))) for condition, names in found.items())
    return tuple(sorted(groups, key=lambda one: (-len(one.authorities), _RANKS[one.condition])))
