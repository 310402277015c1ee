"""A group of relays in figures, and in one sentence."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from allium import text
from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.network import Member
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.totals import Totals, totals
from allium.views.base import View
from allium.views.figures import by_role, given, measured, observed
from allium.views.ground import GroupContext

FINGERPRINT: Final = attrgetter("fingerprint")


class GroupSummary(View, frozen=True):
    """A group in figures, all about its running relays but `relays`."""

    relays: str
    running: str
    bandwidth: str
    weight_share: str | None
    by_role: dict[Role, str]
    role_bandwidth: dict[Role, str]
    role_share: dict[Role, str | None]
    measured: str | None
    ipv6: str
    operators: str


def summary(members: Sequence[Member], ground: GroupContext, units: text.Units) -> GroupSummary:
    """Return the figures of a group."""
    relays = [member.relay for member in members]
    network = ground.census.network
    own, whole = totals(relays), network.totals
    operators = {member.contact_id for member in members if member.relay.running}
    return GroupSummary(
        relays=text.count(own.relays),
        running=text.count(own.running),
        bandwidth=observed(network.absent, own.bandwidth, units),
        weight_share=text.share(own.weight, whole.weight),
        by_role={role: text.count(own.parts[role].relays) for role in ROLES},
        role_bandwidth=by_role(own, network.absent, units),
        role_share=_role_share(own, whole),
        measured=measured(own, network.absent),
        ipv6=text.count(len(ground.on_ipv6.intersection(map(FINGERPRINT, relays)))),
        operators=given(network.absent, text.count(len(operators - {NO_CONTACT})), "contact"),
    )


def _role_share(own: Totals, whole: Totals) -> dict[Role, str | None]:
    return {role: text.share(own.parts[role].weight, whole.parts[role].weight) for role in ROLES}


def verdict(shown: GroupSummary, relays: int) -> str:
    """Return one sentence: how many relays, how large a part of the network."""
    words = f"{text.number_of(relays, 'relay')}, {shown.running} running"
    if shown.running == "0" or shown.weight_share is None:
        return f"{words}."
    exits = shown.role_share["exit"]
    also = "" if exits is None else f", {exits} of all exit weight"
    return f"{words}: {shown.weight_share} of all weight{also}."
