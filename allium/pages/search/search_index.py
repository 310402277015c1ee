"""The index of the search: what its script filters relays by, as columns of all relays."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.analysis.aroi.aroi_claim import ContactId
from allium.analysis.network import Member, Network, Operator
from allium.analysis.relay.platform import platform_name
from allium.analysis.relay_groups import has_page, held_flags
from allium.analysis.search_prefixes import addresses
from allium.model.relay import Fingerprint
from allium.pages.parts.page_base import RelayRow, View

Value: TypeAlias = tuple[str, ...]

NO_FAMILY: Final = -1
CONTACT_LENGTH: Final = 600
"""So many characters of a contact are searched; the longest of a recorded network has 574."""
HOST_NAMES: Final = 16
"""So many host names of a relay are searched; the most of a recorded network are 9."""


class IndexColumn(Struct, frozen=True):
    """A column whose values recur: each value once, and for each relay its place among them."""

    values: tuple[Value, ...]
    rows: tuple[int, ...]


class Contacts(Struct, frozen=True):
    """The contacts in the order of the rows, and how many rows in succession each is of.

    `domains` are those of complete AROI claims, else empty; a slash follows one that has a page of
    its own. `ids` are the operators' in base64 without padding, 22 characters each, one after the
    other.
    """

    texts: tuple[str, ...]
    domains: tuple[str, ...]
    ids: str
    relays: tuple[int, ...]


class SearchIndex(View, frozen=True, kw_only=True):
    """All relays in columns, as lists print them; rows stand by contact, then by address.

    In this order columns compress best. `day` is that of the data. `fingerprints` are base64 (of 20
    bytes, without padding), 27 characters each, one after the other. `addresses` and `hosts` are
    separated by spaces. A value is: of `countries` code and name, of `networks` number and name, of
    `platforms` id and name, of `versions` the version, its note, whether it is recommended (`true`,
    `false` or empty) and the colour of the note, of `flags` all that are held, those that say
    something bad and the others that are printed, of `keys` the family keys, of `first_seen` a day,
    of `weights` a share of the consensus weight, the largest first, of `down` the day when the
    relay was last seen, empty while it runs.
    `families` are the rows of the oldest members of the relays' families, -1 without one.
    """

    schema: int = 1
    day: str
    fingerprints: str
    nicknames: tuple[str, ...]
    addresses: tuple[str, ...]
    hosts: tuple[str, ...]
    contacts: Contacts
    countries: IndexColumn
    networks: IndexColumn
    platforms: IndexColumn
    versions: IndexColumn
    flags: IndexColumn
    families: tuple[int, ...]
    keys: IndexColumn
    first_seen: IndexColumn
    weights: IndexColumn
    down: IndexColumn


def build(
    network: Network, table: Mapping[Fingerprint, RelayRow], slugs: Mapping[str, str]
) -> SearchIndex:
    """Return the index; `table` has the row of each relay, `slugs` the ids of platforms by name."""
    members = sorted(network.members, key=_order)
    relays = [member.relay for member in members]
    rows = [table[relay.fingerprint] for relay in relays]
    heads = {relay.fingerprint: place for place, relay in enumerate(relays)}
    systems = [platform_name(relay.platform) for relay in relays]
    return SearchIndex(
        day=formatting.date(network.published),
        fingerprints="".join(_base64(relay.fingerprint) for relay in relays),
        nicknames=tuple(relay.nickname for relay in relays),
        addresses=tuple(" ".join(addresses(relay)) for relay in relays),
        hosts=tuple(_hosts(member) for member in members),
        contacts=_contacts(members, network.operators),
        countries=_column((member.country or "", member.country_name or "") for member in relays),
        networks=_column((member.asn or "", member.as_name or "") for member in relays),
        platforms=_column((slugs.get(name, ""), name) for name in systems),
        versions=_column(_version(member, row) for member, row in zip(members, rows, strict=True)),
        flags=_column(
            (" ".join(held_flags(member)), " ".join(row.harms), row.flags)
            for member, row in zip(relays, rows, strict=True)
        ),
        families=tuple(
            NO_FAMILY if member.family is None else heads[member.family] for member in members
        ),
        keys=_column((" ".join(relay.family_ids),) for relay in relays),
        first_seen=_column((row.first_seen.text,) for row in rows),
        weights=_weights(members, rows),
        down=_column(
            ("" if member.running else formatting.date(member.last_seen),) for member in relays
        ),
    )


def _order(member: Member) -> tuple[str, str, Fingerprint]:
    relay = member.relay
    return relay.contact or "", " ".join(relay.or_addresses), relay.fingerprint


def _base64(digits: str) -> str:
    """Return hexadecimal digits in base64 without padding, as Tor writes fingerprints and keys."""
    return b64encode(bytes.fromhex(digits)).decode().rstrip("=")


def _hosts(member: Member) -> str:
    relay = member.relay
    names = dict.fromkeys((*relay.verified_host_names, *relay.unverified_host_names))
    return " ".join(list(names)[:HOST_NAMES])


def _version(member: Member, row: RelayRow) -> Value:
    relay = member.relay
    version = relay.version or ""
    is_recommended = relay.recommended_version
    recommended = "" if is_recommended is None else str(is_recommended).lower()
    note = row.version_note
    remark = ("", "") if note is None else (note.text, note.colour)
    return version if has_page(version) else "", remark[0], recommended, remark[1]


def _contacts(members: Iterable[Member], operators: Mapping[ContactId, Operator]) -> Contacts:
    """Return the contacts of members that stand by contact."""
    texts, domains, ids, counts = [], [], [], []
    for contact, group in groupby(members, key=lambda member: member.relay.contact or ""):
        first, *others = group
        texts.append(formatting.cut(" ".join(contact.split()), CONTACT_LENGTH))
        has_own = operators[first.contact_id].vanity is not None
        domains.append(f"{first.claim.domain or ''}{'/' if has_own else ''}")
        ids.append(_base64(first.contact_id))
        counts.append(1 + len(others))
    return Contacts(tuple(texts), tuple(domains), "".join(ids), tuple(counts))


def _weights(members: Sequence[Member], rows: Sequence[RelayRow]) -> IndexColumn:
    """Return the column of weights, the largest first; relays that are down come last."""
    printed = [row.weight or "" for row in rows]
    raw = {
        words: member.relay.consensus_weight or 0 if words else -1
        for member, words in zip(members, printed, strict=True)
    }
    largest_first = sorted(raw, key=lambda words: (-raw[words], words))
    return _coded([(words,) for words in printed], [(words,) for words in largest_first])


def _column(values: Iterable[Value]) -> IndexColumn:
    rows = list(values)
    return _coded(rows, sorted(set(rows)))


def _coded(rows: Iterable[Value], values: Sequence[Value]) -> IndexColumn:
    places = {value: place for place, value in enumerate(values)}
    return IndexColumn(tuple(values), tuple(places[value] for value in rows))
