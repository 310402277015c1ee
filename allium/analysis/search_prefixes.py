"""By what relays and operators are found without a script: rows of names, by their beginning.

A row begins with the text that is searched; rows are sorted. Nothing here but identity: a row
changes only when somebody joins, leaves, is renamed or moves.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.network import Operator
from allium.model.relay import Relay

Row: TypeAlias = tuple[str, ...]
Rows: TypeAlias = dict[str, tuple[Row, ...]]

OTHER: Final = "_"
"""Stands for a character that no file name should have, and for one that a name lacks."""
KEY_LENGTH: Final = 24
_WORDS: Final = 8
_WORD: Final = re.compile(r"(?<![^\W_])[^\W_]{3,24}(?![^\W_])")
_UNSAFE: Final = re.compile(r"[^0-9A-Za-z]")
_COMMON: Final = frozenset("ciissversion com dot email http https net org proof url www".split())
"""Words of so many contacts that nobody finds anything by them."""


def by_fingerprint(relays: Iterable[Relay]) -> Rows:
    """Return fingerprint and nickname of each relay, by two digits."""
    rows = ((relay.fingerprint, relay.nickname) for relay in relays)
    return _grouped(rows, lambda row: row[0][:2])


def by_nickname(relays: Iterable[Relay]) -> Rows:
    """Return nickname and fingerprint of each relay, by two letters in lower case."""
    rows = ((relay.nickname, relay.fingerprint) for relay in relays)
    return _grouped(rows, lambda row: _safe(row[0].lower(), 2))


def by_ipv4(relays: Iterable[Relay]) -> Rows:
    """Return address, fingerprint and nickname for each IPv4 address, by the first number."""
    rows = (row for row in _addresses(relays) if ":" not in row[0])
    return _grouped(rows, lambda row: row[0].partition(".")[0])


def by_ipv6(relays: Iterable[Relay]) -> Rows:
    """Return address, fingerprint and nickname for each IPv6 address, by the first group.

    The group has four digits, so that it never looks like the number of an IPv4 address.
    """
    rows = (row for row in _addresses(relays) if ":" in row[0])
    return _grouped(rows, lambda row: row[0].partition(":")[0].zfill(4))


def by_operator(operators: Iterable[Operator], label: Callable[[Operator], str]) -> Rows:
    """Return key, label and contact id for each key of each operator, by its first character."""
    rows = (
        (key, label(operator), operator.contact_id)
        for operator in operators
        if operator.contact_id != NO_CONTACT
        for key in operator_keys(operator.claim.domain, operator.contact or "")
    )
    return _grouped(rows, lambda row: _safe(row[0], 1))


def operator_keys(domain: str | None, contact: str) -> tuple[str, ...]:
    """Return the words, in lower case, by which an operator is found; there is always one.

    A domain and its first label; without a domain the first words of the contact.
    """
    if domain is not None:
        return tuple(dict.fromkeys((domain, domain.partition(".")[0])))
    lowered = contact.lower()
    words = (word for word in _WORD.findall(lowered) if word not in _COMMON)
    keys = tuple(dict.fromkeys(words))[:_WORDS]
    # A contact of signs or of two letters still leads to its operator: everything is findable.
    return keys or (" ".join(lowered.split())[:KEY_LENGTH],)


def addresses(relay: Relay) -> tuple[str, ...]:
    """Return the relay's addresses without ports, in lower case, those of its OR ports first."""
    # The last colon parts the port, also of an IPv6 address, which is in brackets then.
    listed = (address.rpartition(":")[0].strip("[]") for address in relay.or_addresses)
    hosts = (*listed, *relay.exit_addresses)
    return tuple(dict.fromkeys(address.lower() for address in hosts))


def _addresses(relays: Iterable[Relay]) -> Iterator[Row]:
    for relay in relays:
        for address in addresses(relay):
            yield address, relay.fingerprint, relay.nickname


def _grouped(rows: Iterable[Row], prefix: Callable[[Row], str]) -> Rows:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[prefix(row)].append(row)
    return {name: tuple(sorted(groups[name])) for name in sorted(groups)}


def _safe(words: str, length: int) -> str:
    """Return so many characters that any file name may have."""
    return _UNSAFE.sub(OTHER, words[:length].ljust(length, OTHER))
