"""One relay's record: decoded by its types, and repaired field by field where it breaks them."""

import contextlib
import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from allium import formatting
from allium.model.relay import Fingerprint, Relay, Time, in_print_order
from allium.sources.onionoo.repair import FamilyLists, mended, nearest

DEPTH: Final = 16
"""Nested brackets; a record of Onionoo has three levels (relay, policy summary, ports)."""

_DECODER = msgspec.json.Decoder(Relay)
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_PORT = re.compile(r"[0-9]{1,5}")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"')
_FIELDS = {field.encode_name: field for field in msgspec.structs.fields(Relay)}
_FIELD_DECODERS = {name: msgspec.json.Decoder(field.type) for name, field in _FIELDS.items()}
REQUIRED: Final = tuple(name for name, field in _FIELDS.items() if field.required)
"""What a record must have to be used."""
_TIMES = ("last_changed_address_or_port", "last_restarted")
_FAMILIES = ("effective_family", "alleged_family", "indirect_family")
_SETS = ("verified_host_names", "unverified_host_names", "family_ids")
_SUMMARIES = ("exit_policy_summary", "exit_policy_v6_summary")
_TEXTS = (
    "contact",
    "platform",
    "version",
    "version_status",
    "country_name",
    "region_name",
    "city_name",
    "as_name",
)
"""Texts that count as absent when they are blank."""
_FAMILY_KEY_TYPE = "ed25519:"
"""What stands before a family key in votes and microdescriptors (dir-spec: `family-ids`)."""


class Essence(Struct):
    """What a relay's record must have to be used at all."""

    fingerprint: Fingerprint
    first_seen: Time
    last_seen: Time
    running: bool


_ESSENCE = msgspec.json.Decoder(Essence)


class Skip(Exception):  # noqa: N818  not an error: the record is left out and counted
    """A record that cannot be used, with the reason under which it is counted."""


class Reader:
    """Decodes the records of one document, which share strings, lists and counts of defects."""

    def __init__(self, latest: str) -> None:
        """`latest` is the time after which a time in a record cannot be true."""
        self.fields: Counter[str] = Counter()
        self._latest = latest
        self._families = FamilyLists()
        self._policies: dict[tuple[str, ...], tuple[str, ...]] = {}

    def relay(self, record: msgspec.Raw) -> Relay:
        """Return a relay from its JSON.

        Raises `Skip` when a required field is missing or wrong; any other wrong field is counted
        and left out.
        """
        raw = bytes(record)
        if not _plain(raw) or _deep(raw):
            return self._settled(self._repaired(raw))
        try:
            return self._settled(_DECODER.decode(raw))
        except msgspec.DecodeError:
            return self._settled(self._repaired(raw))

    def identify(self, record: msgspec.Raw) -> Fingerprint:
        """Return the fingerprint of the relay of which `relay` would make a record.

        A record that plainly can be used is not read any further. Raises `Skip` as `relay` does.
        """
        try:
            essence = _ESSENCE.decode(record)
            self._check_times(essence)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self.relay(record).fingerprint
        return self.relay(record).fingerprint if _deep(bytes(record)) else essence.fingerprint

    def _repaired(self, raw: bytes) -> Relay:
        """Return a relay from a record that is not plainly right, field by field."""
        if _deep(raw):
            raise Skip("too_deep")
        try:
            record = msgspec.json.decode(mended(raw), type=dict[str, msgspec.Raw])
        except msgspec.ValidationError as error:
            raise Skip("not_an_object") from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Skip("not_json") from error
        fields = {name: record[name] for name in _FIELDS if name in record}
        return msgspec.convert(self._fields(fields), Relay)

    def _fields(self, record: dict[str, msgspec.Raw]) -> dict[str, Any]:
        values = {}
        for name, value in record.items():
            try:
                values[name] = self._field(name, bytes(value))
            except (msgspec.DecodeError, ValueError):
                self.fields[name] += 1
        for name in REQUIRED:
            if name not in values:
                raise Skip(f"no_{name}")
        return values

    def _field(self, name: str, value: bytes) -> Any:  # noqa: ANN401  any JSON
        """Return the good value that is nearest to a field's JSON: a good list is quickly read.

        Raises `msgspec.ValidationError` when there is none.
        """
        if value.startswith((b"[", b"{")) and _plain(value):
            with contextlib.suppress(msgspec.ValidationError):
                return _FIELD_DECODERS[name].decode(value)
        decoded = msgspec.json.decode(value)
        if name == "fingerprint" and isinstance(decoded, str):
            decoded = decoded.upper()
        value_nearest, is_complete = nearest(decoded, _FIELDS[name].type)
        if not is_complete:
            self.fields[name] += 1
        return value_nearest

    def _settled(self, relay: Relay) -> Relay:
        """Return the relay with lists in their one order and impossible values left out."""
        self._check_times(relay)
        changes = self._ordered(relay) | _spelled(relay) | self._possible(relay) | _blanks(relay)
        return replace(relay, **changes)

    def _check_times(self, relay: Relay | Essence) -> None:
        """Raise `Skip` for a relay that was never seen, or not yet."""
        for name in ("first_seen", "last_seen"):
            if not is_day(getattr(relay, name)):
                raise Skip(f"no_{name}")
        if max(relay.first_seen, relay.last_seen) > self._latest:
            raise Skip("in_the_future")

    def _ordered(self, relay: Relay) -> dict[str, Any]:
        """Return the lists in their one order, one copy of those that many relays have."""
        policy = relay.exit_policy
        changes: dict[str, Any] = {
            "flags": _in_order(relay.flags),
            "exit_policy": self._policies.setdefault(policy, policy),
        }
        for name in _FAMILIES:
            if listed := getattr(relay, name):
                changes[name], is_complete = self._families[listed]
                self.fields[name] += not is_complete
        for name in _SETS:
            if listed := getattr(relay, name):
                names = {item.removeprefix(_FAMILY_KEY_TYPE).strip() for item in listed}
                changes[name] = tuple(sorted(names - {""}))
        return changes

    def _possible(self, relay: Relay) -> dict[str, Any]:
        """Return the fields of which something is left out, without what cannot be."""
        changes: dict[str, Any] = {}
        for name, test in _ADDRESSES.items():
            listed = getattr(relay, name)
            if not all(map(test, listed)):
                changes[name] = tuple(filter(test, listed))
        if relay.dir_address is not None and not _is_address(relay.dir_address):
            changes["dir_address"] = None
        for name in _TIMES:
            time = getattr(relay, name)
            if time is not None and (time > self._latest or not is_day(time)):
                changes[name] = None
        for name in _SUMMARIES:
            summary = getattr(relay, name)
            if summary is not None and (summary.accept is None) == (summary.reject is None):
                changes[name] = None
        for name in changes:
            self.fields[name] += 1
        return changes


