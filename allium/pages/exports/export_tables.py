"""Exported tables as CSV and JSON, and lists of exit addresses as plain text."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from allium.analysis.history_stats import HistoryStats
from allium.analysis.listing_entries import ListingEntry
from allium.analysis.network import Member
from allium.analysis.relay.exit_policy import accepts_some
from allium.model.relay import Relay
from allium.pages.exports.export_columns import (
    PLACE_COLUMNS,
    ExportColumn,
    PlacedOperator,
    Value,
    entry_columns,
    operator_columns,
    relay_columns,
)
from allium.pages.lists.list_orders import ListName

T = TypeVar("T")

SCHEMA: Final = 1
"""The version of the form of the JSON files."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a field that begins so for a formula (OWASP: CSV injection)."""
_ADDRESS: Final[dict[int, type[IPv4Address | IPv6Address]]] = {4: IPv4Address, 6: IPv6Address}


class ExportTable(Struct, Generic[T], frozen=True):
    """A table: its name, what a row stands for, its columns, and the things it has rows of."""

    name: str
    meaning: str
    columns: tuple[ExportColumn[T], ...]
    things: Sequence[T]

    def fields(self) -> list[list[Value]]:
        """Return the fields of each column, in the order of the things."""
        return [[column.value(one) for one in self.things] for column in self.columns]


class JsonColumn(Struct, frozen=True):
    """A column in the order of the fields of a row, and what it means."""

    name: str
    meaning: str


class JsonExport(Struct, frozen=True, kw_only=True):
    """The JSON form of a table: its columns, and each row as the list of its fields."""

    schema: int
    published: str
    columns: list[JsonColumn]
    rows: list[tuple[Value, ...]]


def tables(
    stats: HistoryStats, entries: Mapping[ListName, Sequence[ListingEntry]]
) -> tuple[ExportTable[Any], ...]:
    """Return all tables; `entries` are what lists name, of which operators have a table apart."""
    network = stats.network
    operators = [operator for operator in network.operators.values() if operator.is_one]
    columns = entry_columns(network.totals)
    lists = (
        ExportTable(name, _ENTRY_MEANINGS[name], columns, sorted(rows, key=lambda one: one.id))
        for name, rows in entries.items()
        if name in _ENTRY_MEANINGS
    )
    places = [
        PlacedOperator(board, place)
        for board, ranking in stats.rankings.items()
        for place in ranking
    ]
    return (
        ExportTable("relays", "a relay", relay_columns(stats), _by_fingerprint(network.members)),
        ExportTable("operators", "an operator", operator_columns(stats), operators),
        *lists,
        ExportTable("leaderboards", "a place on a leaderboard", PLACE_COLUMNS, places),
    )


_ENTRY_MEANINGS: Final[dict[ListName, str]] = {
    "families": "a family; the id is the fingerprint of its oldest member, the name its nickname",
    "networks": "an autonomous system",
    "countries": "a country",
    "platforms": "an operating system",
    "versions": "a version of Tor",
}


def _by_fingerprint(members: Iterable[Member]) -> list[Member]:
    return sorted(members, key=lambda member: member.relay.fingerprint)


def as_csv(table: ExportTable[Any], fields: Sequence[Sequence[Value]]) -> bytes:
    """Return a table as CSV (RFC 4180 but for line feeds alone), with the names of the columns.

    `fields` are those of each column. Texts that a spreadsheet would take for a formula begin with
    an apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(zip(*map(_printed, fields), strict=True))
    return text.getvalue().encode()


def _printed(column: Sequence[Value]) -> Sequence[Value]:
    """Return the fields of a column as CSV has them: most columns of numbers are so already."""
    return column if {bool, str}.isdisjoint(map(type, column)) else [*map(_field, column)]


def _field(value: Value) -> Value:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def as_json(
    table: ExportTable[Any], fields: Sequence[Sequence[Value]], published: str
) -> JsonExport:
    """Return a table as JSON; `fields` are those of each column, `published` is their time."""
    columns = [JsonColumn(column.name, column.meaning) for column in table.columns]
    rows = list(zip(*fields, strict=True))
    return JsonExport(schema=SCHEMA, published=published, columns=columns, rows=rows)


def exit_addresses(members: Iterable[Member]) -> dict[int, bytes]:
    """Return the addresses that running exits may use, one a line, ascending, by IP version.

    These are the addresses of their OR ports and the others that they were seen to use. An exit
    without a policy for IPv6 lets nothing pass by it.
    """
    hosts: dict[int, set[int]] = {4: set(), 6: set()}
    for member in members:
        relay = member.relay
        if relay.running and member.role == "exit":
            passes = {4: True, 6: accepts_some(relay.exit_policy_v6_summary)}
            for address in _hosts(relay):
                if passes[address.version]:
                    hosts[address.version].add(int(address))
    return {
        version: "".join(f"{_ADDRESS[version](host)}\n" for host in sorted(found)).encode()
        for version, found in hosts.items()
    }


def _hosts(relay: Relay) -> Iterator[IPv4Address | IPv6Address]:
    """Yield a relay's addresses; what a stranger wrote in place of one is left out."""
    listed = (address.rpartition(":")[0].strip("[]") for address in relay.or_addresses)
    for host in (*listed, *relay.exit_addresses):
        try:
            yield ip_address(host)
        except ValueError:
            continue
