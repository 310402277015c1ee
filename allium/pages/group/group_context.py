"""What the pages of groups and families have in common: the network, links, share tables."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from allium.analysis.aroi.aroi_claim import NO_CONTACT, ContactId
from allium.analysis.family.family_membership import Declaration, declaration
from allium.analysis.network_stats import NetworkStats
from allium.analysis.relay.platform import newest_recommended, platform_name
from allium.formatting import Units
from allium.model.relay import Fingerprint, Relay
from allium.pages.parts import group_links
from allium.pages.parts.page_base import Link, Share, View
from allium.pages.parts.shares import countries, networks, shares, versions


class ShareTable(View, frozen=True):
    """The largest parts of the group's weight.

    `id` names the card on its page, `name` what a row is, and `caption` what the rows are.
    """

    id: str
    title: str
    caption: str
    name: str
    rows: tuple[Share, ...]


class GroupContext(Struct, frozen=True, kw_only=True, dict=True):
    """What all groups are described with: the network, the operators as links, and the units."""

    stats: NetworkStats
    operators: Mapping[ContactId, Link]
    units: Units

    @cached_property
    def owners(self) -> dict[Fingerprint, ContactId]:
        """The operator of each relay."""
        return {
            member.relay.fingerprint: member.contact_id for member in self.stats.network.members
        }

    @cached_property
    def declarations(self) -> dict[Fingerprint, Declaration]:
        """What the members of each family say of each other."""
        network = self.stats.network
        relays = {member.relay.fingerprint: member.relay for member in network.members}
        return {
            name: declaration([relays[member] for member in members], relays)
            for name, members in network.families.items()
        }

    @cached_property
    def newest_recommended(self) -> str | None:
        """The newest stable version that the authorities recommend."""
        return newest_recommended(member.relay for member in self.stats.network.members)

    @cached_property
    def on_ipv6(self) -> frozenset[Fingerprint]:
        """The running relays with an IPv6 address."""
        return frozenset(
            member.relay.fingerprint
            for member in self.stats.network.members
            if member.relay.running and any("[" in address for address in member.relay.or_addresses)
        )

    def operators_table(self, relays: list[Relay], title: str = "Operators here") -> ShareTable:
        """Return the operators by weight."""
        owners = self.owners
        rows = shares(relays, lambda relay: owners[relay.fingerprint], self._operator)
        return _table("operators", title, "Operator", rows)

    def _operator(self, name: ContactId) -> Link:
        link = self.operators[name]
        return replace(link, text="No contact information") if name == NO_CONTACT else link

    def platforms_table(self, relays: list[Relay]) -> ShareTable:
        """Return the operating systems by weight."""
        slugs = self.stats.slugs
        rows = shares(
            relays,
            lambda relay: platform_name(relay.platform),
            lambda name: group_links.platform(name, slugs),
        )
        return _table("platforms", "Operating systems", "Operating system", rows)


def countries_table(relays: list[Relay]) -> ShareTable:
    """Return the countries by weight."""
    return _table("countries", "Countries", "Country", countries(relays))


def networks_table(relays: list[Relay]) -> ShareTable:
    """Return the autonomous systems by weight."""
    return _table("networks", "Networks", "Network", networks(relays))


def versions_table(relays: list[Relay]) -> ShareTable:
    """Return the versions of Tor by weight."""
    return _table("versions", "Tor versions", "Tor version", versions(relays))


def _table(id: str, title: str, name: str, rows: tuple[Share, ...]) -> ShareTable:  # noqa: A002
    caption = f"{CAPTIONS[id]} by consensus weight"
    return ShareTable(id=id, title=title, caption=caption, name=name, rows=rows)


CAPTIONS: Final = {
    "operators": "Operators",
    "platforms": "Operating systems",
    "countries": "Countries",
    "networks": "Networks",
    "versions": "Tor versions",
}
"""What the rows of each table are."""
