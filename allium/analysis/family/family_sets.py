"""Families: relays that list each other, or that prove the same family key."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from allium.model.relay import Fingerprint, Relay


def families(relays: Sequence[Relay]) -> dict[Fingerprint, tuple[Fingerprint, ...]]:
    """Return every family of two or more relays: its id, and its members by fingerprint.

    A family is a connected component of mutual listing and shared keys. Its id is the member that
    was first seen first (the smallest fingerprint of equals).
    """
    first_seen = {relay.fingerprint: relay.first_seen for relay in relays}
    parents = {fingerprint: fingerprint for fingerprint in first_seen}
    for first, second in _edges(relays):
        _join(parents, first, second)
    members: dict[Fingerprint, list[Fingerprint]] = defaultdict(list)
    for fingerprint in sorted(parents):
        members[_root(parents, fingerprint)].append(fingerprint)
    return {
        min(group, key=lambda member: (first_seen[member], member)): tuple(group)
        for group in members.values()
        if len(group) > 1
    }


def family_of(
    families: dict[Fingerprint, tuple[Fingerprint, ...]],
) -> dict[Fingerprint, Fingerprint]:
    """Return the family id of each relay that has a family."""
    return {member: family for family, members in families.items() for member in members}


def _edges(relays: Sequence[Relay]) -> Iterator[tuple[Fingerprint, Fingerprint]]:
    yield from _mutual(relays)
    by_key: dict[str, Fingerprint] = {}
    for relay in relays:
        for key in relay.family_ids:
            yield by_key.setdefault(key, relay.fingerprint), relay.fingerprint


def _mutual(relays: Sequence[Relay]) -> Iterator[tuple[Fingerprint, Fingerprint]]:
    """Yield pairs that list each other, as many as it takes to join all that do.

    Members of one family mostly publish the same list: relays with equal lists that contain
    themselves list each other, and whoever one of them lists is looked at once for all of them.
    """
    sets = {names: frozenset(names) for names in {relay.effective_family for relay in relays}}
    listed = {relay.fingerprint: sets[relay.effective_family] for relay in relays}
    alike: dict[frozenset[Fingerprint], set[Fingerprint]] = defaultdict(set)
    for fingerprint, names in listed.items():
        if fingerprint in names:
            alike[names].add(fingerprint)
        else:
            yield from _pairs({fingerprint}, names, listed)
    for names, same in alike.items():
        first = min(same)
        yield from ((first, other) for other in same)
        yield from _pairs(same, names - same, listed)


def _pairs(
    same: set[Fingerprint],
    names: Iterable[Fingerprint],
    listed: dict[Fingerprint, frozenset[Fingerprint]],
) -> Iterator[tuple[Fingerprint, Fingerprint]]:
    """Yield a pair for each of the names that lists any of the relays that list it."""
    for name in names:
        if not same.isdisjoint(listed.get(name, ())):
            yield min(same & listed[name]), name


def _root(parents: dict[Fingerprint, Fingerprint], fingerprint: Fingerprint) -> Fingerprint:
    while parents[fingerprint] != fingerprint:
        parents[fingerprint] = parents[parents[fingerprint]]
        fingerprint = parents[fingerprint]
    return fingerprint


def _join(parents: dict[Fingerprint, Fingerprint], first: Fingerprint, second: Fingerprint) -> None:
    parents[_root(parents, second)] = _root(parents, first)
