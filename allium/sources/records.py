"""One relay's record: decoded strictly where it is as it should be, mended where it is not."""

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from allium import text
from allium.model.relay import Fingerprint, Relay, Time, in_print_order
from allium.sources.clean import mended
from allium.sources.family_lists import FamilyLists
from allium.sources.nearest import nearest

DEPTH: Final = 16

_DECODER = msgspec.json.Decoder(Relay)
_PORT = re.compile(r"[0-9]{1,5}")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"')
_FIELDS = {field.encode_name: field for field in msgspec.structs.fields(Relay)}
_REQUIRED = tuple(name for name, field in _FIELDS.items() if field.required)
_TIMES = ("last_changed_address_or_port", "last_restarted")
_ADDRESS_LISTS = ("or_addresses", "unreachable_or_addresses")
_FAMILIES = ("effective_family", "alleged_family", "indirect_family")


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
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}

    def relay(self, record: msgspec.Raw) -> Relay:
        """Return a relay from its JSON.

        Raises `Skip` when a required field is missing or wrong; any other wrong field is counted
        and left out.
        """
        raw = bytes(record)
        if not raw.isascii() or b"\\" in raw or b"\x7f" in raw or _deep(raw):
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
            found = _ESSENCE.decode(record)
            self._check_times(found)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self.relay(record).fingerprint
        return self.relay(record).fingerprint if _deep(bytes(record)) else found.fingerprint

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
        known = {name: record[name] for name in _FIELDS if name in record}
        return msgspec.convert(self._fields(known), Relay)

    def _fields(self, record: dict[str, msgspec.Raw]) -> dict[str, Any]:
        good = {}
        for name, value in record.items():
            try:
                good[name] = self._field(name, msgspec.json.decode(value))
            except (msgspec.DecodeError, ValueError):
                self.fields[name] += 1
        for name in _REQUIRED:
            if name not in good:
                raise Skip(f"no_{name}")
        return good

    def _field(self, name: str, value: Any) -> Any:  # noqa: ANN401  any JSON
        """Return the nearest good value.

        Raises `msgspec.ValidationError` when there is none.
        """
        if name == "fingerprint" and isinstance(value, str):
            value = value.upper()
        found, whole = nearest(value, _FIELDS[name].type)
        if not whole:
            self.fields[name] += 1
        return found

    def _settled(self, relay: Relay) -> Relay:
        """Return the relay with lists in their one order and impossible values left out."""
        self._check_times(relay)
        changes: dict[str, Any] = {"flags": self._shared(_ordered(relay.flags))}
        for name in _FAMILIES:
            if getattr(relay, name):
                changes[name] = self._family(name, getattr(relay, name))
        for name in _ADDRESS_LISTS:
            if getattr(relay, name):
                changes[name] = self._addresses(name, getattr(relay, name))
        for name in _TIMES:
            time = getattr(relay, name)
            if time is not None and (time > self._latest or not is_day(time)):
                self.fields[name] += 1
                changes[name] = None
        return replace(relay, **changes, **_spelled(relay), **self._rest(relay))

    def _check_times(self, relay: Relay | Essence) -> None:
        """Raise `Skip` for a relay that was never seen, or not yet."""
        for name in ("first_seen", "last_seen"):
            if not is_day(getattr(relay, name)):
                raise Skip(f"no_{name}")
        if max(relay.first_seen, relay.last_seen) > self._latest:
            raise Skip("in_the_future")

    def _rest(self, relay: Relay) -> dict[str, Any]:
        rest: dict[str, Any] = {
            "exit_policy": self._shared(relay.exit_policy),
            "verified_host_names": tuple(sorted(set(relay.verified_host_names))),
            "unverified_host_names": tuple(sorted(set(relay.unverified_host_names))),
            "family_ids": tuple(sorted(set(relay.family_ids))),
        }
        for name, test in (("exit_addresses", _is_host), ("dir_address", _is_address)):
            rest |= self._tested(relay, name, test)
        for name in ("exit_policy_summary", "exit_policy_v6_summary"):
            summary = getattr(relay, name)
            if summary is not None and (summary.accept is None) == (summary.reject is None):
                self.fields[name] += 1
                rest[name] = None
        return rest

    def _tested(self, relay: Relay, name: str, test: Callable[[str], bool]) -> dict[str, Any]:
        """Return the field without addresses that are none."""
        value = getattr(relay, name)
        listed = value if isinstance(value, tuple) else (value,) if value is not None else ()
        good = tuple(filter(test, listed))
        self.fields[name] += len(good) < len(listed)
        return {name: good if isinstance(value, tuple) else next(iter(good), None)}

    def _shared(self, items: tuple[str, ...]) -> tuple[str, ...]:
        """Return the one copy of a list that many relays have."""
        return self._lists.setdefault(items, items)

    def _family(self, name: str, listed: tuple[str, ...]) -> tuple[Fingerprint, ...]:
        members, whole = self._families[listed]
        self.fields[name] += not whole
        return members

    def _addresses(self, name: str, listed: tuple[str, ...]) -> tuple[str, ...]:
        good = tuple(filter(_is_address, listed))
        self.fields[name] += len(good) < len(listed)
        return good


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
def _ordered(flags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(in_print_order(set(flags)))


@lru_cache(maxsize=65536)
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
    try:
        ip_address(listed)
    except ValueError:
        return False
    return "%" not in listed


@lru_cache(maxsize=65536)
def is_day(time: str) -> bool:
    """Tell whether the calendar has the day of a time that is otherwise well formed."""
    return time[8:10] <= "28" or text.from_iso(time) is not None


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
