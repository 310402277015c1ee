"""The second and further pages of an operator with more relays than one table holds."""

from allium import urls
from allium.analysis.network import Operator
from allium.pages.operator import operator_page
from allium.pages.operator.operator_facts import by_status
from allium.pages.parts import group_links, relay_rows
from allium.pages.parts.page_base import Head, Link, Pages, RelayRow, RelayTable, View


class OperatorRowsPage(View, frozen=True):
    """One page of rows, and the way back."""

    head: Head
    back: Link
    table: RelayTable
    pages: Pages | None


def build(operator: Operator, number: int, table: dict[str, RelayRow]) -> OperatorRowsPage:
    """Return page `number` (from 2) of an operator's relays."""
    members = by_status(operator.members)
    shown = members[(number - 1) * relay_rows.PAGE_ROWS : number * relay_rows.PAGE_ROWS]
    name = operator_page.title(operator.claim.domain, operator.contact)
    back = Link(text=name, path=operator_page.path(operator))
    return OperatorRowsPage(
        head=_head(operator, name, number, back),
        back=back,
        table=RelayTable(
            id="relays",
            caption=f"Relays by AROI status and weight, {relay_rows.span(number, len(members))}",
            rows=tuple(table[member.relay.fingerprint] for member in shown),
            aroi=operator.claim.domain is not None,
            uptime=True,
        ),
        pages=operator_page.contents(operator.contact_id, number, len(members)),
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
