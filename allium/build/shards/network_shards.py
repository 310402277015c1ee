"""What the network becomes whatever its histories are: nothing here has to wait for them."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import groupby

from allium import formatting, urls
from allium.analysis.network_stats import NetworkStats
from allium.analysis.relay_groups import Group, groups
from allium.build.shards import search_shards
from allium.build.shards.shard_file import Cutting, Part, printed, single
from allium.pages.group import group_page
from allium.pages.group.group_context import GroupContext
from allium.pages.operator import operator_page
from allium.pages.parts import relay_rows
from allium.pages.search import search_index


class Present:
    """The network as its details tell it, in the words of the views.

    `links` are the operators' pages, `table` has the row of each relay.
    """

    def __init__(
        self, census: NetworkStats, units: formatting.Units, extras: Collection[str]
    ) -> None:
        network = census.network
        self.census = census
        self.units = units
        self.extras = extras
        self.links = {name: operator_page.link(one) for name, one in network.operators.items()}
        self.ground = GroupContext(census=census, operators=self.links, units=units)
        self.table = {
            one.relay.fingerprint: relay_rows.relay_row(
                one,
                self.links[one.contact_id],
                relay_rows.weight_share(one.relay, network.totals.weight),
                units,
            )
            for one in network.members
        }
        self.groups = groups(network.members, census.slugs)

    def parts(self) -> Iterator[Part]:
        """Yield what can be cut side by side."""
        for _, found in groupby(self.groups, lambda one: one.kind):
            yield partial(self._groups, list(found))
        yield self._search
        if "search_parts" in self.extras:
            yield self._index

    def _groups(self, found: Sequence[Group]) -> Iterator[Cutting]:
        """Yield the views of groups of relays that have something in common."""
        for one in found:
            views = group_page.views(one, self.ground, self.table, self.units)
            folder = urls.group(one.kind, one.id)
            yield printed(one.kind, one.id, folder, next(views), twin="twins" in self.extras)
            for number, view in enumerate(views, start=2):
                name = f"{one.kind}-{one.id}-{number}"
                folder = urls.group(one.kind, one.id, number)
                yield printed("group_rows", name, folder, view)

    def _search(self) -> Iterator[Cutting]:
        """Yield what the search pages are made of."""
        for value, page in search_shards.pages(self.census.network):
            yield Cutting(page.view, value, (page,))

    def _index(self) -> Iterator[Cutting]:
        """Yield the index that the script of the search reads."""
        index = search_index.build(self.census.network, self.table, self.census.slugs)
        yield single("search_data", urls.SEARCH_DATA, index)
