"""Relays with one thing in common: how many, how large a part of the network, which."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from allium import text, urls
from allium.analysis.relay_groups import Group
from allium.model.relay import Fingerprint, Relay
from allium.views import charts, links, rows, twin
from allium.views.base import Chart, Head, Link, Pages, RelayRow, RelayTable, View
from allium.views.contact_rows import OperatorRowsPage as PrintedRows
from allium.views.ground import GroupContext, ShareTable
from allium.views.group_parts import Fact, GroupPart, part
from allium.views.group_summary import GroupSummary, summary, verdict

WHOLE_NETWORK: Final = frozenset({"running", "valid"})
"""Flags of nearly every relay: their pages name the first relays only."""


class GroupRaw(View, frozen=True):
    """How many relays, how many of them running, and which."""

    relays: int
    running: int
    fingerprints: tuple[Fingerprint, ...]


class GroupPage(View, frozen=True):
    """The first page of one group, and its twin."""

    head: Head
    id: str
    verdict: str
    words: tuple[str, ...]
    summary: GroupSummary | None
    facts: tuple[Fact, ...]
    tables: tuple[ShareTable, ...]
    charted: bool
    years: Chart | None
    outside: str | None
    table: RelayTable
    cut: bool
    """Whether the table ends although the group goes on."""
    pages: Pages | None
    raw: GroupRaw

    @property
    def display(self) -> dict[str, Any]:
        """The strings of the page, for its twin: without rows, which the relays' twins have."""
        return {
            "title": self.head.title,
            "verdict": self.verdict,
            "words": self.words,
            "figures": self.summary,
            "facts": {fact.name: fact.value.text for fact in self.facts},
            "shares": {table.id: twin.printed(table.rows) for table in self.tables},
            "years": twin.printed(self.years),
        }

    @property
    def links(self) -> dict[str, str]:
        """The links of the twin."""
        return twin.BESIDE


def views(
    group: Group, ground: GroupContext, table: Mapping[Fingerprint, RelayRow], units: text.Units
) -> Iterator[GroupPage | PrintedRows]:
    """Yield the view of the first page of a group, then those of its further pages."""
    own = part(group, ground)
    yield _first(group, own, ground, table, units)
    if not _cut(group):
        for number in range(2, rows.pages(len(group.members)) + 1):
            yield _further(group, own, number, table)


def _first(
    group: Group,
    own: GroupPart,
    ground: GroupContext,
    table: Mapping[Fingerprint, RelayRow],
    units: text.Units,
) -> GroupPage:
    relays = [member.relay for member in group.members]
    shown = summary(group.members, ground, units)
    return GroupPage(
        head=_head(group, own),
        id=group.id,
        verdict=verdict(shown, len(relays)),
        words=own.words,
        summary=None if group.kind == "first_seen" else shown,
        facts=(*own.facts, *_operators(group, shown)),
        tables=own.tables,
        charted=own.charted,
        years=_years(relays) if own.charted else None,
        outside=own.outside,
        table=_table(group, 1, table),
        cut=_cut(group),
        pages=None if _cut(group) else _pages(group, 1),
        raw=GroupRaw(
            relays=len(relays),
            running=sum(relay.running for relay in relays),
            fingerprints=tuple(sorted(relay.fingerprint for relay in relays)),
        ),
    )


def _cut(group: Group) -> bool:
    """Tell whether only the first relays of a group are listed."""
    whole = group.kind == "flag" and group.id in WHOLE_NETWORK
    return whole and len(group.members) > rows.PAGE_ROWS


def _operators(group: Group, shown: GroupSummary) -> tuple[Fact, ...]:
    """Return how many operators there are where no summary says so."""
    if group.kind != "first_seen":
        return ()
    return (Fact(name="Operators", value=Link(text=shown.operators)),)


def _years(relays: list[Relay]) -> Chart | None:
    """Return the running relays by the year in which they were first seen."""
    counts = Counter(int(relay.first_seen[:4]) for relay in relays if relay.running)
    return charts.years(counts, "Running relays by year of first seen")


def _head(group: Group, own: GroupPart, number: int = 1) -> Head:
    page = f", page {number}" if number > 1 else ""
    back = urls.group(group.kind, group.id) if number > 1 else None
    above = Link(text="Overview", path=urls.INDEX), ABOVE[group.kind]
    crumbs = [*above, Link(text=own.title, path=back)]
    if number > 1:
        crumbs.append(Link(text=f"Page {number}"))
    return Head(
        kind=NAMES[group.kind],
        title=f"{own.title}{page}",
        description=f"{own.question}{f' Page {number}.' if number > 1 else ''}",
        crumbs=tuple(crumbs),
        section=own.section,
        twin=number == 1,
    )


NAMES: Final = {
    "as": "network",
    "country": "country",
    "platform": "platform",
    "version": "version",
    "flag": "flag",
    "first_seen": "first seen",
}


ABOVE: Final = {
    "as": links.listing("networks"),
    "country": links.listing("countries"),
    "platform": links.listing("platforms"),
    "version": links.listing("versions"),
    "flag": links.listings(),
    "first_seen": links.listing("relays"),
}
"""Below which list a group has its place."""


def _table(group: Group, number: int, table: Mapping[Fingerprint, RelayRow]) -> RelayTable:
    count = len(group.members)
    shown = group.members[(number - 1) * rows.PAGE_ROWS : number * rows.PAGE_ROWS]
    return RelayTable(
        id="relays",
        caption=f"Relays by weight, those that are down last: {rows.span(number, count)}",
        rows=tuple(table[member.relay.fingerprint] for member in shown),
        operator=True,
        without=group.kind,
    )


def _further(
    group: Group, own: GroupPart, number: int, table: Mapping[Fingerprint, RelayRow]
) -> PrintedRows:
    return PrintedRows(
        head=_head(group, own, number),
        back=Link(text=own.title, path=urls.group(group.kind, group.id)),
        table=_table(group, number, table),
        pages=_pages(group, number),
    )


def _pages(group: Group, number: int) -> Pages | None:
    """Return links to all pages of a group, seen from page `number`."""
    return rows.contents(
        number, len(group.members), lambda page: urls.group(group.kind, group.id, page)
    )
