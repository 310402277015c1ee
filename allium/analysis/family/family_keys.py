"""The families of a network, and the keys by which relays are in one."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.family.family_membership import Declaration
from allium.analysis.network import Network, Operator
from allium.analysis.operator.composition import FamilySupport, supports
from allium.analysis.relay.platform import family_key_ready
from allium.analysis.statistics import classes
from allium.analysis.totals import Totals, totals
from allium.model.relay import Relay

SIZES: Final = (2, 3, 4, 5, 10, 20, 50, 100)
"""The least number of members of each class of families; a choice of this site."""
LARGE: Final = 10
"""A choice of this site: families of as many members are counted as large."""


Confirmation: TypeAlias = Literal["all", "some", "none", "no list"]
CONFIRMATIONS: Final[tuple[Confirmation, ...]] = ("all", "some", "none", "no list")


class FamilyKeyCounts(Struct, frozen=True, kw_only=True):
    """Families of the relays that are known: how many, their sizes, and what is declared.

    `sizes` count families by the least number of members of their class; `largest` is the id and
    the number of members; `incomplete` are families whose members do not all say so of each other.
    `alleged` of `listed` names of other relays in lists of families are not confirmed by them;
    `lists` count relays by whether all, some or none of those that they list confirm it, and by
    whether they list any.
    """

    families: int
    relays: int
    sizes: dict[int, int]
    largest: tuple[str, int] | None
    large: int
    incomplete: int
    alleged: int
    listed: int
    lists: dict[Confirmation, int]


def family_key_counts(network: Network, declared: Iterable[Declaration]) -> FamilyKeyCounts:
    """Return what families there are; `declared` is what the members of each say."""
    relays = [member.relay for member in network.members]
    sizes = sorted(map(len, network.families.values()))
    by_size = ((-len(members), name) for name, members in network.families.items())
    largest = min(by_size, default=None)
    alleged = sum(len(relay.alleged_family) for relay in relays)
    lists = Counter(map(_confirmation, relays))
    return FamilyKeyCounts(
        families=len(sizes),
        relays=sum(sizes),
        sizes=classes(sizes, SIZES),
        largest=None if largest is None else (largest[1], -largest[0]),
        large=sum(size >= LARGE for size in sizes),
        incomplete=sum(not declaration.complete for declaration in declared),
        alleged=alleged,
        listed=alleged + sum(map(_confirmed, relays)),
        lists={name: lists[name] for name in CONFIRMATIONS},
    )


def _confirmed(relay: Relay) -> int:
    """Return how many of those that a relay lists confirm it."""
    # Onionoo counts a relay into its own effective family.
    return len(relay.effective_family) - (relay.fingerprint in relay.effective_family)


def _confirmation(relay: Relay) -> Confirmation:
    if _confirmed(relay):
        return "some" if relay.alleged_family else "all"
    return "none" if relay.alleged_family else "no list"


class Keys(Struct, frozen=True, kw_only=True):
    """Family keys: running relays that have one, operators some or all of whose relays have one.

    `ready` are the running relays whose version of Tor could have one; `supports` count the running
    relays by how they say which family they belong to.
    """

    relays: int
    keys: int
    some: int
    every: int
    ready: Totals
    supports: dict[FamilySupport, int]


def keys(network: Network) -> Keys:
    """Return who is in a family by key, and who could be."""
    running = [member.relay for member in network.members if member.relay.running]
    operators = [operator for name, operator in network.operators.items() if name != NO_CONTACT]
    ready = {name for name in {operator.version for operator in running} if family_key_ready(name)}
    return Keys(
        relays=sum(bool(relay.family_ids) for relay in running),
        keys=len({key for relay in running for key in relay.family_ids}),
        some=sum(any(_keyed(operator)) for operator in operators),
        every=sum(all(_keyed(operator)) for operator in operators),
        ready=totals(relay for relay in running if relay.version in ready),
        supports=supports(running),
    )


def _keyed(operator: Operator) -> Iterable[bool]:
    return (bool(member.relay.family_ids) for member in operator.members)
