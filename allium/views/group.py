"""Relays with one thing in common: how many, how large a part of the network, which."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from allium import text, urls
from allium.analysis.aroi import NO_CONTACT
from allium.analysis.groups import Group
from allium.analysis.positions import ROLES, Role
from allium.analysis.totals import Totals, totals
from allium.model.relay import Fingerprint, Relay
from allium.views import charts, rows
from allium.views.base import Chart, Head, Link, Pages, RelayRow, RelayTable, View
from allium.views.contact_rows import Printed as PrintedRows
from allium.views.group_parts import Fact, Ground, Part, ShareTable, part

WHOLE_NETWORK: Final = frozenset({"running", "valid"})
"""Flags of nearly every relay: their pages name the first relays only."""


class Summary(View, frozen=True):
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


class Printed(View, frozen=True):
    """The first page of one group."""

    head: Head
    verdict: str
    words: tuple[str, ...]
    summary: Summary | None
    facts: tuple[Fact, ...]
    tables: tuple[ShareTable, ...]
    charted: bool
    years: Chart | None
    outside: str | None
    table: RelayTable
    cut: bool
    """Whether the table ends although the group goes on."""
    pages: Pages | None


def views(
    group: Group, ground: Ground, table: Mapping[Fingerprint, RelayRow], units: text.Units
) -> Iterator[Printed | PrintedRows]:
    """Yield the view of the first page of a group, then those of its further pages."""
    own = part(group, ground)
    yield _first(group, own, ground, table, units)
    if not _cut(group):
        for number in range(2, rows.pages(len(group.members)) + 1):
            yield _further(group, own, number, table)


def _first(
    group: Group,
    own: Part,
    ground: Ground,
    table: Mapping[Fingerprint, RelayRow],
    units: text.Units,
) -> Printed:
    relays = [member.relay for member in group.members]
    summary = _summary(group, relays, ground, units)
    return Printed(
        head=_head(group, own),
        verdict=_verdict(summary),
        words=own.words,
        summary=None if group.kind == "first_seen" else summary,
        facts=(*own.facts, *_operators(group, summary)),
        tables=own.tables,
        charted=own.charted,
        years=_years(relays) if own.charted else None,
        outside=own.outside,
        table=_table(group, 1, table),
        cut=_cut(group),
        pages=None if _cut(group) else _pages(group, 1),
    )


def _cut(group: Group) -> bool:
    """Tell whether only the first relays of a group are listed."""
    whole = group.kind == "flag" and group.id in WHOLE_NETWORK
    return whole and len(group.members) > rows.PAGE_ROWS


def _summary(group: Group, relays: list[Relay], ground: Ground, units: text.Units) -> Summary:
    own, whole = totals(relays), ground.survey.network.totals
    operators = {member.contact_id for member in group.members if member.relay.running}
    return Summary(
        relays=text.count(own.relays),
        running=text.count(own.running),
        bandwidth=text.bandwidth(own.bandwidth, units),
        weight_share=text.share(own.weight, whole.weight),
        by_role={role: text.count(own.parts[role].relays) for role in ROLES},
        role_bandwidth={role: text.bandwidth(own.parts[role].bandwidth, units) for role in ROLES},
        role_share=_role_share(own, whole),
        measured=_measured(own),
        ipv6=text.count(len(ground.on_ipv6.intersection(relay.fingerprint for relay in relays))),
        operators=text.count(len(operators - {NO_CONTACT})),
    )


def _role_share(own: Totals, whole: Totals) -> dict[Role, str | None]:
    return {role: text.share(own.parts[role].weight, whole.parts[role].weight) for role in ROLES}


def _measured(own: Totals) -> str | None:
    if not own.measured_known:
        return None
    return f"{text.count(own.measured)} of {text.count(own.measured_known)}"


def _verdict(summary: Summary) -> str:
    """Return one sentence: how many relays, how large a part of the network."""
    one = summary.relays == "1"
    words = f"{summary.relays} {'relay' if one else 'relays'}, {summary.running} running"
    if summary.running == "0" or summary.weight_share is None:
        return f"{words}."
    exits = summary.role_share["exit"]
    also = "" if exits is None else f", {exits} of all exit weight"
    return f"{words}: {summary.weight_share} of all weight{also}."


def _operators(group: Group, summary: Summary) -> tuple[Fact, ...]:
    """Return how many operators there are where no summary says so."""
    if group.kind != "first_seen":
        return ()
    return (Fact(name="Operators", value=Link(text=summary.operators)),)


def _years(relays: list[Relay]) -> Chart | None:
    """Return the running relays by the year in which they were first seen."""
    counts = Counter(int(relay.first_seen[:4]) for relay in relays if relay.running)
    return charts.years(counts, "Running relays by year of first seen")


def _head(group: Group, own: Part, number: int = 1) -> Head:
    page = f", page {number}" if number > 1 else ""
    back = urls.group(group.kind, group.id) if number > 1 else None
    crumbs = [Link(text="Overview", path=urls.INDEX), Link(text=own.title, path=back)]
    if number > 1:
        crumbs.append(Link(text=f"Page {number}"))
    return Head(
        kind=NAMES[group.kind],
        title=f"{own.title}{page}",
        description=f"{own.question}{f' Page {number}.' if number > 1 else ''}",
        crumbs=tuple(crumbs),
        section=own.section,
    )


NAMES: Final = {
    "as": "network",
    "country": "country",
    "platform": "platform",
    "version": "version",
    "flag": "flag",
    "first_seen": "first seen",
}


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
    group: Group, own: Part, number: int, table: Mapping[Fingerprint, RelayRow]
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
