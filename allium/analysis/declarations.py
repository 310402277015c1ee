"""Whether the relays of a family say of each other that they belong together."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from msgspec import Struct

from allium.model.relay import Fingerprint, Relay


class Declaration(Struct, frozen=True):
    """What the members of one family say of each other.

    `alleged` are pairs of which the first lists the second, a relay of the network, which does not
    list the first; `strangers` counts listed names that are no relay of the network; `partly`
    counts members that do not belong directly to each other member; `keyed` those with a key.
    """

    alleged: tuple[tuple[Fingerprint, Fingerprint], ...]
    strangers: int
    partly: int
    keyed: int

    @property
    def complete(self) -> bool:
        """Whether each member belongs to each other one by mutual listing or a shared key."""
        return self.partly == 0


def declaration(relays: Sequence[Relay], known: Collection[Fingerprint]) -> Declaration:
    """Return what the members of a family say; `known` are all relays of the network."""
    names = frozenset(relay.fingerprint for relay in relays)
    keys: dict[str, set[Fingerprint]] = defaultdict(set)
    for relay in relays:
        for key in relay.family_ids:
            keys[key].add(relay.fingerprint)
    listed = [(relay.fingerprint, name) for relay in relays for name in relay.alleged_family]
    return Declaration(
        alleged=tuple(sorted(pair for pair in listed if pair[1] in known)),
        strangers=sum(name not in known for _, name in listed),
        partly=sum(_reach(relay, names, keys) < len(names) for relay in relays),
        keyed=sum(bool(relay.family_ids) for relay in relays),
    )


def _reach(relay: Relay, names: frozenset[Fingerprint], keys: dict[str, set[Fingerprint]]) -> int:
    """Return how many members a relay belongs to directly, itself among them."""
    found = names.intersection(relay.effective_family)
    return len(found.union({relay.fingerprint}, *(keys[key] for key in relay.family_ids)))