def _blanks(relay: Relay) -> dict[str, Any]:
    """Return the texts that are blank as absent."""
    texts = ((name, getattr(relay, name)) for name in _TEXTS)
    return {name: None for name, text in texts if text is not None and not text.strip()}


def _spelled(relay: Relay) -> dict[str, Any]:
    """Return country and AS in their one spelling; a country's code is no name of it."""
    country, asn, name = relay.country, relay.asn, relay.country_name
    code = country.upper() if country is not None else None
    return {
        "country": code,
        "country_name": name if name is None or name.upper() != code else None,
        "asn": f"AS{int(asn[2:])}" if asn is not None else None,
    }


@lru_cache(maxsize=4096)
def _in_order(flags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(in_print_order(set(flags)))


def _is_address(listed: str) -> bool:
    """Tell whether this is `address:port`, an IPv6 address in brackets."""
    host, _, port = listed.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    plain = host[1:-1] if bracketed else host
    return (
        bracketed == (":" in plain)
        and _is_host(plain)
        and _PORT.fullmatch(port) is not None
        and int(port) <= 65535
    )


def _is_host(listed: str) -> bool:
    """Tell whether this is an IP address, without a zone."""
    if ":" not in listed:
        return _IPV4.fullmatch(listed) is not None
    try:
        IPv6Address(listed)
    except ValueError:
        return False
    return "%" not in listed


_ADDRESSES: Final[dict[str, Callable[[str], bool]]] = {
    "or_addresses": _is_address,
    "unreachable_or_addresses": _is_address,
    "exit_addresses": _is_host,
}
"""The lists of addresses, and how one is told from other text."""


@lru_cache(maxsize=65536)
def is_day(time: str) -> bool:
    """Tell whether the calendar has the day of a time that is otherwise well formed."""
    return time[8:10] <= "28" or formatting.from_iso(time) is not None


def _plain(raw: bytes) -> bool:
    """Tell whether no text in JSON needs to be mended or cleaned: what decodes is good."""
    return raw.isascii() and b"\\" not in raw and b"\x7f" not in raw


def _deep(raw: bytes) -> bool:
    """Tell whether brackets nest deeper than any real record does; most need no look."""
    if raw.count(b"[") + raw.count(b"{") <= DEPTH:
        return False
    depth = deepest = 0
    for character in _STRING.sub(b"", raw):
        depth += character in b"[{"
        depth -= character in b"]}"
        deepest = max(deepest, depth)
    return deepest > DEPTH
