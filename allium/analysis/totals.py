"""Sums over the running relays of a group: bandwidth and weight, in all and by exclusive role."""

from collections.abc import Iterable

from msgspec import Struct

from allium.analysis.relay.role import ROLES, Role, role
from allium.model.relay import Relay


class TotalsPart(Struct, frozen=True):
    """Running relays of one role: how many, observed bandwidth in bytes/s, consensus weight."""

    relays: int = 0
    bandwidth: int = 0
    weight: int = 0


class Totals(Struct, frozen=True, kw_only=True):
    """A group of relays in numbers; all but `relays` count running relays only.

    `running`, `bandwidth` and `weight` are the sums over the parts.
    """

    relays: int
    running: int
    bandwidth: int
    weight: int
    parts: dict[Role, TotalsPart]
    measured: int
    measured_known: int


def totals(relays: Iterable[Relay]) -> Totals:
    """Return the sums over a group; an empty group has zeros."""
    sums = {name: [0, 0, 0] for name in ROLES}
    measured_known = running_measured = count = 0
    for relay in relays:
        count += 1
        if not relay.running:
            continue
        # Roles exclude each other, so that the parts add up to the whole; by flags alone a relay
        # with Guard and Exit would count twice.
        part = sums[role(relay.flags)]
        part[0] += 1
        part[1] += relay.observed_bandwidth or 0
        part[2] += relay.consensus_weight or 0
        # Onionoo leaves the field out when the consensus has no measurements (its protocol).
        measured_known += relay.measured is not None
        running_measured += relay.measured is True
    running, bandwidth, weight = map(sum, zip(*sums.values(), strict=True))
    return Totals(
        relays=count,
        running=running,
        bandwidth=bandwidth,
        weight=weight,
        parts={name: TotalsPart(*part) for name, part in sums.items()},
        measured=running_measured,
        measured_known=measured_known,
    )
