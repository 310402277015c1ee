"""The views of the lists, and of their first entries in other orders."""

from collections.abc import Iterator
from typing import Any, Final

from allium import urls
from allium.analysis.listing_entries import ListingEntry, entry
from allium.analysis.relay_groups import GroupKind
from allium.build.shards.shard_file import ShardFile, view_file
from allium.build.shards.site_context import HistoryContext
from allium.pages.lists import list_page, lists_overview
from allium.pages.lists.list_columns import ListContext
from allium.pages.lists.list_orders import ListName
from allium.pages.lists.list_tables import EntryListing, Listing, RelayListing
from allium.pages.parts import group_links

GROUPS: Final[dict[ListName, GroupKind]] = {
    "networks": "as",
    "countries": "country",
    "platforms": "platform",
    "versions": "version",
}


def list_files(context: HistoryContext) -> Iterator[ShardFile]:
    """Yield the view of every page of every list."""
    stats, groups = context.stats, context.context.groups
    complete = {family.id: family.declaration.complete for family in context.families()}
    unknown = {group.kind: group for group in groups if group.is_unknown}
    unlisted = {
        name: group_links.unlisted(unknown[kind])
        for name, kind in GROUPS.items()
        if kind in unknown
    }
    list_context = ListContext(
        stats=stats, complete=complete, units=context.units, unlisted=unlisted
    )
    entries = listing_entries(context)
    lists: list[Listing[Any]] = [RelayListing(context.context.rows, list_context)]
    lists += [EntryListing(name, things, list_context) for name, things in entries.items()]
    for listed in lists:
        yield from _list_pages(listed, twins=context.twins)
    flags = (group for group in groups if group.kind == "flag")
    yield view_file("lists", "lists", urls.LISTS, lists_overview.build(lists, flags))


def listing_entries(context: HistoryContext) -> dict[ListName, list[ListingEntry]]:
    """Return the entries of each list but that of relays.

    Relays without contact are no operator, so the list of operators leaves them out.
    """
    groups = [group for group in context.context.groups if not group.is_unknown]
    operators = [
        ListingEntry(id=name, members=operator.members, totals=operator.totals)
        for name, operator in context.network.operators.items()
        if operator.is_one
    ]
    entries: dict[ListName, list[ListingEntry]] = {
        "operators": operators,
        "families": [
            entry(family.id, family.members, family.oldest.relay.nickname)
            for family in context.families()
        ],
    }
    for name, kind in GROUPS.items():
        entries[name] = [
            entry(group.id, group.members, group.label) for group in groups if group.kind == kind
        ]
    return entries


def _list_pages(listed: Listing[Any], *, twins: bool) -> Iterator[ShardFile]:
    for number, view in enumerate(list_page.pages(listed), start=1):
        folder = urls.listing(listed.name, number)
        yield view_file("list", view.id, folder, view, twin=twins)
    for slug in listed.orders:
        view = list_page.top(listed, slug)
        yield view_file("top", view.id, urls.top(listed.name, slug), view, twin=twins)
