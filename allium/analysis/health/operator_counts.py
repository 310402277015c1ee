"""Operators of running relays: how many relays each has, where, and whether these have IPv6."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from allium.analysis.aroi.aroi_claim import NO_CONTACT, ContactId
from allium.analysis.network import Network
from allium.analysis.operator.composition import RelayComposition
from allium.analysis.statistics import classes, mean, quantile
from allium.analysis.totals import Totals, totals
from allium.model.history import Mean

SIZES: Final = (1, 2, 3, 5, 10, 20, 50, 100)
"""The least number of running relays of each class of operators; a choice of this site."""


class OperatorCounts(Struct, frozen=True, kw_only=True):
    """Operators with a running relay; relays without contact are no operator's.

    `sizes` count operators by the least number of running relays of their class; `mean` and
    `median` are of these numbers. All, some or none of an operator's relays have IPv6. `claiming`
    counts by country the operators with a complete AROI. `anonymous` are the relays without
    contact, `verified` those that the proof of their domain lists.
    """

    sizes: dict[int, int]
    mean: Mean
    median: float | None
    all_ipv6: int
    some_ipv6: int
    no_ipv6: int
    claiming: dict[str, int]
    anonymous: Totals
    verified: Totals


def operator_counts(
    network: Network, compositions: Mapping[ContactId, RelayComposition]
) -> OperatorCounts:
    """Return what the operators of a network come to; `compositions` has each operator."""
    running = {
        name: composition
        for name, composition in compositions.items()
        if name != NO_CONTACT and composition.running
    }
    numbers = sorted(composition.running for composition in running.values())
    reached = [(one.dual_stack, one.running) for one in running.values()]
    claiming = Counter(
        country
        for name, composition in running.items()
        if network.operators[name].claim.domain is not None
        for country in composition.countries
    )
    members = network.members
    return OperatorCounts(
        sizes=classes(numbers, SIZES),
        mean=mean(numbers),
        median=quantile(numbers, 50),
        all_ipv6=sum(some == every for some, every in reached),
        some_ipv6=sum(0 < some < every for some, every in reached),
        no_ipv6=sum(not some for some, _ in reached),
        claiming=dict(sorted(claiming.items(), key=lambda counted: (-counted[1], counted[0]))),
        anonymous=totals(one.relay for one in members if one.status == "no_contact"),
        verified=totals(one.relay for one in members if one.status == "validated"),
    )
