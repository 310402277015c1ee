"""The page of a group of relays: figures, share tables, the table of relays, and its JSON twin."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from allium import formatting, urls
from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.network import Member
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.relay_groups import Group
from allium.analysis.totals import Totals, totals
from allium.model.relay import Fingerprint, Relay
from allium.pages.group.group_context import GroupContext, ShareTable
from allium.pages.group.group_kinds import Fact, GroupPart, group_part
from allium.pages.parts import count_charts, group_links, json_twin, relay_rows
from allium.pages.parts.chart_views import Histogram
from allium.pages.parts.network_figures import by_role, given, measured, observed
from allium.pages.parts.page_base import Head, Link, Pages, RelayRow, RelayTable, View
from allium.pages.parts.relay_rows import RowsPage

FINGERPRINT: Final = attrgetter("fingerprint")


class GroupSummary(View, frozen=True):
    """A group in figures, all about its running relays but `relays`."""

    relays: str
    running: str
    bandwidth: str
    weight_share: str | None
    by_role: dict[Role, str]
    role_bandwidth: dict[Role, str]
    role_share: dict[Role, str | None]
    measured: str | None
    ipv6: str
    operators: str


def summary(
    members: Sequence[Member], context: GroupContext, units: formatting.Units
) -> GroupSummary:
    """Return the figures of a group."""
    relays = [member.relay for member in members]
    network = context.stats.network
    group, all_relays = totals(relays), network.totals
    operators = {member.contact_id for member in members if member.relay.running}
    return GroupSummary(
        relays=formatting.count(group.relays),
        running=formatting.count(group.running),
        bandwidth=observed(network.absent, group.bandwidth, units),
        weight_share=formatting.share(group.weight, all_relays.weight),
        by_role={role: formatting.count(group.parts[role].relays) for role in ROLES},
        role_bandwidth=by_role(group, network.absent, units),
        role_share=_role_share(group, all_relays),
        measured=measured(group, network.absent),
        ipv6=formatting.count(len(context.on_ipv6.intersection(map(FINGERPRINT, relays)))),
        operators=given(network.absent, formatting.count(len(operators - {NO_CONTACT})), "contact"),
    )


def _role_share(group: Totals, all_relays: Totals) -> dict[Role, str | None]:
    return {
        role: formatting.share(group.parts[role].weight, all_relays.parts[role].weight)
        for role in ROLES
    }


def verdict(shown: GroupSummary, relays: int) -> str:
    """Return one sentence: how many relays, how large a part of the network."""
    words = f"{formatting.number_of(relays, 'relay')}, {shown.running} running"
    if shown.running == "0" or shown.weight_share is None:
        return f"{words}."
    exits = shown.role_share["exit"]
    also = "" if exits is None else f", {exits} of all exit weight"
    return f"{words}: {shown.weight_share} of all weight{also}."


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
    years: Histogram | None
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
            "shares": {table.id: json_twin.printed(table.rows) for table in self.tables},
            "years": json_twin.printed(self.years),
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
) -> Iterator[GroupPage | RowsPage]:
    """Yield the view of the first page of a group, then those of its further pages."""
    part = group_part(group, context)
    yield _first(group, part, context, table, units)
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
    return GroupPage(
        head=_head(group, part),
        id=group.id,
        verdict=verdict(shown, len(relays)),
        words=part.words,
        summary=None if group.kind == "first_seen" else shown,
        facts=(*part.facts, *_operators(group, shown)),
        tables=part.tables,
        charted=part.charted,
        years=_years(relays) if part.charted else None,
        outside=part.outside,
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
    is_nearly_all = group.kind == "flag" and group.id in WHOLE_NETWORK
    return is_nearly_all and len(group.members) > relay_rows.PAGE_ROWS


def _operators(group: Group, shown: GroupSummary) -> tuple[Fact, ...]:
    """Return how many operators there are where no summary says so."""
    if group.kind != "first_seen":
        return ()
    return (Fact(name="Operators", value=Link(text=shown.operators)),)


def _years(relays: list[Relay]) -> Histogram | None:
    """Return the running relays by the year in which they were first seen."""
    counts = Counter(int(relay.first_seen[:4]) for relay in relays if relay.running)
    return count_charts.years(counts, "Running relays by year of first seen")


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
        caption=f"Relays by weight, those that are down last: {relay_rows.span(number, count)}",
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
