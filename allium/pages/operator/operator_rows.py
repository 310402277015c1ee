"""The second and further pages of an operator with more relays than one table holds.

`split` makes them in bulk. They do not import the first page, whose code may change without it.
"""

from collections.abc import Sequence

from allium import urls
from allium.analysis.aroi.validation import STATUS_ORDER
from allium.analysis.network import Member, Operator
from allium.pages.parts import group_links, operator_links, relay_rows
from allium.pages.parts.page_base import Head, Link, Pages, RelayRow, RelayTable
from allium.pages.parts.relay_rows import RowsPage


def by_status(members: Sequence[Member]) -> list[Member]:
    """Return an operator's relays in the order of its pages: by AROI status, then as they are."""
    return sorted(members, key=lambda member: STATUS_ORDER.index(member.status))


def contents(contact_id: str, number: int, count: int) -> Pages | None:
    """Return links to all pages of an operator's relays, seen from page `number`."""
    return relay_rows.contents(number, count, lambda page: urls.contact(contact_id, page))


def build(operator: Operator, number: int, table: dict[str, RelayRow]) -> RowsPage:
    """Return page `number` (from 2) of an operator's relays."""
    members = by_status(operator.members)
    shown = members[(number - 1) * relay_rows.PAGE_ROWS : number * relay_rows.PAGE_ROWS]
    name = operator_links.title(operator.claim.domain, operator.contact)
    back = Link(text=name, path=operator_links.path(operator))
    return RowsPage(
        head=_head(operator, name, number, back),
        back=back,
        table=RelayTable(
            id="relays",
            caption=f"Relays by AROI status and weight, {relay_rows.span(number, len(members))}",
            rows=tuple(table[member.relay.fingerprint] for member in shown),
            aroi=operator.claim.domain is not None,
            uptime=True,
        ),
        pages=contents(operator.contact_id, number, len(members)),
    )


def _head(operator: Operator, name: str, number: int, back: Link) -> Head:
    return Head(
        kind="operator",
        title=f"{name}, page {number}",
        description=f"More Tor relays of {name}: page {number}.",
        crumbs=(*group_links.below("operators"), back, Link(text=f"Page {number}")),
        section="operators",
        canonical=urls.contact(operator.contact_id, number),
    )
