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
from allium.pages.lists.list_orders import ListName
from allium.pages.parts import group_links, operator_links
from allium.pages.parts.aroi_texts import STATE_BADGES
from allium.pages.parts.country_names import short_name
from allium.pages.parts.network_figures import given, observed
from allium.pages.parts.page_base import Colour, Link
from allium.pages.parts.tables import Cell, Row
from allium.pages.parts.version_words import STATUS_BADGES, version_status

NAME_LENGTH: Final = 26
CODES: Final = 3
OWNER_LENGTH: Final = 18
AS_NAME_LENGTH: Final = 21
"""Characters of names, so that the columns fit a window of 1280 px."""


class ListContext(Struct, frozen=True, kw_only=True):
    """What rows are made with; `complete` says of each family whether it is declared completely.

    `unlisted` leads to the relays of which a list knows nothing.
    """

    stats: HistoryStats
    complete: Mapping[str, bool]
    units: formatting.Units
    unlisted: Mapping[ListName, Link] = {}


class ListColumn(Struct, frozen=True, kw_only=True):
    """A column: its head, what stands in it, whether that is a number or a state in colour.

    `metered` tells that a bar shows each number, relative to that of the first row.
    """

    label: str
    cell: Callable[[ListingEntry, ListContext], Cell]
    number: bool = True
    metered: bool = False
    colours: Mapping[str, Colour] = {}


def _operator_link(name: str, context: ListContext, length: int = NAME_LENGTH) -> Link:
    operator = context.stats.network.operators[name]
    words = operator_links.title(operator.claim.domain, operator.contact)
    return Link(text=formatting.cut(words, length), path=operator_links.path(operator))


def _network_name(entry: ListingEntry, _: ListContext) -> Link:
    return Link(text=formatting.cut(entry.label or "Unknown", AS_NAME_LENGTH))


def _owner(entry: ListingEntry, context: ListContext) -> Cell:
    """Return who runs a family's relays; of several how many they are."""
    owners = {member.contact_id for member in entry.members} - {NO_CONTACT}
    if len(owners) == 1:
        return _operator_link(owners.pop(), context, OWNER_LENGTH)
    return formatting.number_of(len(owners), "operator") if owners else "None"


def _status(entry: ListingEntry, _: ListContext) -> str:
    """Return what the authorities say of a version."""
    badge = STATUS_BADGES.get(version_status(member.relay for member in entry.members))
    return "Unknown" if badge is None else badge.text


def _of_role(role: Role) -> ListColumn:
    return ListColumn(
        label=f"{role.capitalize()}s",
        cell=lambda entry, _: formatting.count(entry.totals.parts[role].relays),
    )


def _exit_weight(entry: ListingEntry, context: ListContext) -> str:
    all_exits = context.stats.network.totals.parts["exit"].weight
    return formatting.share(entry.totals.parts["exit"].weight, all_exits) or "None"


def _weight(entry: ListingEntry, context: ListContext) -> str:
    return formatting.share(entry.totals.weight, context.stats.network.totals.weight) or "None"


def _relays(entry: ListingEntry, _: ListContext) -> str:
    return formatting.count(entry.totals.running)


def _counted(label: str, of: Callable[[ListingEntry], Any], field: str) -> ListColumn:
    def cell(entry: ListingEntry, context: ListContext) -> str:
        return given(context.stats.network.absent, formatting.count(len(of(entry))), field)

    return ListColumn(label=label, cell=cell)


RELAYS: Final = ListColumn(label="Relays", cell=_relays)
GUARDS, EXITS = _of_role("guard"), _of_role("exit")
WEIGHT: Final = ListColumn(label="Weight", cell=_weight, metered=True)
EXIT_WEIGHT: Final = ListColumn(label="Exit weight", cell=_exit_weight)
BANDWIDTH: Final = ListColumn(
    label="Bandwidth",
    cell=lambda entry, context: observed(
        context.stats.network.absent, entry.totals.bandwidth, context.units
    ),
)
NETWORKS: Final = _counted("Networks", lambda entry: entry.networks, "as")
COUNTRIES: Final = _counted("Countries", lambda entry: entry.countries, "country")
OPERATORS: Final = _counted("Operators", lambda entry: entry.operators, "contact")
FAMILIES: Final = _counted("Families", lambda entry: entry.families, "effective_family")
FIRST_SEEN: Final = ListColumn(
    label="First seen", cell=lambda entry, _: group_links.first_seen(entry.first_seen)
)
CORE: Final = (RELAYS, GUARDS, EXITS)

NAMES: Final[dict[ListName, Callable[[ListingEntry, ListContext], Link]]] = {
    "operators": lambda entry, context: _operator_link(entry.id, context),
    "families": lambda entry, _: Link(text=entry.label or entry.id, path=urls.family(entry.id)),
    "networks": lambda entry, _: group_links.network(entry.id),
    "countries": lambda entry, _: group_links.country(entry.id, short_name(entry.id, entry.label)),
    "platforms": lambda entry, _: Link(
        text=entry.label or entry.id, path=urls.group("platform", entry.id)
    ),
    "versions": lambda entry, _: group_links.version(entry.id),
}
"""What an entry of each list is called, and where its page is."""

COLUMNS: Final[dict[ListName, tuple[ListColumn, ...]]] = {
    "operators": (
        WEIGHT,
        ListColumn(
            label="Domain",
            cell=lambda entry, context: (
                STATE_BADGES[context.stats.network.operators[entry.id].state].text
            ),
            number=False,
            colours={
                badge.text: badge.colour for badge in STATE_BADGES.values() if badge.colour != "off"
            },
        ),
        *(*CORE, EXIT_WEIGHT, BANDWIDTH),
        *(NETWORKS, COUNTRIES, FIRST_SEEN),
    ),
    "families": (
        WEIGHT,
        ListColumn(label="Operator", cell=_owner, number=False),
        *(*CORE, BANDWIDTH, NETWORKS, COUNTRIES),
        ListColumn(
            label="Complete",
            cell=lambda entry, context: "Yes" if context.complete[entry.id] else "No",
            number=False,
            colours={"No": "warn"},
        ),
        FIRST_SEEN,
    ),
    "networks": (
        WEIGHT,
        ListColumn(label="Name", cell=_network_name, number=False),
        ListColumn(
            label="Countries",
            cell=lambda entry, _: codes(sorted(entry.countries), CODES) or "Unknown",
            number=False,
        ),
        *(*CORE, EXIT_WEIGHT, BANDWIDTH, OPERATORS, FAMILIES),
    ),
    "countries": (WEIGHT, *CORE, EXIT_WEIGHT, BANDWIDTH, NETWORKS, OPERATORS),
    "platforms": (WEIGHT, *CORE, BANDWIDTH, OPERATORS),
    "versions": (
        WEIGHT,
        ListColumn(
            label="Status",
            cell=_status,
            number=False,
            colours={badge.text: badge.colour for badge in STATUS_BADGES.values()},
        ),
        *(*CORE, BANDWIDTH),
    ),
}
"""In their order. Lists are by weight, which stands first so that a phone shows it."""


def row(name: ListName, entry: ListingEntry, context: ListContext) -> Row:
    """Return the row of an entry with the columns of its list."""
    cells = tuple(column.cell(entry, context) for column in COLUMNS[name])
    return Row(name=NAMES[name](entry, context), cells=cells)
