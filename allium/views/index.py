"""The front page: the network at a glance, and its largest operators and relays."""

from typing import Final

from allium import text
from allium.analysis.network import Network, Operator, table_order
from allium.analysis.validation import PROVEN
from allium.views import contact
from allium.views.base import Head, RelayRow, RelayTable, Share, View, When, level, minute

LARGEST: Final = 25


class Printed(View, frozen=True):
    """The whole network in a few figures."""

    head: Head
    relays: str
    running: str
    by_role: dict[str, str]
    bandwidth: str
    operators: str
    claimed: str
    proven: str
    published: When | None
    largest: tuple[Share, ...]
    table: RelayTable


def build(network: Network, units: text.Units, table: dict[str, RelayRow]) -> Printed:
    """Return the view of the front page."""
    whole = network.totals
    known = [operator for operator in network.operators.values() if operator.contact is not None]
    return Printed(
        head=Head(
            kind="network",
            title="Relays and operators of the Tor network",
            description="Every relay of the Tor network and everybody who runs one.",
            crumbs=(),
        ),
        relays=text.count(whole.relays),
        running=text.count(whole.running),
        by_role={name: text.count(part.relays) for name, part in whole.parts.items()},
        bandwidth=text.bandwidth(whole.bandwidth, units),
        operators=text.count(len(known)),
        claimed=text.count(sum(operator.claim.domain is not None for operator in known)),
        proven=text.count(sum(operator.state in PROVEN for operator in known)),
        published=minute(network.published),
        largest=tuple(_share(operator, whole.weight) for operator in _largest(known)),
        table=_relays(network, table),
    )


def _largest(operators: list[Operator]) -> list[Operator]:
    return sorted(operators, key=lambda one: (-one.totals.weight, one.contact_id))[:LARGEST]


def _share(operator: Operator, whole: int) -> Share:
    weight = operator.totals.weight
    return Share(
        name=contact.link(operator),
        count=text.count(operator.totals.running),
        share=text.share(weight, whole) or "no weight",
        level=level(weight, whole),
    )


def _relays(network: Network, table: dict[str, RelayRow]) -> RelayTable:
    largest = sorted(network.members, key=table_order)[:LARGEST]
    return RelayTable(
        id="relays",
        caption=f"The {len(largest)} relays of most weight",
        rows=tuple(table[member.relay.fingerprint] for member in largest),
        aroi=False,
    )
