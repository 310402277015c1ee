"""The good value of a field that is nearest to what a record says."""

import mmap
import re
from functools import lru_cache
from typing import Any, Final, get_args, get_origin

import msgspec

from allium.model.relay import Fingerprint
from allium.printable import NOT_PRINTABLE

REPLACEMENT: Final = "\ufffd"
_UNWANTED = re.compile(f"[{NOT_PRINTABLE}]")
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def cleaned(text: str) -> str:
    """Return text without controls, line separators, direction controls and lone surrogates."""
    return _UNWANTED.sub(REPLACEMENT, text)


def cut(text: str, length: int) -> str:
    """Return at most `length` characters, the last an ellipsis when something was cut."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def has_surrogate(body: bytes | mmap.mmap) -> bool:
    """Tell whether JSON has an escape that may be half a character, which no parser takes."""
    return _SURROGATE.search(body) is not None


def mended(body: bytes) -> bytes:
    """Return JSON whose lone surrogate escapes and invalid UTF-8 have become U+FFFD."""
    text = body.decode("utf-8", "replace").encode()
    if _SURROGATE.search(text) is None:
        return text
    return _ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], text)


_LINE: Final = 64
"""Characters; the cap of `model.relay.Line`."""


def nearest(value: Any, kind: Any) -> tuple[Any, bool]:  # noqa: ANN401  any JSON, a type expression
    """Return the good value of a type, and whether it is all that the JSON value said.

    Text is cleaned and cut, a list is cut, elements of wrong type are left out; text where a list
    belongs is its one element, though not as it should be. Lists within an object stay as they
    are: half an exit policy summary would be another policy. Raises `msgspec.ValidationError`
    when there is no good value.
    """
    inner = _element_type(kind)
    if isinstance(value, str) and inner is not None:
        return nearest([value], kind)[0], False
    if not isinstance(value, list):
        return msgspec.to_builtins(msgspec.convert(_scalar(value, _length(kind)), kind)), True
    if inner is None:
        raise msgspec.ValidationError("a list where none belongs")
    elements = [element for item in value if (element := _element(item, inner)) is not None]
    kept = elements[: _length(kind) or None]
    return kept, len(kept) == len(value)


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
        return [_scalar(item, _LINE) for item in value]
    return value


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


_FINGERPRINT = re.compile(r"[0-9A-F]{40}")


class _Names(dict[str, Fingerprint | None]):
    """The fingerprint behind each entry of a family list; `None` behind what is none.

    One copy of each serves all lists: they name a few thousand relays a million times.
    """

    def __missing__(self, listed: str) -> Fingerprint | None:
        name = listed.removeprefix("$").upper()
        fingerprint = self.setdefault(name, name) if _FINGERPRINT.fullmatch(name) else None
        self[listed] = fingerprint
        return fingerprint


class FamilyLists(dict[tuple[str, ...], tuple[tuple[Fingerprint, ...], bool]]):
    """The members behind each family list, in order, and whether all its entries name one.

    Relays of one operator have lists of many hundred entries that are the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self._names = _Names()
        self._lists: dict[tuple[Fingerprint, ...], tuple[Fingerprint, ...]] = {}

    def __missing__(self, listed: tuple[str, ...]) -> tuple[tuple[Fingerprint, ...], bool]:
        """Understand a list that no relay before this one had."""
        fingerprints = set(map(self._names.__getitem__, listed))
        members = tuple(sorted(filter(None, fingerprints)))
        self[listed] = entry = self._lists.setdefault(members, members), None not in fingerprints
        return entry
