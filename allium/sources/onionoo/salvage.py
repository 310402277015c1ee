"""What can be read of a record that cannot be read as a whole."""

import re
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw

from allium.sources.onionoo.history_graph import BROKEN

T = TypeVar("T")

_NO_NUMBER: Final = re.compile(rb"(?<=[:,\[])\s*(?:NaN|-?Infinity)(?=\s*[,\]}])")
"""What some programs write where JSON has no number."""


def readable(record: bytes, decoder: msgspec.json.Decoder[T]) -> tuple[T, int]:
    """Return a record without those of its parts that cannot be read, and how many these are.

    Parts are its fields, and the fields of a field that cannot be read as a whole. Each field that
    `decoder` knows has a default.
    """
    try:
        return decoder.decode(record), 0
    except BROKEN:
        pass
    fields: dict[str, Raw | dict[str, Raw]] = {}
    errors = 0
    for name, field in _fields(_NO_NUMBER.sub(b"null", record)).items():
        if _fits({name: field}, decoder):
            fields[name] = field
            continue
        parts = _fields(field)
        kept = {key: part for key, part in parts.items() if _fits({name: {key: part}}, decoder)}
        if kept:
            fields[name] = kept
        errors += max(len(parts) - len(kept), 1)
    return decoder.decode(msgspec.json.encode(fields)), errors or not fields


def _fields(raw: bytes) -> dict[str, Raw]:
    """Return the fields of an object; none of what is no object."""
    try:
        return msgspec.json.decode(raw, type=dict[str, Raw])
    except BROKEN:
        return {}


def _fits(record: object, decoder: msgspec.json.Decoder[Any]) -> bool:
    try:
        decoder.decode(msgspec.json.encode(record))
    except BROKEN:
        return False
    return True
