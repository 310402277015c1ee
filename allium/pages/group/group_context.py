"""What the pages of groups and families have in common: the network, links, share tables."""

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from allium.analysis.aroi.aroi_claim import ContactId
from allium.analysis.family.family_membership import Declaration, declaration
from allium.analysis.network_stats import NetworkStats
from allium.analysis.relay.platform import platform_name
from allium.formatting import Units
from allium.model.relay import Fingerprint, Relay
from allium.pages.parts import group_links
from allium.pages.parts.page_base import Link, Share, View
from allium.pages.parts.shares import countries, networks, shares, versions


class ShareTable(View, frozen=True):
    """The largest parts of the group's weight; `id` names the table on its page."""

    id: str
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
    def on_ipv6(self) -> frozenset[Fingerprint]:
        """The running relays with an IPv6 address."""
        return frozenset(
            member.relay.fingerprint
            for member in self.stats.network.members
            if member.relay.running and any("[" in address for address in member.relay.or_addresses)
        )

    def operators_table(self, relays: list[Relay], caption: str) -> ShareTable:
        """Return the operators by weight."""
        owners, links = self.owners, self.operators
        rows = shares(relays, lambda relay: owners[relay.fingerprint], lambda name: links[name])
        return ShareTable(id="operators", caption=caption, name="Operator", rows=rows)

    def platforms_table(self, relays: list[Relay]) -> ShareTable:
        """Return the operating systems by weight."""
        slugs = self.stats.slugs
        rows = shares(
            relays,
            lambda relay: platform_name(relay.platform),
            lambda name: group_links.platform(name, slugs),
        )
        return ShareTable(
            id="platforms", caption="Their operating systems", name="Platform", rows=rows
        )


def countries_table(relays: list[Relay]) -> ShareTable:
    """Return the countries by weight."""
    rows = countries(relays)
    return ShareTable(id="countries", caption="Their countries", name="Country", rows=rows)


def networks_table(relays: list[Relay]) -> ShareTable:
    """Return the autonomous systems by weight."""
    rows = networks(relays)
    return ShareTable(id="networks", caption="Their autonomous systems", name="AS", rows=rows)


def versions_table(relays: list[Relay]) -> ShareTable:
    """Return the versions of Tor by weight."""
    rows = versions(relays)
    return ShareTable(id="versions", caption="Their versions of Tor", name="Version", rows=rows)
