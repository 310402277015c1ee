"""The page that leads to every list, its orders, and the flags."""

from collections.abc import Iterable
from typing import Any

from allium import urls
from allium.analysis.relay_groups import Group
from allium.pages.lists import list_page
from allium.pages.lists.list_tables import Listing
from allium.pages.parts import group_links
from allium.pages.parts.page_base import Head, Link, View


class ListSummary(View, frozen=True):
    """One list in a sentence, and the orders in which its first entries have a page."""

    id: str
    link: Link
    words: str
    orders: tuple[Link, ...]


class ListsPage(View, frozen=True):
    """The lists, and the flags that relays have."""

    head: Head
    lists: tuple[ListSummary, ...]
    flags: tuple[Link, ...]


def build(listings: Iterable[Listing[Any]], flags: Iterable[Group]) -> ListsPage:
    """Return the view of the page that leads to every list."""
    return ListsPage(
        head=Head(
            kind="lists",
            title="Lists",
            description="All lists of the Tor network: relays, operators, families, networks,"
            " countries, platforms, versions, flags.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="Lists")),
            section="lists",
        ),
        lists=tuple(_summary(listing) for listing in listings),
        flags=tuple(group_links.flag(group.label or group.id) for group in flags),
    )


def _summary(listing: Listing[Any]) -> ListSummary:
    return ListSummary(
        link=group_links.listing(listing.name),
        id=listing.name,
        words=list_page.lead(listing),
        orders=list_page.first_by(listing),
    )
