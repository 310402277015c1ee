"""Rows of relay tables, made once for each relay and printed on many pages."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from allium import formatting, urls
from allium.analysis.network import Member
from allium.model.relay import Fingerprint, Flag, Relay
from allium.pages.parts import aroi_texts, group_links
from allium.pages.parts.page_base import (
    Badge,
    Head,
    Link,
    Pages,
    RelayRow,
    RelayTable,
    View,
    day,
)

PAGE_ROWS: Final = 200
"""So many rows, each with six links, stay below 150 kB."""
ALL_PAGES: Final = 9
GAP: Final = "…"
"""Stands where numbers of pages are left out."""
HARMS: Final = ("BadExit", "MiddleOnly", "StaleDesc")
"""Flags that say something bad of a relay."""
_FLAGS: Final = "Authority Exit Guard Stable HSDir Sybil NoEdConsensus".split()
_COMMON: Final = ("Fast", "Valid", "V2Dir")
"""Nearly every relay holds these, so that only their lack says something."""
_NOTES: Final = {
    "obsolete": Badge(text="obsolete", colour="crit"),
    "unrecommended": Badge(text="not recommended", colour="off"),
}
_OPERATOR_LENGTH: Final = 18
_CONTACT_LENGTH: Final = 15
_AS_LENGTH: Final = 12
"""Characters of names in tables of 200 rows, whose columns shall fit a window of 1280 px."""


class RowsPage(View, frozen=True):
    """The second or a further page of a long relay table, and the way back to the first."""

    head: Head
    back: Link
    table: RelayTable
    pages: Pages | None


def relay_row(
    member: Member, operator: Link, share: str | None, units: formatting.Units
) -> RelayRow:
    """Return the row of one relay in a table of relays of many operators.

    `share` is the relay's part of the network's weight.
    """
    relay = member.relay
    status = relay.version_status
    return RelayRow(
        relay=Link(text=relay.nickname, path=urls.relay(relay.fingerprint)),
        operator=_operator(member, operator),
        down_since=None if relay.running else day(relay.last_seen),
        weight=share,
        bandwidth=_rate(relay.observed_bandwidth, units),
        harms=tuple(flag for flag in HARMS if flag in relay.flags),
        flags=_flags(relay.flags),
        country=group_links.country(relay.country),
        network=group_links.network(relay.asn),
        as_name=None if relay.as_name is None else formatting.cut(relay.as_name, _AS_LENGTH),
        version=group_links.version(relay.version),
        version_note=_NOTES.get(status or ""),
        first_seen=group_links.first_seen(relay.first_seen),
    )


def weight_share(relay: Relay, network_weight: int) -> str | None:
    """Return a running relay's part of the weight of all running relays, `network_weight`."""
    return formatting.share(relay.consensus_weight or 0, network_weight) if relay.running else None


def of_one_operator(row: RelayRow, month: float | None, member: Member) -> RelayRow:
    """Return a row as it stands among relays of one operator; `month` is an uptime in percent.

    What a table does not print is not in its rows: it would render the page again for nothing.
    """
    return replace(
        row,
        operator=None,
        aroi=aroi_texts.STATE_BADGES[member.status],
        uptime=None if month is None else formatting.percent(month, 1),
    )


def _operator(member: Member, operator: Link) -> Link | None:
    """Return the operator by the domain or the beginning of the contact."""
    contact = member.relay.contact
    if member.claim.domain is None and contact is None:
        return None
    if member.claim.domain is not None:
        return replace(operator, text=formatting.cut(operator.text, _OPERATOR_LENGTH))
    return Link(text=formatting.cut(contact or "", _CONTACT_LENGTH), path=operator.path)


@lru_cache(maxsize=4096)
def _flags(held: tuple[Flag, ...]) -> str:
    lacking = (f"no {flag}" for flag in _COMMON if flag not in held)
    return " ".join((*(flag for flag in _FLAGS if flag in held), *lacking))


def _rate(value: int | None, units: formatting.Units) -> str | None:
    return None if value is None else formatting.bandwidth(value, units)


def pages(count: int, first: int = PAGE_ROWS) -> int:
    """Return how many pages a table of so many rows takes, of which the first has `first` rows."""
    return 1 + max(0, -(-(count - first) // PAGE_ROWS))


def page_slice(number: int, first: int = PAGE_ROWS) -> slice:
    """Return which rows page `number` (from 1) shows, where the first page has `first` rows."""
    end = first + (number - 1) * PAGE_ROWS
    return slice(max(end - PAGE_ROWS, 0), end)


def contents(
    number: int, count: int, path: Callable[[int], str], first: int = PAGE_ROWS
) -> Pages | None:
    """Return links to all pages of a table, seen from page `number`; `None` when it has one.

    Of more than nine pages: the first, the last, and two on either side of the present one, and
    `GAP` where numbers are left out. Around them the way one page back and one on.
    """
    last = pages(count, first)
    if last == 1:
        return None
    near = range(1, last + 1) if last <= ALL_PAGES else range(number - 2, number + 3)
    shown = sorted({1, last, *(page for page in near if 1 <= page <= last)})
    back = [Link(text="Previous", path=path(number - 1))] if number > 1 else []
    on = [Link(text="Next", path=path(number + 1))] if number < last else []
    numbers: list[Link] = []
    for before, page in pairwise((0, *shown)):
        numbers += [Link(text=GAP)] if page > before + 1 else []
        numbers.append(Link(text=str(page), path=None if page == number else path(page)))
    return Pages(links=(*back, *numbers, *on))


def caption(number: int, count: int, first: int = PAGE_ROWS) -> str:
    """Return what stands above page `number` (from 1) of a table of all relays of something."""
    if count == 1:
        return f"1 relay. {COMMON_WORDS}"
    rows = span(number, count, first).capitalize()
    if pages(count, first) == 1:
        rows = formatting.number_of(count, "relay")
    return f"{rows}, by consensus weight; {DOWN_WORDS}. {COMMON_WORDS}"


DOWN_WORDS: Final = "relays that are down are marked and come last"
COMMON_WORDS: Final = "The flags Fast, Valid and V2Dir are not listed unless missing."


def span(number: int, count: int, first: int = PAGE_ROWS) -> str:
    """Return which rows page `number` (from 1) shows, in words."""
    rows = page_slice(number, first)
    last = formatting.count(min(rows.stop, count))
    return (
        f"rows {formatting.count(rows.start + 1)}{formatting.TO}{last} of {formatting.count(count)}"
    )


def named(relay: Relay, names: Mapping[Fingerprint, str]) -> Link:
    """Return the link to a relay; `names` are what relays of one operator are called."""
    return Link(text=names[relay.fingerprint], path=urls.relay(relay.fingerprint))
