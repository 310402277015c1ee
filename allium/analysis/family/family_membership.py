"""Whether the relays of a family say of each other that they belong together."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from allium.analysis.operator.composition import FamilySupport, supports
from allium.model.relay import FamilyId, Fingerprint, Relay


class Declaration(Struct, frozen=True):
    """What the members of one family say of each other.

    `alleged` are pairs of which the first lists the second, a relay of the network, which does not
    list the first; `strangers` counts listed names that are no relay of the network; `partly`
    counts members that do not belong directly to each other member; `supports` all by how they say
    which family they belong to.
    """

    alleged: tuple[tuple[Fingerprint, Fingerprint], ...]
    strangers: int
    partly: int
    supports: dict[FamilySupport, int]

    @property
    def complete(self) -> bool:
        """Whether each member belongs to each other one by mutual listing or a shared key."""
        return self.partly == 0


class Unreturned(Struct, frozen=True):
    """What a relay lists as its family and what is not confirmed there.

    `one_sided` are relays of the network that do not list it back and share no family key with it;
    `gone` are no relays of the network any more.
    """

    one_sided: tuple[Fingerprint, ...] = ()
    gone: tuple[Fingerprint, ...] = ()


def unreturned(relay: Relay, keys: Mapping[Fingerprint, tuple[FamilyId, ...]]) -> Unreturned:
    """Return what of a relay's family list is not returned.

    `keys` are the family keys of all relays of the network, by fingerprint. Relays that share a key
    are a family without any list.
    """
    alleged, own_keys = relay.alleged_family, set(relay.family_ids)
    listed = [name for name in alleged if name in keys]
    gone = tuple(name for name in alleged if name not in keys)
    if own_keys:
        listed = [name for name in listed if own_keys.isdisjoint(keys[name])]
    return Unreturned(one_sided=tuple(listed), gone=gone)


def declaration(relays: Sequence[Relay], fingerprints: Collection[Fingerprint]) -> Declaration:
    """Return what the members of a family say; `fingerprints` are all relays of the network."""
    names = frozenset(relay.fingerprint for relay in relays)
    keys: dict[str, set[Fingerprint]] = defaultdict(set)
    for relay in relays:
        for key in relay.family_ids:
            keys[key].add(relay.fingerprint)
    lists = {relay.alleged_family for relay in relays}
    met = {listed: [name for name in listed if name in fingerprints] for listed in lists}
    alleged = [(one.fingerprint, name) for one in relays for name in met[one.alleged_family]]
    return Declaration(
        alleged=tuple(sorted(alleged)),
        strangers=sum(len(relay.alleged_family) for relay in relays) - len(alleged),
        partly=sum(reach < len(names) for reach in _reaches(relays, names, keys)),
        supports=supports(relays),
    )


def _reaches(
    relays: Sequence[Relay], names: frozenset[Fingerprint], keys: Mapping[str, set[Fingerprint]]
) -> Iterator[int]:
    """Yield how many members each relay belongs to directly, itself among them.

    Most members of a family publish the same list, which is compared once.
    """
    lists = {relay.effective_family for relay in relays}
    mutual = {listed: names.intersection(listed) for listed in lists}
    for relay in relays:
        members = mutual[relay.effective_family]
        yield len(members.union({relay.fingerprint}, *(keys[key] for key in relay.family_ids)))
