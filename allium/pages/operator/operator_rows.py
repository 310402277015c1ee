"""The second and further pages of an operator with more relays than the first page has room for.

`split` makes them in bulk. They do not import the first page, whose code may change without it.
"""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from allium import urls
from allium.analysis.network import Member, Operator
from allium.pages.parts import group_links, operator_links, relay_rows
from allium.pages.parts.page_base import Head, Link, Pages, RelayRow, RelayTable
from allium.pages.parts.relay_rows import RowsPage

FIRST_ROWS: Final = 100
"""So many relays are on the first page, which has all else of an operator, too."""


def shows_status(members: Sequence[Member]) -> bool:
    """Tell whether relays of one operator differ in their AROI status, so that each row says it."""
    return members[0].claim.domain is not None and len({one.status for one in members}) > 1


def table(rows: Sequence[RelayRow], number: int, count: int, *, shows_status: bool) -> RelayTable:
    """Return the table of page `number` of `count` relays; `rows` are those of the page."""
    return RelayTable(
        id="relays-listed",
        caption=relay_rows.caption(number, count, FIRST_ROWS),
        rows=tuple(rows),
        aroi=shows_status,
        uptime=True,
    )


def contents(contact_id: str, number: int, count: int) -> Pages | None:
    """Return links to all pages of an operator's relays, seen from page `number`."""
    return relay_rows.contents(
        number, count, lambda page: urls.contact(contact_id, page), FIRST_ROWS
    )


def build(operator: Operator, number: int, rows: dict[str, RelayRow]) -> RowsPage:
    """Return page `number` (from 2) of an operator's relays."""
    members = operator.members
    shown = members[relay_rows.page_slice(number, FIRST_ROWS)]
    shows = shows_status(members)
    own = (rows[member.relay.fingerprint] for member in shown)
    name = operator_links.title(operator.claim.domain, operator.contact)
    back = Link(text=name, path=operator_links.path(operator))
    return RowsPage(
        head=_head(operator, name, number, back),
        back=back,
        table=table(
            [row if shows else replace(row, aroi=None) for row in own],
            number,
            len(members),
            shows_status=shows,
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
