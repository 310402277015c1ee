"""Listings: the relays or entries of a list in order, and the tables of its pages."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final, Generic, TypeVar

from msgspec.structs import replace

from allium import formatting
from allium.analysis.listing_entries import ListingEntry, Placed, by_weight, placed
from allium.analysis.network import Member, table_order
from allium.analysis.relay.platform import newest_recommended
from allium.model.relay import Fingerprint
from allium.pages.boards.board_titles import PrintContext
from allium.pages.lists.list_columns import COLUMNS, FIRST_SEEN, ListContext, row
from allium.pages.lists.list_orders import ListName, Order, known_orders
from allium.pages.parts import group_links
from allium.pages.parts.page_base import Link, RelayRow, RelayTable, SourcePlace, View, When
from allium.pages.parts.tables import Cell, EntryTable, Heading, Row

T = TypeVar("T")

WITHOUT: Final = {"Bandwidth": "bandwidth"}
"""The column that tables of relays leave out when it stands beside the place.

Another value beside the place leaves no room for the day when a relay was first seen.
"""
LEADERS: Final = 3
"""So many places stand out."""


class ListTables(View, frozen=True):
    """The one table of a page, of relays or of entries."""

    relays: RelayTable | None = None
    entries: EntryTable | None = None


class Listing(ABC, Generic[T]):
    """A list: its items in the order of its pages."""

    def __init__(self, name: ListName, items: Sequence[T], context: ListContext) -> None:
        self.name = name
        self.items = items
        self.orders = known_orders(name, context.stats)
        self._context = context
        self._by_id = sorted(items, key=self.id_of)
        self.running = [item for item in self._by_id if self.runs(item)]

    def ranking(self, order: Order) -> list[Placed[T]]:
        """Return the first items in an order, equal ones by id."""
        metric, stats = order.metric, self._context.stats
        return placed(
            [(metric(item, stats), item) for item in self.taking_part(order)], lowest=order.lowest
        )

    def taking_part(self, order: Order) -> list[T]:
        """Return the items that an order ranks, by id."""
        return self._by_id if order.idle else self.running

    def places(self, order: Order, first: Sequence[Placed[T]]) -> tuple[SourcePlace, ...]:
        """Return places, and what decides them, as printed and as a bar."""
        levels = order.levels([placed_item.value for placed_item in first])
        return tuple(
            SourcePlace(
                rank=formatting.count(placed_item.rank),
                value=self.printed(order, placed_item),
                level=length,
                leads=placed_item.rank <= LEADERS,
            )
            for placed_item, length in zip(first, levels, strict=True)
        )

    def printed(self, order: Order, placed_item: Placed[T]) -> str | When | None:
        """Return what decides a place, as printed; `None` where the name does."""
        context = PrintContext(self._context.stats.network.totals, self._context.units)
        return order.printed(placed_item.value, context)

    @property
    def unlisted(self) -> Link | None:
        """The relays of which the list knows nothing, if there are any."""
        return self._context.unlisted.get(self.name)

    @property
    def newest_recommended(self) -> Link | None:
        """The newest stable version that the authorities recommend, in the list of versions."""
        if self.name != "versions":
            return None
        members = self._context.stats.network.members
        version = newest_recommended(member.relay for member in members)
        return None if version is None else group_links.version(version)

    @abstractmethod
    def id_of(self, item: T) -> str:
        """Return what decides among equals."""

    @abstractmethod
    def runs(self, item: T) -> bool:
        """Tell whether an item is or has a running relay."""

    @abstractmethod
    def page(self, items: Sequence[T], caption: str) -> ListTables:
        """Return items as they stand on a page of the full list."""

    @abstractmethod
    def top(self, order: Order, first: Sequence[Placed[T]], caption: str) -> ListTables:
        """Return the first items in an order with their places."""


class RelayListing(Listing[Member]):
    """All relays, in the order of relay tables; `table` has the row of each."""

    def __init__(self, table: Mapping[Fingerprint, RelayRow], context: ListContext) -> None:
        super().__init__("relays", sorted(context.stats.network.members, key=table_order), context)
        self._table = table

    def id_of(self, item: Member) -> str:
        """Return the fingerprint."""
        return item.relay.fingerprint

    def runs(self, item: Member) -> bool:
        """Tell whether the relay runs."""
        return item.relay.running

    def page(self, items: Sequence[Member], caption: str) -> ListTables:
        """Return relays as they stand in all tables."""
        return ListTables(
            relays=RelayTable(id="list", caption=caption, rows=self._rows(items), operator=True)
        )

    def top(self, order: Order, first: Sequence[Placed[Member]], caption: str) -> ListTables:
        """Return relays with their places."""
        return ListTables(
            relays=RelayTable(
                id="list",
                caption=caption,
                rows=self._rows([placed_item.thing for placed_item in first]),
                operator=True,
                without=WITHOUT.get(order.label, "first_seen"),
                places=self.places(order, first),
                ranked=order.label,
            )
        )

    def _rows(self, items: Sequence[Member]) -> tuple[RelayRow, ...]:
        return tuple(self._table[item.relay.fingerprint] for item in items)


class EntryListing(Listing[ListingEntry]):
    """Entries of one type by weight, each with one row."""

    def __init__(
        self, name: ListName, entries: Sequence[ListingEntry], context: ListContext
    ) -> None:
        super().__init__(name, by_weight(entries), context)
        self._rows = {item.id: row(name, item, context) for item in entries}

    def id_of(self, item: ListingEntry) -> str:
        """Return the id."""
        return item.id

    def runs(self, item: ListingEntry) -> bool:
        """Tell whether any of the entry's relays runs."""
        return item.totals.running > 0

    def page(self, items: Sequence[ListingEntry], caption: str) -> ListTables:
        """Return entries with the columns of their list."""
        shown = tuple(self._rows[item.id] for item in items)
        return ListTables(entries=EntryTable(caption=caption, columns=self._heads(), rows=shown))

    def top(self, order: Order, first: Sequence[Placed[ListingEntry]], caption: str) -> ListTables:
        """Return entries with their places; what decides these is no other column.

        Where it is none of the list's, it takes the place of the last one.
        """
        heads = self._heads()
        labels = [head.label for head in heads]
        left_out = order.label if order.label in labels else FIRST_SEEN.label
        kept = [index for index, label in enumerate(labels) if label != left_out]
        return ListTables(
            entries=EntryTable(
                caption=caption,
                columns=tuple(replace(heads[index], metered=False) for index in kept),
                rows=tuple(_arranged(self._rows[item.thing.id], kept) for item in first),
                places=self.places(order, first),
                ranked=order.label,
            )
        )

    def printed(self, order: Order, placed_item: Placed[ListingEntry]) -> str | When | None:
        """Return what decides a place, as the list prints it in a column if it has one."""
        cells = self._rows[placed_item.thing.id].cells
        labels = [column.label for column in COLUMNS[self.name]]
        if order.label in labels:
            cell = cells[labels.index(order.label)]
            return cell if isinstance(cell, str) else cell.text
        return super().printed(order, placed_item)

    def _heads(self) -> tuple[Heading, ...]:
        return tuple(
            Heading(
                label=column.label,
                number=column.number,
                metered=column.metered,
                colours=dict(column.colours),
            )
            for column in COLUMNS[self.name]
        )


def _arranged(entry_row: Row, columns: Sequence[int]) -> Row:
    cells: tuple[Cell, ...] = tuple(entry_row.cells[index] for index in columns)
    return Row(name=entry_row.name, cells=cells)
