"""Relays by what they have in common: network, country, platform, version, flag, first day."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis.network import Member, table_order
from allium.analysis.relay.platform import platform_name
from allium.model.relay import Flag, Relay

GroupKind: TypeAlias = Literal["as", "country", "platform", "version", "flag", "first_seen"]

_Place: TypeAlias = tuple[GroupKind, str]
_Labelled: TypeAlias = tuple[_Place, str | None]

GROUP_KINDS: Final[tuple[GroupKind, ...]] = (
    "as",
    "country",
    "platform",
    "version",
    "flag",
    "first_seen",
)
UNKNOWN: Final = "unknown"
"""The id of the group of relays whose AS, country, platform or version is not known.

No AS and no country is spelled so, no platform has this slug, and no version of Tor this name.
"""
PLACED: Final = frozenset({"as", "country", "platform", "version"})
"""The kinds of which each relay belongs to exactly one group."""
_VERSION: Final = re.compile(r"[0-9a-z](?:[0-9a-z.+_-]{0,30}[0-9a-z])?")
"""What may be part of an address on any file system; other texts in this field have no page."""


class Group(Struct, frozen=True):
    """Relays with one thing in common, in the order of relay tables; `id` is part of an address.

    `label` is the name beside the id where there is one: that of a country, of an AS (of several
    the first by letter), of a platform or of a flag as it is spelled.
    """

    kind: GroupKind
    id: str
    label: str | None
    members: tuple[Member, ...]

    @property
    def is_unknown(self) -> bool:
        """Whether these are the relays of which nothing is known in this respect."""
        return self.kind in PLACED and self.id == UNKNOWN


@lru_cache(maxsize=4096)
def has_page(version: str) -> bool:
    """Tell whether a version is one that can be part of an address."""
    return version != UNKNOWN and _VERSION.fullmatch(version) is not None


def held_flags(relay: Relay) -> tuple[Flag, ...]:
    """Return the relay's flags; those of the last consensus say Running of a relay that is down."""
    if relay.running:
        return relay.flags
    return tuple(flag for flag in relay.flags if flag != "Running")


def groups(members: Iterable[Member], slugs: Mapping[str, str]) -> list[Group]:
    """Return all groups, by kind and id; `slugs` are the ids of platforms by name."""
    by_place: dict[_Place, list[Member]] = defaultdict(list)
    labels: dict[_Place, set[str]] = defaultdict(set)
    # Sorted once for all groups: each group keeps the order in which its members come.
    for member in sorted(members, key=table_order):
        for place, label in _places(member.relay, slugs):
            by_place[place].append(member)
            if label is not None:
                labels[place].add(label)
    return [
        Group(*place, min(labels[place], default=None), tuple(by_place[place]))
        for place in sorted(
            by_place, key=lambda place_key: (GROUP_KINDS.index(place_key[0]), place_key[1])
        )
    ]


def _places(relay: Relay, slugs: Mapping[str, str]) -> Iterator[_Labelled]:
    """Yield kind and id, and the label, of each group that a relay belongs to."""
    network, country = relay.asn, relay.country
    yield ("as", network or UNKNOWN), None if network is None else relay.as_name
    yield ("country", country or UNKNOWN), None if country is None else relay.country_name
    platform, version = platform_name(relay.platform), relay.version or UNKNOWN
    yield ("platform", slugs.get(platform, UNKNOWN)), platform if platform in slugs else None
    yield ("version", version if has_page(version) else UNKNOWN), None
    yield from _flag_places(held_flags(relay))
    yield ("first_seen", relay.first_seen[:10]), None


@lru_cache(maxsize=4096)
def _flag_places(flags: tuple[Flag, ...]) -> tuple[_Labelled, ...]:
    return tuple((("flag", flag.lower()), flag) for flag in flags)
