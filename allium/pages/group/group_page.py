"""The page of a group of relays: figures, ranked tables, the table of relays, its JSON twin."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from allium import formatting, urls
from allium.analysis.relay_groups import Group
from allium.model.history import ByPeriod
from allium.model.relay import Fingerprint, Relay
from allium.pages.group.group_context import GroupContext, ShareTable
from allium.pages.group.group_kinds import Fact, GroupPart, Key, group_part
from allium.pages.group.group_summary import GroupSummary, MakeUp, summary
from allium.pages.parts import count_charts, group_links, json_twin, relay_rows
from allium.pages.parts.chart_views import Chart, Histogram
from allium.pages.parts.history_charts import network_traffic
from allium.pages.parts.page_base import (
    Badge,
    Head,
    Link,
    Pages,
    RelayRow,
    RelayTable,
    Tile,
    Verdict,
    View,
)
from allium.pages.parts.relay_rows import RowsPage

DRAWN: Final = 10
"""Of fewer relays the years are not drawn: the table below says as much."""
WHOLE_NETWORK: Final = frozenset({"running", "valid"})
"""Flags of nearly every relay: their pages name the first relays only."""


class GroupRaw(View, frozen=True):
    """How many relays, how many of them running, and which."""

    relays: int
    running: int
    fingerprints: tuple[Fingerprint, ...]


class GroupPage(View, frozen=True):
    """The first page of one group, and its twin.

    `keys` identify it below the title, each in a few words or links. `made_of` is the first seen
    day's only where there is something to say.
    """

    head: Head
    id: str
    badge: Badge | None
    keys: tuple[Key, ...]
    outside: str | None
    verdict: Verdict | None
    words: tuple[str, ...]
    tiles: tuple[Tile, ...]
    made_of: MakeUp | None
    tables: tuple[ShareTable, ...]
    years: Histogram | None
    traffic: Chart | None
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
            "status": None if self.badge is None else self.badge.text,
            "keys": [[key.words, *(link.text for link in key.links)] for key in self.keys],
            "verdict": None if self.verdict is None else self.verdict.text,
            "words": self.words,
            "figures": {tile.label: [tile.value, tile.remark] for tile in self.tiles},
            "made_of": json_twin.printed(self.made_of),
            "shares": {table.id: json_twin.printed(table.rows) for table in self.tables},
            "years": {}
            if self.years is None
            else {bar.label: bar.value for bar in self.years.bars},
        }

    @property
    def links(self) -> dict[str, str]:
        """The links of the twin."""
        return json_twin.BESIDE


def views(
    group: Group,
    context: GroupContext,
    table: Mapping[Fingerprint, RelayRow],
    units: formatting.Units,
    carried: Sequence[ByPeriod] = (),
) -> Iterator[GroupPage | RowsPage]:
    """Yield the view of the first page of a group, then those of its further pages.

    `carried` is what its relays read and wrote together.
    """
    part = group_part(group, context)
    traffic = network_traffic(carried, units)
    yield replace(_first(group, part, context, table, units), traffic=traffic)
    if not _cut(group):
        for number in range(2, relay_rows.pages(len(group.members)) + 1):
            yield _further(group, part, number, table)


def _first(
    group: Group,
    part: GroupPart,
    context: GroupContext,
    table: Mapping[Fingerprint, RelayRow],
    units: formatting.Units,
) -> GroupPage:
    relays = [member.relay for member in group.members]
    shown = summary(group.members, context, units)
    is_day = group.kind == "first_seen"
    return GroupPage(
        head=_head(group, part),
        id=group.id,
        badge=part.badge,
        keys=_keys(part, shown),
        outside=part.outside,
        verdict=part.verdict,
        words=part.words,
        tiles=() if is_day else shown.tiles,
        made_of=None if is_day else _made_of(group, part, shown),
        tables=tuple(table for table in part.tables if len(table.rows) > 1),
        years=None if is_day else _years(relays),
        traffic=None,
        table=_table(group, 1, table),
        cut=_cut(group),
        pages=None if _cut(group) else _pages(group, 1),
        raw=GroupRaw(
            relays=len(relays),
            running=sum(relay.running for relay in relays),
            fingerprints=tuple(sorted(relay.fingerprint for relay in relays)),
        ),
    )


def _keys(part: GroupPart, shown: GroupSummary) -> tuple[Key, ...]:
    """Return what kind of group it is, how many run, where, by how many."""
    first, last = (part.what, shown.running), (shown.operators,)
    return (*_in_words(first), *part.keys, *_in_words(last))


def _in_words(texts: Iterable[str | None]) -> tuple[Key, ...]:
    return tuple(Key(words=text) for text in texts if text is not None)


def _made_of(group: Group, part: GroupPart, shown: GroupSummary) -> MakeUp:
    """Return the make-up of the group, and what it has of its own.

    A table of one row is a fact, unless the keys have it. All relays of a version are recommended
    or none is.
    """
    named = {link for key in part.keys for link in key.links}
    lone = (table for table in part.tables if len(table.rows) == 1)
    facts = tuple(
        Fact(name=table.name, value=table.rows[0].name)
        for table in lone
        if table.rows[0].name not in named
    )
    return MakeUp(
        roles=shown.made_of.roles,
        versions=() if group.kind == "version" else shown.made_of.versions,
        facts=(*facts, *shown.made_of.facts, *part.facts),
    )


def _cut(group: Group) -> bool:
    """Tell whether only the first relays of a group are listed."""
    is_nearly_all = group.kind == "flag" and group.id in WHOLE_NETWORK
    return is_nearly_all and len(group.members) > relay_rows.PAGE_ROWS


def _years(relays: list[Relay]) -> Histogram | None:
    """Return the running relays by the year in which they were first seen; `None` of a few."""
    counts = Counter(int(relay.first_seen[:4]) for relay in relays if relay.running)
    if counts.total() < DRAWN:
        return None
    return count_charts.years(counts, "Running relays by the year they were first seen")


def _head(group: Group, part: GroupPart, number: int = 1) -> Head:
    page = f", page {number}" if number > 1 else ""
    back = urls.group(group.kind, group.id) if number > 1 else None
    above = Link(text="Overview", path=urls.INDEX), ABOVE[group.kind]
    crumbs = [*above, Link(text=part.title, path=back)]
    if number > 1:
        crumbs.append(Link(text=f"Page {number}"))
    return Head(
        kind=NAMES[group.kind],
        title=f"{part.title}{page}",
        description=f"{part.question}{f' Page {number}.' if number > 1 else ''}",
        crumbs=tuple(crumbs),
        section=part.section,
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
    "as": group_links.listing("networks"),
    "country": group_links.listing("countries"),
    "platform": group_links.listing("platforms"),
    "version": group_links.listing("versions"),
    "flag": group_links.listings(),
    "first_seen": group_links.listing("relays"),
}
"""Below which list a group has its place."""


def _table(group: Group, number: int, table: Mapping[Fingerprint, RelayRow]) -> RelayTable:
    count = len(group.members)
    shown = group.members[(number - 1) * relay_rows.PAGE_ROWS : number * relay_rows.PAGE_ROWS]
    return RelayTable(
        id="relays",
        caption=relay_rows.caption(number, count),
        rows=tuple(table[member.relay.fingerprint] for member in shown),
        operator=True,
        without=group.kind,
    )


def _further(
    group: Group, part: GroupPart, number: int, table: Mapping[Fingerprint, RelayRow]
) -> RowsPage:
    return RowsPage(
        head=_head(group, part, number),
        back=Link(text=part.title, path=urls.group(group.kind, group.id)),
        table=_table(group, number, table),
        pages=_pages(group, number),
    )


def _pages(group: Group, number: int) -> Pages | None:
    """Return links to all pages of a group, seen from page `number`."""
    return relay_rows.contents(
        number, len(group.members), lambda page: urls.group(group.kind, group.id, page)
    )
