"""One history of the uptime or bandwidth document, mended where it is not as it should be."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, TypeAlias, cast

import msgspec
from msgspec import Meta, Raw, Struct

from allium import formatting
from allium.model.history import LONGEST, WHOLE, Mean
from allium.model.relay import Time
from allium.sources.onionoo.details_record import is_day

LARGEST: Final = 999
DECIMALS: Final = 30
EARLIEST: Final = formatting.seconds("2000-01-01 00:00:00")
LATEST: Final = formatting.seconds("2199-12-31 00:00:00")
"""Between these lie the years of a `Time`."""

Value: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST)]
Positive: TypeAlias = Annotated[int, Meta(gt=0, lt=2**31)]


class Graph(Struct, dict=True):
    """One history as it should be: value times `factor` is what an interval came to.

    Onionoo makes the factor from the largest value, which becomes 999 (`GraphHistoryCompiler`); it
    is 0 where all values are.
    """

    first: Time
    interval: Positive
    factor: Decimal
    values: Annotated[list[Value | None], Meta(max_length=LONGEST)]
    count: int | None = None

    @cached_property
    def share(self) -> Mean:
        """The mean of all values as a part of the time: a relay has one for many flags."""
        return self.part(self.values)

    @cached_property
    def scale(self) -> tuple[int, int]:
        """The factor as a whole number and the decimals it has."""
        return _scaled(self.factor)

    def part(self, values: Sequence[int | None]) -> Mean:
        """Return the mean of some values as a part of the time, in billionths."""
        average = mean(values)
        return _part(average.total, average.count, self.factor)


def mean(values: Sequence[int | None]) -> Mean:
    """Return the sum and the number of the values that are known."""
    try:
        return Mean(sum(cast("Sequence[int]", values)), len(values))  # most have no gap
    except TypeError:
        return Mean(sum(filter(None, values)), len(values) - values.count(None))


GRAPH: Final = msgspec.json.Decoder(Graph)
BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@lru_cache(maxsize=65536)
def _part(total: int, count: int, factor: Decimal) -> Mean:
    """Return a mean times a factor, in billionths; many relays and months come to the same."""
    numerator, denominator = factor.as_integer_ratio()
    part = formatting.half_up(total * numerator * WHOLE, denominator)
    return Mean(min(part, count * WHOLE), count)


def _scaled(factor: Decimal) -> tuple[int, int]:
    _, digits, exponent = factor.as_tuple()
    assert isinstance(exponent, int)
    number = int("".join(map(str, digits)))
    return (number, -exponent) if exponent < 0 else (number * 10**exponent, 0)


def sound(graph: Graph) -> bool:
    """Tell whether a factor and times that are well formed are also possible."""
    sign, digits, exponent = graph.factor.as_tuple()
    return (
        isinstance(exponent, int)  # it is a letter where the factor is no number, or infinite
        and abs(exponent) <= DECIMALS
        and len(digits) <= DECIMALS
        and (not sign or not graph.factor)
        and is_day(graph.first)
        and _within(graph.first, graph.interval, len(graph.values))
    )


@lru_cache(maxsize=65536)
def _within(first: Time, interval: int, count: int) -> bool:
    """Tell whether all intervals lie within the years that a time may be of."""
    middle = formatting.seconds(first)
    return middle - interval // 2 >= EARLIEST and middle + count * interval <= LATEST


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
