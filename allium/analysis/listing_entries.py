"""What lists are made of, in numbers: operators, families, networks and the like; and their order.

Distinct values (countries, networks, operators, families) are those of running relays.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from heapq import nlargest, nsmallest
from operator import itemgetter
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from allium.analysis.aroi.aroi_claim import NO_CONTACT, ContactId
from allium.analysis.network import Member
from allium.analysis.totals import Totals, totals
from allium.model.relay import Fingerprint, Time

T = TypeVar("T")

ROWS: Final = 100
"""So many entries of an order are shown."""


class ListingEntry(Struct, frozen=True, kw_only=True, dict=True):
    """One thing that a list names; `id` is part of its address, `label` a name beside it."""

    id: str
    label: str | None = None
    members: tuple[Member, ...]
    totals: Totals

    @cached_property
    def running(self) -> tuple[Member, ...]:
        """The relays that run."""
        return tuple(member for member in self.members if member.relay.running)

    @cached_property
    def operators(self) -> frozenset[ContactId]:
        """Who runs its running relays; relays without contact belong to nobody."""
        return frozenset(member.contact_id for member in self.running) - {NO_CONTACT}

    @cached_property
    def families(self) -> frozenset[Fingerprint]:
        """The families of its running relays."""
        return frozenset(member.family for member in self.running if member.family is not None)

    @cached_property
    def networks(self) -> frozenset[str]:
        """The autonomous systems of its running relays."""
        return frozenset(
            member.relay.asn for member in self.running if member.relay.asn is not None
        )

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries of its running relays."""
        return frozenset(
            member.relay.country for member in self.running if member.relay.country is not None
        )

    @cached_property
    def first_seen(self) -> Time:
        """When the first of all its relays was first seen."""
        return min(member.relay.first_seen for member in self.members)


class Placed(Struct, Generic[T], frozen=True):
    """The rank of something in an order, and what it was ordered by; `None` where not known."""

    rank: int
    value: Any
    thing: T


def entry(name: str, members: Iterable[Member], label: str | None = None) -> ListingEntry:
    """Return some relays as one entry of a list."""
    group = tuple(members)
    sums = totals(member.relay for member in group)
    return ListingEntry(id=name, label=label, members=group, totals=sums)


def by_weight(entries: Iterable[ListingEntry]) -> list[ListingEntry]:
    """Return entries in the order of lists: by weight, of equals by id."""
    return sorted(entries, key=lambda listing: (-listing.totals.weight, listing.id))


def placed(valued: Sequence[tuple[Any, T]], *, lowest: bool = False) -> list[Placed[T]]:
    """Return the first things of an order: those of the highest (or `lowest`) metric.

    Each thing comes after its metric, in the order that decides among equals. What has no metric
    (`None`) comes last; equal metrics share a rank: 1, 2, 2, 4.
    """
    with_value = [pair for pair in valued if pair[0] is not None]
    # Both keep the given order among equals, which the caller chose; a whole sort is not needed.
    pick = nsmallest if lowest else nlargest
    first = pick(ROWS, with_value, key=itemgetter(0))
    first += [pair for pair in valued if pair[0] is None][: ROWS - len(first)]
    rows: list[Placed[T]] = []
    for number, (value, item) in enumerate(first, start=1):
        equal = number > 1 and value == first[number - 2][0]
        rows.append(Placed(rows[-1].rank if equal else number, value, item))
    return rows
