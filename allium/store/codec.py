"""Structs to JSON bytes and back; equal values give equal bytes."""

from typing import Any, TypeVar, cast

import msgspec

from allium.store import StoreError, files

T = TypeVar("T")
_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}


def encode(value: object) -> bytes:
    """Return `value` as compact JSON with a newline at the end; mappings are sorted by key."""
    return _ENCODER.encode(value) + b"\n"


def decode(contents: bytes, kind: type[T], where: str) -> T:
    """Return JSON bytes as a `kind`.

    Raises `StoreError`, naming `where`, when they are no JSON of that shape.
    """
    try:
        return cast("T", _decoder(kind).decode(contents))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{where}: {error}") from error


def load(path: str, kind: type[T]) -> T:
    """Read a `kind` from a file.

    Raises `StoreError` when the file cannot be read or holds something else.
    """
    try:
        contents = files.read(path)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    return decode(contents, kind, path)


def load_or(path: str, kind: type[T], absent: T) -> T:
    """Read a `kind` from a file; `absent` when there is no such file.

    Raises `StoreError` when it is there but holds something else.
    """
    try:
        contents = files.read(path)
    except FileNotFoundError:
        return absent
    return decode(contents, kind, path)


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:  # noqa: ANN401  a type, or `dict[str, X]`
    decoder = _DECODERS.get(kind)
    if decoder is None:
        decoder = _DECODERS[kind] = msgspec.json.Decoder(kind)
    return decoder
