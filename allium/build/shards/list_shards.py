"""The lists and their first entries in other orders, as files of the cache and pages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from allium import formatting, urls
from allium.analysis.history_stats import HistoryStats
from allium.analysis.listing_entries import ListingEntry, entry
from allium.analysis.network import Network
from allium.analysis.relay_groups import Group, GroupKind
from allium.build.shards.shard_file import Cutting, printed
from allium.model.relay import Fingerprint
from allium.pages.family.family_page import Family
from allium.pages.lists import list_page, lists_overview
from allium.pages.lists.list_columns import Sheet
from allium.pages.lists.list_orders import ListName
from allium.pages.lists.list_tables import Entries, Listed, RelaysListed
from allium.pages.parts import group_links
from allium.pages.parts.page_base import RelayRow

GROUPS: Final[dict[ListName, GroupKind]] = {
    "networks": "as",
    "countries": "country",
    "platforms": "platform",
    "versions": "version",
}


def pages(
    survey: HistoryStats,
    table: Mapping[Fingerprint, RelayRow],
    groups: Sequence[Group],
    families: Sequence[Family],
    units: formatting.Units,
    *,
    twins: bool,
) -> Iterator[Cutting]:
    """Yield the view of every page of every list; `table` has the rows of all relays."""
    complete = {one.id: one.declaration.complete for one in families}
    named = {one.kind: one for one in groups if one.is_unknown}
    unlisted = {
        name: group_links.unlisted(named[kind]) for name, kind in GROUPS.items() if kind in named
    }
    sheet = Sheet(survey=survey, complete=complete, units=units, unlisted=unlisted)
    known = [one for one in groups if not one.is_unknown]
    entries = _entries(survey.network, known, families)
    found: list[Listed[Any]] = [RelaysListed(table, sheet)]
    found += [Entries(name, things, sheet) for name, things in entries.items()]
    for one in found:
        yield from _pages(one, twins=twins)
    flags = (one for one in groups if one.kind == "flag")
    yield printed("lists", "lists", urls.LISTS, lists_overview.build(found, flags))


def _entries(
    network: Network, groups: Sequence[Group], families: Sequence[Family]
) -> dict[ListName, list[ListingEntry]]:
    """Return what each list but that of relays is made of; nobody is no operator."""
    operators = [
        ListingEntry(id=name, members=one.members, totals=one.totals)
        for name, one in network.operators.items()
        if one.is_one
    ]
    kin = [entry(one.id, one.members, one.oldest.relay.nickname) for one in families]
    found: dict[ListName, list[ListingEntry]] = {"operators": operators, "families": kin}
    for name, kind in GROUPS.items():
        found[name] = [entry(one.id, one.members, one.label) for one in groups if one.kind == kind]
    return found


def _pages(found: Listed[Any], *, twins: bool) -> Iterator[Cutting]:
    for number, view in enumerate(list_page.pages(found), start=1):
        yield printed("list", view.id, urls.listing(found.name, number), view, twin=twins)
    for slug in found.orders:
        view = list_page.top(found, slug)
        yield printed("top", view.id, urls.top(found.name, slug), view, twin=twins)
