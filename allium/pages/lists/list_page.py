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
    """What is in a list: the head of its first column, one and many entries, and a sentence.

    The sentence has braces for their number.
    """

    name: str
    one: str
    many: str
    words: str


LIST_TITLES: Final[dict[ListName, ListTitle]] = {
    "relays": ListTitle("Relay", "relay", "relays", "Every relay in the data: {}."),
    "operators": ListTitle(
        "Operator",
        "operator",
        "operators",
        "Everyone who runs relays: a domain with a complete AROI, or else a contact string. Relays"
        " without contact information belong to no operator. The list has {}.",
    ),
    "families": ListTitle(
        "Family",
        "family",
        "families",
        "Relays that list each other or share a family key, named after the oldest member: {}.",
    ),
    "networks": ListTitle(
        "Network",
        "network",
        "networks",
        "The autonomous systems (AS) that relays are connected to: {}.",
    ),
    "countries": ListTitle(
        "Country", "country", "countries", "The countries where relays are: {}."
    ),
    "platforms": ListTitle(
        "Operating system",
        "operating system",
        "operating systems",
        "The systems that relays run on: {}.",
    ),
    "versions": ListTitle("Tor version", "Tor version", "Tor versions", "What relays run: {}."),
}
"""Every list, in print order."""


class ListRaw(View, frozen=True):
    """What stands in the rows of the page, in their order."""

    ids: tuple[str, ...]


class ListPage(View, frozen=True):
    """One page of a list and its twin.

    The first page of the full list says in `words` what is in it, and leads to relays that are
    `unlisted` because they lack what the list is of. One of `orders`, the present one, has no path.
    `run` is the version that operators should run, on the first page of the list of versions.
    `things` are what the list has.
    """

    head: Head
    id: str
    words: str | None
    unlisted: Link | None
    run: Link | None
    name: str
    things: str
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
        yield ListPage(
            head=_head(listing.name, number),
            id=listing.name if number == 1 else f"{listing.name}-{number}",
            words=lead(listing) if number == 1 else None,
            unlisted=listing.unlisted if number == 1 else None,
            run=listing.newest_recommended if number == 1 else None,
            name=title.name,
            things=title.many,
            orders=orders(listing),
            tables=listing.page(shown, _caption(listing.name, number, count)),
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
        run=None,
        name=title.name,
        things=title.many,
        orders=orders(listing, slug),
        tables=listing.top(order, first, _top_caption(listing, order, len(first))),
        pages=None,
        raw=ListRaw(ids=tuple(listing.id_of(placed.thing) for placed in first)),
    )


def orders(listing: Listing[Any], present: str | None = None) -> tuple[Link, ...]:
    """Return links to the full list and to the first entries in all orders but the `present` one.

    Without any the full list is present.
    """
    whole = None if present is None else urls.listing(listing.name)
    return (Link(text=BY_WEIGHT, path=whole), *first_by(listing, present))


def first_by(listing: Listing[Any], present: str | None = None) -> tuple[Link, ...]:
    """Return links to the first entries in all orders but the `present` one."""
    return tuple(
        Link(text=order.title, path=None if slug == present else urls.top(listing.name, slug))
        for slug, order in listing.orders.items()
    )


BY_WEIGHT: Final = "Consensus weight"
COUNTED: Final = "Only running relays are counted; guards are those that are not exits."


def lead(listing: Listing[Any]) -> str:
    """Return what is in a list, and how much."""
    title = LIST_TITLES[listing.name]
    items, running = len(listing.items), len(listing.running)
    entries = formatting.number_of(items, title.one, title.many)
    if listing.name == "relays":
        entries = f"{entries}, {formatting.count(running)} running"
    elif running < items:
        entries = f"{entries}, {formatting.count(running)} with running relays"
    return title.words.format(entries)


def _caption(name: ListName, number: int, count: int) -> str:
    if name == "relays":
        return relay_rows.caption(number, count)
    return f"{relay_rows.span(number, count).capitalize()}, by consensus weight. {COUNTED}"


def _top_caption(listing: Listing[Any], order: Order, count: int) -> str:
    title = LIST_TITLES[listing.name]
    entries = formatting.number_of(count, title.one, title.many)
    first = "All" if count == len(listing.taking_part(order)) else "The first"
    if listing.name == "relays":
        return f"{first} {entries.replace('relay', 'running relay')}. {EQUALS}"
    running = "" if order.idle else " with running relays"
    return f"{first} {entries}{running}. {EQUALS} {COUNTED}"


EQUALS: Final = "Equal values share a place."


def _head(name: ListName, number: int) -> Head:
    title = group_links.listing(name).text
    description = f"All {LIST_TITLES[name].many} of the Tor network by consensus weight"
    if number == 1:
        return _framed(name, title, f"{description}.", Link(text=title))
    here = group_links.listing(name), Link(text=f"Page {number}")
    page = f", page {number}"
    return _framed(name, f"{title}{page}", f"{description}{page}.", *here)


def _top_head(name: ListName, order: Order) -> Head:
    title = order.named(LIST_TITLES[name].many)
    here = group_links.listing(name), Link(text=order.title)
    return _framed(name, title, f"The first {ROWS} of the Tor network: {title}.", *here)


def _framed(name: ListName, title: str, description: str, *here: Link) -> Head:
    return Head(
        kind="list",
        title=title,
        description=description,
        crumbs=(Link(text="Overview", path=urls.INDEX), group_links.listings(), *here),
        section=name,
        twin=True,
    )
