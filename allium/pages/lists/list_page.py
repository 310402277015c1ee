"""The pages of a list: all entries by weight, and the first hundred in another order."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from allium import formatting, urls
from allium.analysis.listing_entries import ROWS
from allium.pages.lists.list_orders import ListName, Order
from allium.pages.lists.list_tables import Listing, ListTables
from allium.pages.parts import group_links, json_twin, relay_rows
from allium.pages.parts.page_base import Head, Link, Pages, View


class ListTitle(Struct, frozen=True):
    """The head of a list's first column, and what is in the list."""

    name: str
    words: str


LIST_TITLES: Final[dict[ListName, ListTitle]] = {
    "relays": ListTitle("Relay", "Every relay that is known, running or not."),
    "operators": ListTitle(
        "Operator",
        "Everybody who runs relays: a domain with a complete AROI, else a contact. Relays without"
        " contact belong to no operator.",
    ),
    "families": ListTitle(
        "Family",
        "Relays that list each other or share a family key. A family is called by its oldest"
        " member.",
    ),
    "networks": ListTitle("AS", "The autonomous systems that the relays are connected to."),
    "countries": ListTitle("Country", "The countries in which relays are."),
    "platforms": ListTitle("Platform", "The operating systems on which relays run."),
    "versions": ListTitle("Version", "The versions of Tor that relays run."),
}
"""Every list, in print order."""


class ListRaw(View, frozen=True):
    """What stands in the rows of the page, in their order."""

    ids: tuple[str, ...]


class ListPage(View, frozen=True):
    """One page of a list and its twin.

    The full list says in `words` what is in it, and its first page leads to relays that are
    `unlisted` because nothing is known of them; `whole` leads there from the first in an order.
    """

    head: Head
    id: str
    words: str | None
    unlisted: Link | None
    name: str
    whole: Link | None
    orders: tuple[Link, ...]
    tables: ListTables
    pages: Pages | None
    raw: ListRaw

    @property
    def display(self) -> dict[str, Any]:
        """The strings of the page, for its twin; of relays only the ranks, their twins have all."""
        entries, relays = self.tables.entries, self.tables.relays
        table = entries or relays
        places = (
            [[place.rank, json_twin.printed(place.value)] for place in table.places]
            if table
            else []
        )
        return {
            "title": self.head.title,
            "words": self.words,
            "ranked": table.ranked if table else None,
            "places": places,
            "columns": [self.name, *(column.label for column in entries.columns)]
            if entries
            else [],
            "rows": [json_twin.printed((row.name, *row.cells)) for row in entries.rows]
            if entries
            else [],
        }

    @property
    def links(self) -> dict[str, str]:
        """The links of the twin."""
        return json_twin.BESIDE


def pages(listing: Listing[Any]) -> Iterator[ListPage]:
    """Yield the views of all pages of the full list."""
    count, title = len(listing.items), LIST_TITLES[listing.name]
    for number in range(1, relay_rows.pages(count) + 1):
        shown = listing.items[(number - 1) * relay_rows.PAGE_ROWS : number * relay_rows.PAGE_ROWS]
        span = relay_rows.span(number, count)
        caption = f"{listing.name.capitalize()} by weight, equal ones by id: {span}"
        yield ListPage(
            head=_head(listing.name, number),
            id=listing.name if number == 1 else f"{listing.name}-{number}",
            words=title.words,
            unlisted=listing.unlisted if number == 1 else None,
            name=title.name,
            whole=None,
            orders=orders(listing),
            tables=listing.page(shown, caption),
            pages=relay_rows.contents(number, count, lambda page: urls.listing(listing.name, page)),
            raw=ListRaw(ids=tuple(map(listing.id_of, shown))),
        )


def top(listing: Listing[Any], slug: str) -> ListPage:
    """Return the view of the first entries in one order."""
    order, title = listing.orders[slug], LIST_TITLES[listing.name]
    first = listing.ranking(order)
    return ListPage(
        head=_top_head(listing.name, order),
        id=f"{listing.name}-by-{slug}",
        words=None,
        unlisted=None,
        name=title.name,
        whole=Link(text=f"All {listing.name}", path=urls.listing(listing.name)),
        orders=orders(listing, slug),
        tables=listing.top(order, first, _caption(listing.name, order, len(first))),
        pages=None,
        raw=ListRaw(ids=tuple(listing.id_of(placed.thing) for placed in first)),
    )


def orders(listing: Listing[Any], present: str | None = None) -> tuple[Link, ...]:
    """Return links to the first entries in all orders, seen from the page of the `present` one."""
    return tuple(
        Link(text=order.title, path=None if slug == present else urls.top(listing.name, slug))
        for slug, order in listing.orders.items()
    )


def _caption(name: ListName, order: Order, count: int) -> str:
    title = name.capitalize()
    running = "Running relays" if name == "relays" else f"{title} with a running relay"
    who = title if order.idle else running
    first = formatting.count(count)
    return f"{who} by {order.title}: the first {first}; equal ones share a rank, by id"


def _head(name: ListName, number: int) -> Head:
    title = name.capitalize()
    description = f"All {name} of the Tor network by weight"
    if number == 1:
        return _framed(name, title, f"{description}.", Link(text=title))
    here = group_links.listing(name), Link(text=f"Page {number}")
    page = f", page {number}"
    return _framed(name, f"{title}{page}", f"{description}{page}.", *here)


def _top_head(name: ListName, order: Order) -> Head:
    title = name.capitalize()
    here = group_links.listing(name), Link(text=f"By {order.title}")
    description = f"The first {ROWS} {name} of the Tor network by {order.title}."
    return _framed(name, f"{title} by {order.title}", description, *here)


def _framed(name: ListName, title: str, description: str, *here: Link) -> Head:
    return Head(
        kind="list",
        title=title,
        description=description,
        crumbs=(Link(text="Overview", path=urls.INDEX), group_links.listings(), *here),
        section=name,
        twin=True,
    )
