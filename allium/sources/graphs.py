"""One history of the uptime or bandwidth document, mended where it is not as it should be."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Final, TypeAlias, cast

import msgspec
from msgspec import Meta, Raw, Struct

from allium.model.history import Mean
from allium.model.relay import Time
from allium.sources.records import is_day

LENGTH: Final = 4_000
LARGEST: Final = 999
DECIMALS: Final = 30

Value: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST)]
Positive: TypeAlias = Annotated[int, Meta(gt=0, lt=2**31)]


class Graph(Struct, dict=True):
    """One history as it should be."""

    first: Time
    interval: Positive
    factor: Decimal
    values: Annotated[list[Value | None], Meta(max_length=LENGTH)]
    count: int | None = None

    @cached_property
    def mean(self) -> Mean:
        """The mean of all values: a relay has one history for many flags."""
        return mean(self.values)


def mean(values: Sequence[int | None]) -> Mean:
    """Return the sum and the number of the values that are known."""
    try:
        return Mean(sum(cast("Sequence[int]", values)), len(values))  # most have no gap
    except TypeError:
        return Mean(sum(filter(None, values)), len(values) - values.count(None))


GRAPH: Final = msgspec.json.Decoder(Graph)
BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def sound(graph: Graph) -> bool:
    """Tell whether a factor and a first day that are well formed are also possible."""
    _, digits, exponent = graph.factor.as_tuple()
    return (
        graph.factor > 0
        and isinstance(exponent, int)
        and abs(exponent) <= DECIMALS
        and len(digits) <= DECIMALS
        and is_day(graph.first)
    )


def mended(raw: bytes) -> Graph | None:
    """Return a history whose values are clamped or unknown where they are wrong; `None` if lost."""
    try:
        found = msgspec.json.decode(raw, type=dict[str, Raw])
        values = [_value(item) for item in msgspec.json.decode(found["values"], type=list[Any])]
        fields: dict[str, Any] = {
            "first": msgspec.json.decode(found["first"]),
            "interval": msgspec.json.decode(found["interval"]),
            "factor": msgspec.json.decode(found["factor"], type=Decimal),
            "values": values,
        }
        graph = msgspec.convert(fields, Graph)
    except (*BROKEN, KeyError):
        return None
    return graph if sound(graph) else None


def _value(item: object) -> int | None:
    """Return a value as near as it can be used."""
    if isinstance(item, float) and item.is_integer():
        item = int(item)
    if not isinstance(item, int) or isinstance(item, bool):
        return None
    return min(max(item, 0), LARGEST)
