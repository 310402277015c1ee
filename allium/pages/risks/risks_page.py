"""The page on where the network depends on few, and on what could put its clients at risk."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from allium import formatting, urls
from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.health.geography import gini, gini_word, half_share, hhi, hhi_word
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network import Member
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.risk.both_ends import BothEnds, both_ends
from allium.analysis.risk.newcomers import NewGroup, new_groups
from allium.analysis.risk.outdated import Outdated, exits_without_contact, outdated
from allium.analysis.risk.removals import Removal, accumulated, removals
from allium.analysis.totals import Totals, totals
from allium.pages.parts import group_links, operator_links
from allium.pages.parts.country_names import short_name
from allium.pages.parts.levels import level
from allium.pages.parts.network_figures import NOT_COMPUTABLE, FigureRow
from allium.pages.parts.page_base import Head, Link, Tile, View, day

TOPS: Final = (1, 5, 10, 50)
"""A choice of this site: the shares of so many largest operators together."""
ROWS: Final = 25
"""A choice of this site: so many rows of each table; `data/` has all relays and operators."""


EXITS: Final = 8
"""A choice of this site: so many exits stand beside the four rows on operators."""


class RiskTable(View, frozen=True):
    """Rows of one table, and how many more there are in words, if any."""

    rows: tuple[FigureRow, ...]
    more: str | None


class NewcomerRow(View, frozen=True):
    """Similar relays that joined together, by which rule, and who runs them."""

    relays: tuple[Link, ...]
    count: str
    rule: str
    likeness: str
    since: str
    weight: str
    operators: tuple[Link, ...]
    more: str | None


class RisksPage(View, frozen=True):
    """The page on concentration and risks."""

    head: Head
    tiles: tuple[Tile, ...]
    tops: tuple[FigureRow, ...]
    spread: str
    operators: tuple[FigureRow, ...]
    networks: tuple[FigureRow, ...]
    countries: tuple[FigureRow, ...]
    both_ends: RiskTable
    newcomers: tuple[NewcomerRow, ...]
    more_newcomers: str | None
    exits: RiskTable
    outdated: RiskTable


def build(stats: HistoryStats) -> RisksPage:
    """Return the view of the page."""
    network = stats.network
    weights = accumulated(network.members, _operator)
    groups = new_groups(network.members, network.published)
    ends, anonymous, old = (
        both_ends(network),
        exits_without_contact(network),
        outdated(network),
    )
    return RisksPage(
        head=_head(),
        tiles=_tiles(stats, weights[None], ends, anonymous, old),
        tops=_tops(weights, network.totals),
        spread=_spread(weights[None]),
        operators=_removals(
            stats, _operator, lambda name: operator_links.link(network.operators[name])
        ),
        networks=_removals(stats, lambda one: one.relay.asn, partial(_network, stats)),
        countries=_removals(
            stats,
            lambda one: one.relay.country,
            lambda code: group_links.country(code, short_name(code)),
        ),
        both_ends=_table([_both_ends_row(one) for one in ends]),
        newcomers=tuple(_newcomer_row(stats, group) for group in groups[:ROWS]),
        more_newcomers=_more(len(groups)),
        exits=_table([_exit_row(stats, one) for one in anonymous], EXITS),
        outdated=_table([_outdated_row(stats, one) for one in old]),
    )


def _head() -> Head:
    return Head(
        kind="risks",
        title="Risks",
        description="Where the Tor network depends on few operators, networks and countries, and"
        " what could put its users at risk.",
        crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="Risks")),
    )


def _operator(member: Member) -> str | None:
    return None if member.contact_id == NO_CONTACT else member.contact_id


def _network(stats: HistoryStats, asn: str) -> Link:
    """Return an autonomous system by its name, of several the first by letter."""
    names = {one.relay.as_name for one in stats.network.members if one.relay.asn == asn}
    name = min((name for name in names if name is not None), default=asn)
    return group_links.network(asn, name)


def _share(part: int, total: int) -> str:
    return formatting.share(part, total) or NOT_COMPUTABLE


def _tiles(
    stats: HistoryStats,
    weights: Sequence[int],
    ends: Sequence[BothEnds],
    anonymous: Sequence[Member],
    old: Sequence[Outdated],
) -> tuple[Tile, ...]:
    sums = stats.network.totals
    exits = sums.parts["exit"].weight
    half = half_share(weights)
    without = sum(one.relay.consensus_weight or 0 for one in anonymous)
    obsolete = sum(one.sums.weight for one in old)
    return (
        Tile(
            label="Half of the weight",
            value=NOT_COMPUTABLE if half is None else formatting.number_of(half, "operator"),
            remark="of relays with contact",
        ),
        Tile(
            label="Largest operator",
            value=_share(max(weights, default=0), sums.weight),
            remark="of consensus weight",
        ),
        Tile(
            label="At both ends",
            value=formatting.number_of(len(ends), "operator"),
            remark="in families with gaps",
        ),
        _part_tile("Exits without contact", without, exits, "of exit weight"),
        _part_tile("Obsolete versions", obsolete, sums.weight, "of consensus weight"),
    )


def _part_tile(label: str, part: int, whole: int, remark: str) -> Tile:
    return Tile(label=label, value=_share(part, whole), remark=remark, level=level(part, whole))


def _tops(weights: dict[Role | None, list[int]], sums: Totals) -> tuple[FigureRow, ...]:
    """Return what the largest operators hold together, of all weight and of guards and exits.

    The operators of most weight in a role are the largest there.
    """
    wholes: tuple[tuple[Role | None, int], ...] = (
        (None, sums.weight),
        ("guard", sums.parts["guard"].weight),
        ("exit", sums.parts["exit"].weight),
    )
    rows = []
    for top in TOPS:
        name = "The largest" if top == 1 else f"The {top} largest"
        rows.append(
            FigureRow(
                name=Link(text=name),
                values=tuple(_share(sum(weights[role][:top]), whole) for role, whole in wholes),
            )
        )
    return tuple(rows)


def _spread(weights: list[int]) -> str:
    index, inequality = hhi(weights), gini(weights)
    if index is None or inequality is None:
        return NOT_COMPUTABLE
    return (
        f"Concentration (HHI) {formatting.ratio(index)}, {hhi_word(index)}; inequality (Gini)"
        f" {formatting.ratio(inequality)}, {gini_word(inequality)}."
    )


def _removals(
    stats: HistoryStats, of: Callable[[Member], str | None], link: Callable[[str], Link]
) -> tuple[FigureRow, ...]:
    sums = stats.network.totals

    def row(removal: Removal) -> FigureRow:
        return FigureRow(
            name=link(removal.name),
            values=(
                _share(removal.sums.weight, sums.weight),
                *(
                    _share(removal.role_weight(role), sums.parts[role].weight)
                    for role in ROLES
                    if role != "middle"
                ),
            ),
        )

    return tuple(row(removal) for removal in removals(stats.network.members, of))


def _table(rows: Sequence[FigureRow], most: int = ROWS) -> RiskTable:
    return RiskTable(rows=tuple(rows[:most]), more=_more(len(rows), most))


def _more(count: int, most: int = ROWS) -> str | None:
    return formatting.number_of(count - most, "more", "more") if count > most else None


def _both_ends_row(ends: BothEnds) -> FigureRow:
    return FigureRow(
        name=operator_links.link(ends.operator),
        values=(
            formatting.count(ends.guards),
            formatting.count(ends.exits),
            formatting.count(ends.pairs),
            _one_in(ends.probability),
        ),
    )


def _one_in(probability: float) -> str:
    """Return how many circuits there are for one that is so likely, with two digits."""
    return f"1 in {formatting.ratio(1 / probability)}" if probability else "None"


def _newcomer_row(stats: HistoryStats, group: NewGroup) -> NewcomerRow:
    network, relays = stats.network, [member.relay for member in group.members]
    first, last = formatting.date(group.first), formatting.date(group.last)
    ids = dict.fromkeys(member.contact_id for member in group.members)
    return NewcomerRow(
        relays=tuple(
            Link(text=relay.nickname, path=urls.relay(relay.fingerprint)) for relay in relays[:3]
        ),
        count=formatting.count(len(relays)),
        rule=group.rule,
        likeness=formatting.cut(group.likeness, operator_links.LABEL_LENGTH),
        since=first if first == last else f"{first}{formatting.TO}{last}",
        weight=_share(totals(relays).weight, network.totals.weight),
        operators=tuple(operator_links.link(network.operators[name]) for name in [*ids][:3]),
        more=_more(len(ids), 3),
    )


def _exit_row(stats: HistoryStats, member: Member) -> FigureRow:
    relay = member.relay
    return FigureRow(
        name=Link(text=relay.nickname, path=urls.relay(relay.fingerprint)),
        values=(
            _share(relay.consensus_weight or 0, stats.network.totals.parts["exit"].weight),
            relay.country or "Unknown",
            day(relay.first_seen).text,
        ),
    )


def _outdated_row(stats: HistoryStats, old: Outdated) -> FigureRow:
    versions = [*old.versions]
    words = ", ".join(versions[:3]) + (", …" if len(versions) > 3 else "")
    return FigureRow(
        name=operator_links.link(old.operator),
        values=(
            formatting.count(old.sums.running),
            _share(old.sums.weight, stats.network.totals.weight),
            words,
            "Unknown" if old.restarted is None else formatting.date(old.restarted),
        ),
    )
