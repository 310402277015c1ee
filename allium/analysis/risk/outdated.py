"""Who runs obsolete versions of Tor, and which exits name no contact."""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from allium.analysis.network import Member, Network, Operator
from allium.analysis.totals import Totals, totals
from allium.model.relay import Time

OBSOLETE = "obsolete"
"""Onionoo: older than every recommended version."""


class Outdated(Struct, frozen=True, kw_only=True):
    """Running relays of one operator on obsolete versions.

    `versions` count them; `restarted` is the latest restart of any: no update was made since.
    """

    operator: Operator
    sums: Totals
    versions: dict[str, int]
    restarted: Time | None


def outdated(network: Network) -> list[Outdated]:
    """Return who runs obsolete versions, those with most consensus weight on them first."""
    rows = list(_rows(network))
    return sorted(rows, key=lambda one: (-one.sums.weight, one.operator.contact_id))


def _rows(network: Network) -> Iterator[Outdated]:
    for operator in network.operators.values():
        relays = [
            relay for relay in operator.relays if relay.running and relay.version_status == OBSOLETE
        ]
        if relays:
            restarts = (relay.last_restarted for relay in relays)
            yield Outdated(
                operator=operator,
                sums=totals(relays),
                versions=dict(Counter(relay.version or "" for relay in relays).most_common()),
                restarted=max((time for time in restarts if time is not None), default=None),
            )


def exits_without_contact(network: Network) -> list[Member]:
    """Return the running exits that name no contact, by weight."""
    return sorted(
        (
            member
            for member in network.members
            if member.relay.running and member.role == "exit" and member.relay.contact is None
        ),
        key=lambda one: (-(one.relay.consensus_weight or 0), one.relay.fingerprint),
    )
