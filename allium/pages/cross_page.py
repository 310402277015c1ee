"""Cross tables of running relays: each number leads to the search for these relays."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from allium import formatting, urls
from allium.analysis.cross_tables import CrossTable, Values, cross_table
from allium.analysis.network import Network
from allium.analysis.relay.platform import UNKNOWN as NO_PLATFORM
from allium.analysis.relay.platform import platform_name
from allium.analysis.relay_groups import has_page
from allium.model.relay import Relay
from allium.pages.parts.country_names import short_name
from allium.pages.parts.page_base import Head, Link, View

ROWS: Final = 20
COLUMNS: Final = 8
"""Choices of this site: a table fits into a window without scrolling."""
NAME_LENGTH: Final = 32
"""Characters of the name of a network beside eight columns; a choice of this site."""
ROLE_FLAGS: Final = ("Exit", "Guard")
"""The flags that give a relay its role; a relay may hold both, so that these are no shares."""


class CrossCell(View, frozen=True):
    """A number of relays, and the query that finds them; no query of none."""

    count: str
    query: str | None


class CrossRow(View, frozen=True):
    """The name of a row, all of its relays, a cell for each column, and the others if any."""

    name: Link
    cells: tuple[CrossCell, ...]


class CrossCard(View, frozen=True):
    """One cross table."""

    id: str
    title: str
    caption: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[CrossRow, ...]


class CrossPage(View, frozen=True):
    """Everything that the page prints."""

    head: Head
    tables: tuple[CrossCard, ...]


def build(network: Network) -> CrossPage:
    """Return the view of the page."""
    relays = [member.relay for member in network.members]
    names = {
        relay.asn: formatting.cut(f"{relay.asn} {relay.as_name or ''}".strip(), NAME_LENGTH)
        for relay in sorted(relays, key=lambda one: one.as_name or "")
        if relay.asn is not None
    }
    card = partial(_card, relays)
    return CrossPage(
        head=Head(
            kind="cross",
            title="Cross tables",
            description="How many Tor relays have two things in common: version and role, version"
            " and operating system, country and role, network and country.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="Cross tables")),
        ),
        tables=(
            card("version-role", "Versions and flags", ("version", _version), ("flag", _role)),
            card("country-role", "Countries and flags", ("country", _country), ("flag", _role)),
            card("version-os", "Versions and systems", ("version", _version), ("os", _system)),
            card(
                "as-country",
                "Networks and countries",
                ("as", _network),
                ("country", _country),
                names,
            ),
        ),
    )


def _version(relay: Relay) -> tuple[str, ...]:
    return (relay.version,) if relay.version is not None and has_page(relay.version) else ()


def _role(relay: Relay) -> tuple[str, ...]:
    return tuple(flag for flag in ROLE_FLAGS if flag in relay.flags)


def _system(relay: Relay) -> tuple[str, ...]:
    name = platform_name(relay.platform)
    return () if name == NO_PLATFORM else (name,)


def _country(relay: Relay) -> tuple[str, ...]:
    return () if relay.country is None else (relay.country,)


def _network(relay: Relay) -> tuple[str, ...]:
    return () if relay.asn is None else (relay.asn,)


NAMES: Final = {
    "version": "Version",
    "country": "Country",
    "as": "Network",
    "os": "System",
    "flag": "Flag",
}


def _card(
    relays: Iterable[Relay],
    name: str,
    title: str,
    down: tuple[str, Values],
    across: tuple[str, Values],
    names: dict[str, str] | None = None,
) -> CrossCard:
    """Return a table; `down` and `across` have the filter of the search, and what it filters."""
    table = cross_table(relays, down[1], across[1], (ROWS, COLUMNS))
    words = partial(_word, names or {})
    others = _others(table) if across[0] != "flag" else {}
    return CrossCard(
        id=name,
        title=title,
        caption=_caption(table, down[0], across[0]),
        name=NAMES[down[0]],
        columns=(
            "All",
            *(words(across[0], column) for column in table.columns),
            *(("Other",) if others else ()),
        ),
        rows=tuple(_row(table, row, (down[0], across[0]), words, others) for row in table.rows),
    )


def _others(table: CrossTable) -> dict[str, int]:
    """Return how many relays of each row are in no column; nothing where all are in one."""
    others = {
        row: table.totals[row] - sum(table.counts[row, column] for column in table.columns)
        for row in table.rows
    }
    return others if any(others.values()) else {}


def _caption(table: CrossTable, down: str, across: str) -> str:
    shown = formatting.count(len(table.rows))
    words = f"Running relays by {NAMES[down].lower()} and {NAMES[across].lower()}; "
    if len(table.rows) < table.values:
        words += f"the {shown} most frequent of {formatting.count(table.values)}"
    else:
        words += "the most frequent first"
    return f"{words}. A relay may have both flags or neither" if across == "flag" else words


def _word(names: dict[str, str], kind: str, value: str) -> str:
    if kind == "country":
        return short_name(value)
    return names.get(value, value)


def _row(
    table: CrossTable,
    row: str,
    kinds: tuple[str, str],
    words: Callable[[str, str], str],
    others: dict[str, int],
) -> CrossRow:
    down, across = kinds
    cells = [_cell(table.totals[row], (down, row))]
    cells += [
        _cell(table.counts[row, column], (down, row), (across, column)) for column in table.columns
    ]
    if others:
        cells.append(CrossCell(count=formatting.count(others[row]), query=None))
    link = Link(text=words(down, row), path=urls.group(down, row))
    return CrossRow(name=link, cells=tuple(cells))


def _cell(count: int, *filters: tuple[str, str]) -> CrossCell:
    terms = [
        f"{name}:{value.removeprefix('AS') if name == 'as' else value.lower()}"
        for name, value in filters
    ]
    query = " ".join((*terms, "running:true"))
    return CrossCell(count=formatting.count(count), query=query if count else None)
