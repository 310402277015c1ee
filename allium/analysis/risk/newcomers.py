"""Groups of similar relays that joined the network together.

That relays are alike says nothing about the intent of who runs them: an operator who sets up ten
machines in one day looks the same.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.network import Member
from allium.analysis.risk.both_ends import address_ranges
from allium.model.relay import Time

DAYS: Final = 90
"""A choice of this site: who joined earlier is no newcomer any more."""
TOGETHER: Final = 48 * 3_600
"""Seconds from the first to the last of a group; a choice of this site."""
LEAST: Final = 5
"""Relays; a choice of this site: three or four that are alike join on many days."""
PREFIX: Final = 4
"""So many letters of nicknames without digits are a pattern; a choice of this site."""
DEFAULT_NAME: Final = "Unnamed"
"""What Tor calls a relay without Nickname (tor manual): no pattern."""
_DIGITS: Final = re.compile(r"[0-9_-]+")


class NewGroup(Struct, frozen=True, kw_only=True):
    """Similar relays that were first seen within two days, by the rule that found them."""

    rule: str
    likeness: str
    members: tuple[Member, ...]

    @property
    def first(self) -> Time:
        """When the first relay was first seen."""
        return self.members[0].relay.first_seen

    @property
    def last(self) -> Time:
        """When the last relay was first seen."""
        return self.members[-1].relay.first_seen


def new_groups(members: Sequence[Member], now: Time) -> list[NewGroup]:
    """Return the groups of newcomers, the latest first; a relay is in the group of one rule only.

    Of two rules the first takes the relays.
    """
    earliest = formatting.seconds(now) - DAYS * 86_400
    left = sorted(
        (one for one in members if formatting.seconds(one.relay.first_seen) >= earliest),
        key=lambda one: (one.relay.first_seen, one.relay.fingerprint),
    )
    groups: list[NewGroup] = []
    for rule, likeness in RULES.items():
        for name, alike in _alike(left, likeness).items():
            for cluster in _clusters(alike):
                groups.append(NewGroup(rule=rule, likeness=name, members=tuple(cluster)))
                taken = {one.relay.fingerprint for one in cluster}
                left = [one for one in left if one.relay.fingerprint not in taken]
    return sorted(groups, key=lambda one: (one.first, one.rule, one.likeness), reverse=True)


def _contact(member: Member) -> str | None:
    return member.relay.contact


def _nickname(member: Member) -> str | None:
    """Return the letters that a nickname begins with, where they are a pattern."""
    relay = member.relay
    letters = _DIGITS.split(relay.nickname.lower())[0]
    if relay.nickname == DEFAULT_NAME or len(letters) < PREFIX or relay.asn is None:
        return None
    return f"{letters}… in {relay.asn}"


def _range(member: Member) -> str | None:
    relay = member.relay
    ranges = sorted(one for one in address_ranges(relay) if ":" not in one)
    return f"{ranges[0]}, Tor {relay.version}" if ranges and relay.version is not None else None


def _software(member: Member) -> str | None:
    """Return AS, version and platform of a relay that names no contact."""
    relay = member.relay
    if relay.contact is not None or relay.asn is None or relay.platform is None:
        return None
    return f"{relay.asn}, {relay.platform}"


RULES: Final[dict[str, Callable[[Member], str | None]]] = {
    "same contact": _contact,
    "same beginning of the nickname and same network": _nickname,
    "same /16 of IPv4 and same version of Tor": _range,
    "no contact, same network and same platform": _software,
}
"""By the words that name a rule: what relays have in common; `None` of one it does not apply to."""


def _alike(
    members: Sequence[Member], likeness: Callable[[Member], str | None]
) -> dict[str, list[Member]]:
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        name = likeness(member)
        if name is not None:
            groups[name].append(member)
    return {name: groups[name] for name in sorted(groups)}


def _clusters(members: Sequence[Member]) -> Iterator[list[Member]]:
    """Yield runs of enough relays of which none came later than two days after the first."""
    cluster: list[Member] = []
    for member in members:
        if cluster and _apart(cluster[0], member) > TOGETHER:
            if len(cluster) >= LEAST:
                yield cluster
            cluster = []
        cluster.append(member)
    if len(cluster) >= LEAST:
        yield cluster


def _apart(first: Member, later: Member) -> int:
    return formatting.seconds(later.relay.first_seen) - formatting.seconds(first.relay.first_seen)
