"""The columns of each list of entries, and the rows that they make."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from allium import formatting, urls
from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.history_stats import HistoryStats
from allium.analysis.listing_entries import ListingEntry
from allium.analysis.relay.role import Role
from allium.pages.boards.board_titles import codes
from allium.pages.group.group_kinds import version_status
from allium.pages.lists.list_orders import ListName
from allium.pages.parts import group_links, operator_links
from allium.pages.parts.aroi_texts import STATE_BADGES
from allium.pages.parts.network_figures import given, observed
from allium.pages.parts.page_base import Link
from allium.pages.parts.tables import Cell, Row

NAME_LENGTH: Final = 40
AS_NAME_LENGTH: Final = 32


class ListContext(Struct, frozen=True, kw_only=True):
    """What rows are made with; `complete` tells of each family whether it is declared well.

    `unlisted` leads to the relays of which a list knows nothing.
    """

    stats: HistoryStats
    complete: Mapping[str, bool]
    units: formatting.Units
    unlisted: Mapping[ListName, Link] = {}


class ListColumn(Struct, frozen=True, kw_only=True):
    """A column: its head, what stands in it, and whether that is a number."""

    label: str
    cell: Callable[[ListingEntry, ListContext], Cell]
    number: bool = True


def _operator_link(name: str, context: ListContext) -> Link:
    operator = context.stats.network.operators[name]
    words = operator_links.title(operator.claim.domain, operator.contact, NAME_LENGTH)
    return Link(text=words, path=operator_links.path(operator))


def _network_name(one: ListingEntry, _: ListContext) -> Link:
    return Link(text=formatting.cut(one.label or "unknown", AS_NAME_LENGTH))


def _owner(one: ListingEntry, context: ListContext) -> Cell:
    """Return who runs a family's relays; of several how many they are."""
    owners = {member.contact_id for member in one.members} - {NO_CONTACT}
    if len(owners) == 1:
        return _operator_link(owners.pop(), context)
    return formatting.number_of(len(owners), "operator") if owners else "none given"


def _of_role(role: Role) -> ListColumn:
    return ListColumn(
        label=f"{role.capitalize()}s",
        cell=lambda one, _: formatting.count(one.totals.parts[role].relays),
    )


def _exit_weight(one: ListingEntry, context: ListContext) -> str:
    whole = context.stats.network.totals.parts["exit"].weight
    return formatting.share(one.totals.parts["exit"].weight, whole) or "no weight"


def _weight(one: ListingEntry, context: ListContext) -> str:
    return formatting.share(one.totals.weight, context.stats.network.totals.weight) or "no weight"


def _relays(one: ListingEntry, _: ListContext) -> str:
    return formatting.NO_BREAK.join(
        (formatting.count(one.totals.running), "of", formatting.count(one.totals.relays))
    )


def _counted(label: str, of: Callable[[ListingEntry], Any], field: str) -> ListColumn:
    def cell(one: ListingEntry, context: ListContext) -> str:
        return given(context.stats.network.absent, formatting.count(len(of(one))), field)

    return ListColumn(label=label, cell=cell)


RELAYS: Final = ListColumn(label="Relays", cell=_relays)
GUARDS, MIDDLES, EXITS = _of_role("guard"), _of_role("middle"), _of_role("exit")
WEIGHT: Final = ListColumn(label="Weight", cell=_weight)
EXIT_WEIGHT: Final = ListColumn(label="Exit weight", cell=_exit_weight)
BANDWIDTH: Final = ListColumn(
    label="Bandwidth",
    cell=lambda one, context: observed(
        context.stats.network.absent, one.totals.bandwidth, context.units
    ),
)
NETWORKS: Final = _counted("AS", lambda one: one.networks, "as")
COUNTRIES: Final = _counted("Countries", lambda one: one.countries, "country")
OPERATORS: Final = _counted("Operators", lambda one: one.operators, "contact")
FAMILIES: Final = _counted("Families", lambda one: one.families, "effective_family")
FIRST_SEEN: Final = ListColumn(
    label="First seen", cell=lambda one, _: group_links.first_seen(one.first_seen)
)
CORE: Final = (RELAYS, GUARDS, EXITS, WEIGHT)

NAMES: Final[dict[ListName, Callable[[ListingEntry, ListContext], Link]]] = {
    "operators": lambda one, context: _operator_link(one.id, context),
    "families": lambda one, _: Link(text=one.label or one.id, path=urls.family(one.id)),
    "networks": lambda one, _: group_links.network(one.id),
    "countries": lambda one, _: group_links.country(
        one.id, " ".join(filter(None, (one.id, one.label)))
    ),
    "platforms": lambda one, _: Link(text=one.label or one.id, path=urls.group("platform", one.id)),
    "versions": lambda one, _: group_links.version(one.id),
}
"""What an entry of each list is called, and where its page is."""

COLUMNS: Final[dict[ListName, tuple[ListColumn, ...]]] = {
    "operators": (
        ListColumn(
            label="AROI",
            cell=lambda one, context: STATE_BADGES[context.stats.network.operators[one.id].state][
                0
            ],
            number=False,
        ),
        *(RELAYS, GUARDS, MIDDLES, EXITS, WEIGHT, EXIT_WEIGHT, BANDWIDTH),
        *(NETWORKS, COUNTRIES, FIRST_SEEN),
    ),
    "families": (
        ListColumn(label="Operator", cell=_owner, number=False),
        *(*CORE, BANDWIDTH, NETWORKS, COUNTRIES),
        ListColumn(
            label="Declaration",
            cell=lambda one, context: "complete" if context.complete[one.id] else "incomplete",
            number=False,
        ),
        FIRST_SEEN,
    ),
    "networks": (
        ListColumn(label="Name", cell=_network_name, number=False),
        ListColumn(
            label="Countries",
            cell=lambda one, _: codes(tuple(sorted(one.countries))) or "unknown",
            number=False,
        ),
        *(*CORE, EXIT_WEIGHT, BANDWIDTH, OPERATORS, FAMILIES),
    ),
    "countries": (*CORE, EXIT_WEIGHT, BANDWIDTH, NETWORKS, OPERATORS),
    "platforms": (*CORE, BANDWIDTH, OPERATORS),
    "versions": (
        ListColumn(
            label="Status",
            cell=lambda one, _: Link(text=version_status([member.relay for member in one.members])),
            number=False,
        ),
        *(*CORE, BANDWIDTH),
    ),
}


def row(name: ListName, one: ListingEntry, context: ListContext) -> Row:
    """Return the row of an entry with the columns of its list."""
    cells = tuple(column.cell(one, context) for column in COLUMNS[name])
    return Row(name=NAMES[name](one, context), cells=cells)
