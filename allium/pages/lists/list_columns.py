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


class Sheet(Struct, frozen=True, kw_only=True):
    """What rows are made with; `complete` tells of each family whether it is declared well.

    `unlisted` leads to the relays of which a list knows nothing.
    """

    survey: HistoryStats
    complete: Mapping[str, bool]
    units: formatting.Units
    unlisted: Mapping[ListName, Link] = {}


class ListColumn(Struct, frozen=True, kw_only=True):
    """A column: its head, what stands in it, and whether that is a number."""

    label: str
    cell: Callable[[ListingEntry, Sheet], Cell]
    number: bool = True


def _operator_link(name: str, sheet: Sheet) -> Link:
    operator = sheet.survey.network.operators[name]
    words = operator_links.title(operator.claim.domain, operator.contact, NAME_LENGTH)
    return Link(text=words, path=operator_links.path(operator))


def _network_name(one: ListingEntry, _: Sheet) -> Link:
    return Link(text=formatting.cut(one.label or "unknown", AS_NAME_LENGTH))


def _owner(one: ListingEntry, sheet: Sheet) -> Cell:
    """Return who runs a family's relays; of several how many they are."""
    owners = {member.contact_id for member in one.members} - {NO_CONTACT}
    if len(owners) == 1:
        return _operator_link(owners.pop(), sheet)
    return formatting.number_of(len(owners), "operator") if owners else "none given"


def _of_role(role: Role) -> ListColumn:
    return ListColumn(
        label=f"{role.capitalize()}s",
        cell=lambda one, _: formatting.count(one.totals.parts[role].relays),
    )


def _exit_weight(one: ListingEntry, sheet: Sheet) -> str:
    whole = sheet.survey.network.totals.parts["exit"].weight
    return formatting.share(one.totals.parts["exit"].weight, whole) or "no weight"


def _weight(one: ListingEntry, sheet: Sheet) -> str:
    return formatting.share(one.totals.weight, sheet.survey.network.totals.weight) or "no weight"


def _relays(one: ListingEntry, _: Sheet) -> str:
    return formatting.NO_BREAK.join(
        (formatting.count(one.totals.running), "of", formatting.count(one.totals.relays))
    )


def _counted(label: str, of: Callable[[ListingEntry], Any], field: str) -> ListColumn:
    def cell(one: ListingEntry, sheet: Sheet) -> str:
        return given(sheet.survey.network.absent, formatting.count(len(of(one))), field)

    return ListColumn(label=label, cell=cell)


RELAYS: Final = ListColumn(label="Relays", cell=_relays)
GUARDS, MIDDLES, EXITS = _of_role("guard"), _of_role("middle"), _of_role("exit")
WEIGHT: Final = ListColumn(label="Weight", cell=_weight)
EXIT_WEIGHT: Final = ListColumn(label="Exit weight", cell=_exit_weight)
BANDWIDTH: Final = ListColumn(
    label="Bandwidth",
    cell=lambda one, sheet: observed(
        sheet.survey.network.absent, one.totals.bandwidth, sheet.units
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

NAMES: Final[dict[ListName, Callable[[ListingEntry, Sheet], Link]]] = {
    "operators": lambda one, sheet: _operator_link(one.id, sheet),
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
            cell=lambda one, sheet: STATE_BADGES[sheet.survey.network.operators[one.id].state][0],
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
            cell=lambda one, sheet: "complete" if sheet.complete[one.id] else "incomplete",
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


def row(name: ListName, one: ListingEntry, sheet: Sheet) -> Row:
    """Return the row of an entry with the columns of its list."""
    cells = tuple(column.cell(one, sheet) for column in COLUMNS[name])
    return Row(name=NAMES[name](one, sheet), cells=cells)
