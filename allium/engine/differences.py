"""What differs between two JSON values, down to the field."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from allium.store import codec

LONGEST = 80


class Difference(Struct, frozen=True):
    """A field by its path (`bandwidth.observed`, `rows.3`), and its two values as text."""

    field: str
    before: str
    after: str


def differences(before: Any, after: Any, field: str = "") -> Iterator[Difference]:  # noqa: ANN401  any JSON
    """Yield each field whose values differ, in the order of the fields."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from differences(before.get(name), after.get(name), _below(field, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from differences(*pair, _below(field, str(index)))
    elif before != after:
        yield Difference(field, said(before), said(after))


def _below(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def said(value: Any) -> str:  # noqa: ANN401  any JSON
    """Return a value in few words."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = value if isinstance(value, str) else codec.encode(value).decode().rstrip("\n")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
