"""What relays did before: the uptime and bandwidth documents, reduced to sums that stay exact.

A history is a row of whole numbers, each standing for one interval; none is `None`. Onionoo
divides each history by its own largest value, so that 999 stands for its best interval: only the
product with the history's factor is a quantity. Sums do not depend on order, and each is multiplied
once.
"""

from collections.abc import Sequence
from struct import pack, unpack
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.model.relay import Flag

Period: TypeAlias = Literal["1_month", "6_months", "1_year", "5_years"]
PERIODS: Final[tuple[Period, ...]] = ("1_month", "6_months", "1_year", "5_years")
"""In print order, which is that of length."""
UNKNOWN: Final = -1
WHOLE: Final = 1_000_000_000
"""All the time, in the unit of uptimes.

Onionoo cuts values to thousandths of the largest; rounding a sum of them to billionths takes away
nothing but what its printed factors lack: 999 times 0.001001001001001001 is the whole again.
"""
LONGEST: Final = 4_000
"""No history has more values."""
Width: TypeAlias = Literal["h", "i", "q"]
_BITS: Final[dict[Width, int]] = {"h": 16, "i": 32, "q": 64}
LARGEST: Final = 2**63 - 1
"""No bucket has more."""


class Mean(Struct, frozen=True, array_like=True, gc=False):
    """The sum of the values that are known, and how many those are."""

    total: int = 0
    count: int = 0


Means: TypeAlias = dict[Period, Mean]


class Buckets(Struct, frozen=True, array_like=True, gc=False):
    """Values of consecutive closed buckets, the first one of the bucket number `first`.

    `packed` are whole numbers, each as `width` of `struct` says, the lower bytes first, and
    `UNKNOWN` where nothing is known.
    """

    first: int
    width: Width
    packed: bytes

    @classmethod
    def of(cls, first: int, values: Sequence[int]) -> "Buckets":
        """Return buckets with these values; larger ones than `LARGEST` count as that."""
        bits = max(values, default=0).bit_length()
        width = next((width for width, room in _BITS.items() if bits < room), None)
        if width is None:
            return cls.of(first, [min(value, LARGEST) for value in values])
        return cls(first, width, pack(f"<{len(values)}{width}", *values))

    @property
    def values(self) -> tuple[int, ...]:
        """The values, `UNKNOWN` where there is none."""
        return unpack(f"<{self._count}{self.width}", self.packed)

    @property
    def end(self) -> int:
        """The number of the bucket after the last one."""
        return self.first + self._count

    def between(self, first: int, end: int) -> list[int]:
        """Return the values of the buckets from `first` to before `end`."""
        size = max(end - first, 0)
        before = [UNKNOWN] * min(max(self.first - first, 0), size)
        known = self.values[max(first - self.first, 0) : max(end - self.first, 0)]
        return [*before, *known, *[UNKNOWN] * (size - len(before) - len(known))]

    @property
    def _count(self) -> int:
        return 8 * len(self.packed) // _BITS[self.width]


ByPeriod: TypeAlias = tuple[Buckets | None, ...]
"""Buckets of each of `PERIODS`, in their order; `None` where there is no closed one."""
NO_BUCKETS: Final[ByPeriod] = (None,) * len(PERIODS)


class Uptime(Struct, frozen=True, omit_defaults=True):
    """In how much of each period a relay ran and held each flag, in billionths of the time.

    `buckets` are the part of each bucket in which it ran, in thousandths of the time as far as
    that is known. `began` are the beginning and the end of the first interval of the longest
    history in which the relay ran, in seconds since 1970.
    """

    running: Means = {}
    flags: dict[Flag, Means] = {}
    buckets: ByPeriod = NO_BUCKETS
    began: tuple[int, int] | None = None
    errors: int = 0


class Rates(Struct, frozen=True, array_like=True):
    """Bytes per second over one period: value times `numerator` / 10 ** `decimals`.

    A value stands for `step` days, the first one for those around the day `first` (days since
    1970); `step` is 0 where an interval is no whole number of days. `unknown` are the positions
    without a value, `length` counts all positions, `interval` is in seconds.
    """

    total: int
    length: int
    unknown: tuple[int, ...]
    first: int
    interval: int
    numerator: int
    decimals: int

    @property
    def count(self) -> int:
        """How many values are known."""
        return self.length - len(self.unknown)


class Series(Struct, frozen=True, array_like=True):
    """The values of consecutive days, the first one of the day `first` (days since 1970).

    `packed` are the values in 16 bits each, the lower ones first, and `UNKNOWN` where there is
    none: the network's half year takes a tenth of the memory that Python's numbers would.
    """

    first: int
    packed: bytes

    @classmethod
    def of(cls, first: int, values: Sequence[int | None]) -> "Series":
        """Return the series of values from 0 to 999, or none."""
        if None in values:
            values = [UNKNOWN if value is None else value for value in values]
        return cls(first, pack(f"<{len(values)}h", *values))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The values, `UNKNOWN` where there is none."""
        return unpack(f"<{len(self.packed) // 2}h", self.packed)


class Bandwidth(Struct, frozen=True, omit_defaults=True):
    """What a relay read and wrote over each period, and what it reported of its limits.

    `days` are the values behind `read["6_months"]`; `read_buckets` and `write_buckets` are means
    in bytes per second. Times are milliseconds since 1970.
    """

    read: dict[Period, Rates] = {}
    write: dict[Period, Rates] = {}
    read_buckets: ByPeriod = NO_BUCKETS
    write_buckets: ByPeriod = NO_BUCKETS
    days: Series | None = None
    rate_limited: int | None = None
    file_descriptors: int | None = None
    errors: int = 0
