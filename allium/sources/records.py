"""One relay's record: decoded strictly where it is as it should be, mended where it is not."""

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Final, get_args, get_origin

import msgspec
from msgspec.structs import replace

from allium import text
from allium.model.relay import LIST_LENGTH, Fingerprint, Relay, in_print_order
from allium.sources.clean import cleaned, cut, mended

DEPTH: Final = 16
_LINE = 64

_DECODER = msgspec.json.Decoder(Relay)
_PORT = re.compile(r"[0-9]{1,5}")
_FINGERPRINT = re.compile(r"[0-9A-F]{40}")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"')
_FIELDS = {field.encode_name: field for field in msgspec.structs.fields(Relay)}
_REQUIRED = tuple(name for name, field in _FIELDS.items() if field.required)
_TIMES = ("last_changed_address_or_port", "last_restarted")
_ADDRESS_LISTS = ("or_addresses", "unreachable_or_addresses")
_FAMILIES = ("effective_family", "alleged_family", "indirect_family")


class Skip(Exception):  # noqa: N818  not an error: the record is left out and counted
    """A record that cannot be used, with the reason under which it is counted."""


class _Names(dict[str, Fingerprint | None]):
    """The fingerprint behind each entry of a family list; `None` behind what is none.

    One copy of each serves all lists: they name a few thousand relays a million times.
    """

    def __missing__(self, listed: str) -> Fingerprint | None:
        name = listed.removeprefix("$").upper()
        found = self.setdefault(name, name) if _FINGERPRINT.fullmatch(name) else None
        self[listed] = found
        return found


class Reader:
    """Decodes the records of one document, which share strings, lists and counts of defects."""

    def __init__(self, latest: str) -> None:
        """`latest` is the time after which a time in a record cannot be true."""
        self.fields: Counter[str] = Counter()
        self._latest = latest
        self._names = _Names()
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
        kind = _FIELDS[name].type
        if not isinstance(value, list):
            return msgspec.to_builtins(msgspec.convert(_scalar(value, _length(kind)), kind))
        inner = _element_type(kind)
        if inner is None:
            raise msgspec.ValidationError(f"{name} is no list")
        elements = [element for item in value if (element := _element(item, inner)) is not None]
        if len(elements) < len(value):
            self.fields[name] += 1
        return elements[: _length(kind) or None]

    def _settled(self, relay: Relay) -> Relay:
        """Return the relay with lists in their one order and impossible values left out."""
        for name in ("first_seen", "last_seen"):
            if not is_day(getattr(relay, name)):
                raise Skip(f"no_{name}")
        if max(relay.first_seen, relay.last_seen) > self._latest:
            raise Skip("in_the_future")
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
        good = set(map(self._names.__getitem__, listed))
        if None in good:
            good.discard(None)
            self.fields[name] += 1
        return self._shared(tuple(sorted(filter(None, good))))

    def _addresses(self, name: str, listed: tuple[str, ...]) -> tuple[str, ...]:
        good = tuple(filter(_is_address, listed))
        self.fields[name] += len(good) < len(listed)
        return good


def _element(item: Any, kind: Any) -> Any:  # noqa: ANN401  any JSON
    """Return a list's element, cleaned and cut; `None` when it has the wrong type."""
    try:
        return msgspec.convert(_scalar(item, _length(kind)), kind)
    except msgspec.ValidationError:
        return None


def _scalar(value: Any, length: int) -> Any:  # noqa: ANN401  any JSON
    """Return text cleaned and cut to its cap, and a whole float as an integer."""
    if isinstance(value, str):
        return cut(cleaned(value), length) if length else cleaned(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: _scalar(item, _LINE) for key, item in value.items()}
    if isinstance(value, list):
        return [_scalar(item, _LINE) for item in value if isinstance(item, str)][:LIST_LENGTH]
    return value


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


@lru_cache(maxsize=256)
def _length(kind: Any) -> int:  # noqa: ANN401  a type expression
    """Return the cap that a type sets on text or on a list, 0 when it sets none."""
    for part in _parts(kind):
        for meta in getattr(part, "__metadata__", ()):
            if meta.max_length is not None:
                return int(meta.max_length)
    return 0


@lru_cache(maxsize=256)
def _element_type(kind: Any) -> Any:  # noqa: ANN401  a type expression
    """Return what a list type (perhaps with a cap) is a list of; `None` for other types."""
    lists = (part for part in _parts(kind) if get_origin(part) is tuple)
    return next((get_args(part)[0] for part in lists), None)


def _parts(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401  a type expression
    """Return a type and what it is made of: a union's alternatives, an annotated type."""
    return (kind, *get_args(kind), *(inner for part in get_args(kind) for inner in get_args(part)))
