"""A group of relays in figures: the tiles at its head, and what its running relays are made of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Final

from allium import formatting
from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.network import Member, Network
from allium.analysis.relay.role import ROLES, Role, network_position
from allium.analysis.totals import Totals, totals
from allium.model.relay import Relay
from allium.pages.group.group_context import GroupContext
from allium.pages.group.group_kinds import Fact
from allium.pages.parts.levels import level
from allium.pages.parts.network_figures import measured, observed
from allium.pages.parts.page_base import Link, Slice, Tile, View
from allium.pages.parts.shares import role_slices
from allium.pages.parts.version_words import status_slices

FINGERPRINT: Final = attrgetter("fingerprint")


class MakeUp(View, frozen=True):
    """What the running relays of a group are: their roles, their versions of Tor, and facts.

    Nothing is drawn of a whole that has one part.
    """

    roles: tuple[Slice, ...]
    versions: tuple[Slice, ...]
    facts: tuple[Fact, ...]


class GroupSummary(View, frozen=True):
    """A group in figures; `operators` is `None` where the data names none of any relay."""

    running: str
    operators: str | None
    tiles: tuple[Tile, ...]
    made_of: MakeUp


def summary(
    members: Sequence[Member], context: GroupContext, units: formatting.Units
) -> GroupSummary:
    """Return the figures of a group."""
    relays = [member.relay for member in members]
    network = context.stats.network
    group = totals(relays)
    owners = {member.contact_id for member in members if member.relay.running} - {NO_CONTACT}
    on_ipv6 = len(context.on_ipv6.intersection(map(FINGERPRINT, relays)))
    running = formatting.count(group.running)
    return GroupSummary(
        running=running_of(group),
        operators=None
        if "contact" in network.absent
        else formatting.number_of(len(owners), "operator"),
        tiles=_tiles(group, network, units),
        made_of=MakeUp(
            roles=_several(role_slices(_role_counts(group), formatting.count)),
            versions=_several(status_slices(_statuses(relays))),
            facts=(
                _fact("Position", _position(group)),
                _fact("Measured", measured(group, network.absent) or "Unknown"),
                _fact("With IPv6", f"{formatting.count(on_ipv6)} of {running}"),
            )
            if group.running
            else (),
        ),
    )


def running_of(group: Totals) -> str:
    """Return how many relays run, and of how many where that is not all."""
    words = formatting.number_of(group.running, "running relay")
    if group.running == group.relays:
        return words
    return f"{words} (of {formatting.count(group.relays)})"


def _tiles(group: Totals, network: Network, units: formatting.Units) -> tuple[Tile, ...]:
    return (
        Tile(
            label="Relays running",
            value=formatting.count(group.running),
            remark=f"of {formatting.count(group.relays)}",
            level=level(group.running, group.relays),
        ),
        Tile(
            label="Consensus weight",
            value=_share(group.weight, network.totals.weight),
            remark="of the network",
        ),
        *(_role_tile(role, group, network, units) for role in ROLES),
        Tile(
            label="Observed bandwidth",
            value=observed(network.absent, group.bandwidth, units),
            remark="sum over running relays",
        ),
    )


def _role_tile(role: Role, group: Totals, network: Network, units: formatting.Units) -> Tile:
    part = group.parts[role]
    name = "non-exit guard" if role == "guard" and group.parts["exit"].relays else role
    words = [formatting.number_of(part.relays, name)] if part.relays else [f"no {name}s"]
    if part.relays and "observed_bandwidth" not in network.absent:
        words.append(formatting.bandwidth(part.bandwidth, units))
    return Tile(
        label=f"{role.capitalize()} weight",
        value=_share(part.weight, network.totals.parts[role].weight),
        remark=", ".join(words),
    )


def _share(weight: int, whole: int) -> str:
    return formatting.share(weight, whole) or "None"


def _role_counts(group: Totals) -> dict[Role, int]:
    return {role: group.parts[role].relays for role in ROLES if group.parts[role].relays}


def _position(group: Totals) -> str:
    counts = [group.parts[role].relays for role in ("guard", "middle", "exit")]
    return network_position(*counts)


def _statuses(relays: Iterable[Relay]) -> Counter[str]:
    return Counter(relay.version_status or "unknown" for relay in relays if relay.running)


def _several(parts: tuple[Slice, ...]) -> tuple[Slice, ...]:
    return parts if len(parts) > 1 else ()


def _fact(name: str, value: str) -> Fact:
    return Fact(name=name, value=Link(text=value))
