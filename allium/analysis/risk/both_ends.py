"""Operators who could be at both ends of a circuit, as their family is not declared completely."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from msgspec import Struct

from allium.analysis.network import Member, Network, Operator
from allium.model.relay import Relay


class BothEnds(Struct, frozen=True, kw_only=True):
    """An operator with guards and exits, of which clients may use two in one circuit.

    `probability` is that of a circuit whose guard and whose exit are the operator's and do not
    belong to each other by mutual listing or by a shared family key; `pairs` counts such pairs.
    """

    operator: Operator
    guards: int
    exits: int
    pairs: int
    probability: float


def both_ends(network: Network) -> list[BothEnds]:
    """Return the operators with a pair of guard and exit that one circuit may use, likeliest first.

    Relays without contact belong to no operator and are left out.
    """
    found = (_of_operator(operator) for operator in network.operators.values() if operator.is_one)
    present = [one for one in found if one is not None]
    return sorted(present, key=lambda one: (-one.probability, one.operator.contact_id))


def _of_operator(operator: Operator) -> BothEnds | None:
    running = [member for member in operator.members if member.relay.running]
    guards = [member for member in running if member.relay.guard_probability]
    exits = [member for member in running if member.relay.exit_probability]
    pairs = list(_apart(guards, exits))
    if not pairs:
        return None
    return BothEnds(
        operator=operator,
        guards=len(guards),
        exits=len(exits),
        pairs=sum(count for count, _ in pairs),
        probability=sum(probability for _, probability in pairs),
    )


def _apart(guards: Sequence[Member], exits: Sequence[Member]) -> Iterator[tuple[int, float]]:
    """Yield of each guard how many exits a circuit may combine it with, and how likely that is.

    A client never uses two relays of one family or of one range of addresses in a circuit
    (path-spec, "Path selection and constraints").
    """
    keyed: dict[str, set[str]] = defaultdict(set)
    for member in exits:
        for key in member.relay.family_ids:
            keyed[key].add(member.relay.fingerprint)
    for guard in guards:
        relay = guard.relay
        kin = {relay.fingerprint, *relay.effective_family}
        kin.update(*(keyed[key] for key in relay.family_ids if key in keyed))
        ranges = address_ranges(relay)
        apart = [
            member.relay.exit_probability or 0
            for member in exits
            if member.relay.fingerprint not in kin
            and ranges.isdisjoint(address_ranges(member.relay))
        ]
        if apart:
            # Floats, in the order of relay tables: the same sum whenever the relays are the same.
            yield len(apart), (relay.guard_probability or 0) * sum(apart)


@lru_cache(maxsize=32_768)
def _range(address: str) -> str | None:
    """Return the /16 of an IPv4 or the /32 of an IPv6 address; `None` of what is neither.

    Tor: router_addrs_in_same_network(), the ranges that one circuit uses once.
    """
    try:
        host = ip_address(address.rpartition(":")[0].strip("[]"))
    except ValueError:
        return None
    # Without the class of networks, which takes six times as long.
    if host.version == 4:
        return f"{IPv4Address(int(host) >> 16 << 16)}/16"
    return f"{IPv6Address(int(host) >> 96 << 96)}/32"


def address_ranges(relay: Relay) -> frozenset[str]:
    """Return the ranges that a relay's addresses are in."""
    ranges = map(_range, relay.or_addresses)
    return frozenset(one for one in ranges if one is not None)
