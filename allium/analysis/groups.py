"""Relays by what they have in common: network, country, platform, version, flag, first day."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis.network import Member, table_order
from allium.analysis.platforms import platform_name
from allium.model.relay import Relay

GroupKind: TypeAlias = Literal["as", "country", "platform", "version", "flag", "first_seen"]

GROUP_KINDS: Final[tuple[GroupKind, ...]] = (
    "as",
    "country",
    "platform",
    "version",
    "flag",
    "first_seen",
)
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


def has_page(version: str) -> bool:
    """Tell whether a version is one that can be part of an address."""
    return _VERSION.fullmatch(version) is not None


def held_flags(relay: Relay) -> tuple[str, ...]:
    """Return the relay's flags; those of the last consensus say Running of a relay that is down."""
    return tuple(flag for flag in relay.flags if flag != "Running" or relay.running)


def groups(members: Iterable[Member], slugs: Mapping[str, str]) -> list[Group]:
    """Return all groups, by kind and id; `slugs` are the ids of platforms by name."""
    found: dict[tuple[GroupKind, str], list[Member]] = defaultdict(list)
    labels: dict[tuple[GroupKind, str], str] = {}
    for member in sorted(members, key=table_order):
        for kind, name, label in _places(member.relay, slugs):
            found[kind, name].append(member)
            if label is not None:
                labels[kind, name] = min(label, labels.get((kind, name), label))
    return [
        Group(kind, name, labels.get((kind, name)), tuple(found[kind, name]))
        for kind, name in sorted(found, key=lambda one: (GROUP_KINDS.index(one[0]), one[1]))
    ]


def _places(relay: Relay, slugs: Mapping[str, str]) -> Iterator[tuple[GroupKind, str, str | None]]:
    """Yield kind, id and label of each group that a relay belongs to."""
    if relay.asn is not None:
        yield "as", relay.asn, relay.as_name
    if relay.country is not None:
        yield "country", relay.country, relay.country_name
    platform = platform_name(relay.platform)
    if platform in slugs:
        yield "platform", slugs[platform], platform
    if relay.version is not None and has_page(relay.version):
        yield "version", relay.version, None
    for flag in held_flags(relay):
        yield "flag", flag.lower(), flag
    yield "first_seen", relay.first_seen[:10], None
